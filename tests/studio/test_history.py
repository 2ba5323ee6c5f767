from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Request, expect

from tests.studio.acts import choose, create, fact
from tests.studio.conftest import OpenStudio
from tests.studio.server import StudioServer


def test_history_survives_a_reload_and_shows_the_newest_first(page: Page) -> None:
    create(page, "a first apple")
    create(page, "a second apple")
    page.reload()
    alts = page.locator(".thumbnail img")
    expect(alts.nth(0)).to_have_attribute("alt", "a second apple")
    expect(alts.nth(1)).to_have_attribute("alt", "a first apple")


def test_arrows_move_through_the_wall_and_through_the_open_pictures(page: Page) -> None:
    for word in ("one", "two", "three"):
        create(page, f"number {word}")
    page.locator(".thumbnail").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".thumbnail").nth(1)).to_be_focused()
    assert page.locator('.thumbnail[tabindex="0"]').count() == 1
    page.keyboard.press("Enter")
    expect(page.locator("#viewer-title")).to_have_text("number two")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#viewer-title")).to_have_text("number one")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#viewer-title")).to_have_text("number three")
    expect(page.locator("#viewer-newer")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    expect(page.locator(".thumbnail").nth(1)).to_be_focused()


def test_an_open_picture_tells_its_recipe_and_its_plan(page: Page, server: StudioServer) -> None:
    create(page, "fox tree night")
    page.locator(".thumbnail").first.click()
    assert fact(page, "snapshot", "#viewer") == server.snapshot
    assert fact(page, "size", "#viewer") == "816 × 816"
    assert fact(page, "memory", "#viewer") == "on"
    words = page.locator('#viewer [data-slot="matched"] li').all_inner_texts()
    assert words == ["fox", "tree", "night"]
    expect(page.locator('#viewer [data-part="unmatched"]')).to_be_hidden()


def test_words_that_were_not_understood_are_shown_as_such(page: Page) -> None:
    choose(page, "memory", "off")
    create(page, "grue zorkmid")
    missed = page.locator('#result [data-slot="unmatched"] li')
    assert missed.all_inner_texts() == ["grue", "zorkmid"]


def test_assets_are_credited_with_their_licences(page: Page) -> None:
    create(page, "a credited apple")
    _serve_history_with(page, assets=[_asset("red apple", "MIT"), _asset("tree", "Apache-2.0")])
    page.reload()
    page.locator(".thumbnail").first.click()
    credits = page.locator("#viewer .assets")
    credits.locator("summary").click()
    assert credits.locator("summary").inner_text() == "Drawn from 2 open artworks"
    assert credits.locator("li").all_inner_texts() == [
        "red apple · some-set · MIT",
        "tree · some-set · Apache-2.0",
    ]


def test_a_kept_picture_downloads_as_the_file_on_the_server(page: Page, tmp_path: Path) -> None:
    create(page, "a kept pear")
    page.reload()
    page.locator(".thumbnail").first.click()
    with page.expect_download() as download:
        page.locator('#viewer [data-action="download"]').click()
    download.value.save_as(tmp_path / "pear.jpeg")
    newest = page.request.get("/v1/sfumato/pictures?limit=1").json()["data"][0]
    assert (tmp_path / "pear.jpeg").read_bytes() == page.request.get(newest["url"]).body()
    assert download.value.suggested_filename == f"sfumato-a-kept-pear-{newest['seed']}.jpeg"


def test_a_prompt_of_the_wall_is_used_again_without_losing_what_was_typed(page: Page) -> None:
    create(page, "words of old")
    page.locator("#prompt").fill("words of now")
    page.locator(".thumbnail").first.click()
    page.get_by_role("button", name="Use this prompt").click()
    expect(page.locator("#viewer")).to_be_hidden()
    expect(page.locator("#prompt")).to_have_value("words of old")
    expect(page.locator("#prompt")).to_be_focused()
    page.get_by_role("button", name="Bring back what I had typed").click()
    expect(page.locator("#prompt")).to_have_value("words of now")


def test_a_picture_of_the_wall_is_made_again_with_all_of_its_settings(page: Page) -> None:
    page.locator("#width").fill("1024")
    page.locator("#height").fill("768")
    choose(page, "output_format", "webp")
    choose(page, "background", "transparent")
    choose(page, "memory", "off")
    create(page, "a mirror")
    choose(page, "shape", "1024x1024")
    choose(page, "background", "opaque")
    choose(page, "memory", "on")
    choose(page, "quality", "medium")
    page.locator(".thumbnail").first.click()
    with page.expect_request("**/v1/images/generations") as sent:
        page.locator('#viewer [data-action="again"]').click()
    made = page.request.get("/v1/sfumato/pictures?limit=1").json()["data"][0]["recipe"]
    _asks_for(sent.value, made)
    expect(page.locator("#canvas")).to_have_attribute("data-state", "done")
    first, second = page.request.get("/v1/sfumato/pictures?limit=2").json()["data"]
    assert first["image_sha256"] == second["image_sha256"]


def test_older_pictures_come_page_by_page_and_load_lazily(open_studio: OpenStudio) -> None:
    page = open_studio()
    create(page, "the only real one")
    row = page.request.get("/v1/sfumato/pictures?limit=1").json()["data"][0]
    rows = [{**row, "id": f"row-{i}", "prompt": f"picture {i}"} for i in range(50)]
    page.route(
        "**/v1/sfumato/pictures?*",
        lambda route: route.fulfill(json=_paged(rows, route.request.url)),
    )
    page.reload()
    expect(page.locator(".thumbnail")).to_have_count(24)
    assert page.locator('.thumbnail img:not([loading="lazy"])').count() == 0
    page.get_by_role("button", name="Show older pictures").click()
    page.get_by_role("button", name="Show older pictures").click()
    expect(page.locator(".thumbnail")).to_have_count(50)
    expect(page.locator("#older")).to_be_hidden()
    assert page.locator(".thumbnail img").last.get_attribute("alt") == "picture 49"


def _asks_for(request: Request, recipe: dict[str, Any]) -> None:
    body: dict[str, Any] = request.post_data_json or {}
    for name in ("prompt", "seed", "size", "quality", "background", "memory", "output_format"):
        assert body[name] == recipe[name], name


def _asset(title: str, licence: str) -> dict[str, str]:
    return {"id": f"some-set/{title}", "title": title, "source": "some-set", "licence": licence}


def _serve_history_with(page: Page, **recipe: Any) -> None:
    """The fake engine draws from no memory: give the newest row the credits of one that does."""
    listed = page.request.get("/v1/sfumato/pictures?limit=1").json()
    listed["data"][0]["recipe"].update(recipe)
    page.route("**/v1/sfumato/pictures?*", lambda route: route.fulfill(json=listed))


def _paged(rows: list[dict[str, Any]], url: str) -> dict[str, Any]:
    after = url.partition("after=")[2]
    start = next((i + 1 for i, row in enumerate(rows) if row["id"] == after), 0)
    data = rows[start : start + 24]
    return {
        "object": "list",
        "data": data,
        "has_more": start + 24 < len(rows),
        "last_id": data[-1]["id"],
    }
