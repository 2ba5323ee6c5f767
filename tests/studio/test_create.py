import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.studio.acts import choose, create, fact, finish
from tests.studio.conftest import OpenStudio
from tests.studio.server import StudioServer


def test_a_picture_is_made_with_the_keyboard_alone(page: Page, server: StudioServer) -> None:
    expect(page.locator("#prompt")).to_be_focused()
    page.keyboard.type("a red fox")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("under a tree")
    page.keyboard.press("Tab")  # size
    page.keyboard.press("ArrowRight")  # round again to the first
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")  # quality
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")  # background
    page.keyboard.press("Tab")  # more
    page.keyboard.press("Tab")  # create
    expect(page.locator("#create")).to_be_focused()
    page.keyboard.press("Enter")
    finish(page)
    assert page.locator("#prompt").input_value() == "a red fox\nunder a tree"
    assert fact(page, "snapshot") == server.snapshot
    assert fact(page, "size") == "1024 × 1536"
    assert fact(page, "quality") == "medium"
    assert page.locator("#layers img").last.get_attribute("alt") == "a red fox\nunder a tree"


def test_ctrl_enter_creates_too(page: Page) -> None:
    page.locator("#prompt").fill("a lighthouse")
    page.locator("#prompt").press("Control+Enter")
    finish(page)


def test_three_different_estimates_are_shown_before_the_picture(page: Page) -> None:
    page.evaluate(
        """() => {
          window.shown = [];
          new MutationObserver(changes => {
            for (const change of changes) for (const node of change.addedNodes)
              window.shown.push(fetchBytes(node.src));
          }).observe(document.querySelector("#layers"), {childList: true});
          const fetchBytes = src => new Promise(done => {
            const image = new Image();
            image.onload = () => {
              const canvas = document.createElement("canvas");
              canvas.width = canvas.height = 32;
              const context = canvas.getContext("2d");
              context.drawImage(image, 0, 0, 32, 32);
              done([...context.getImageData(0, 0, 32, 32).data]);
            };
            image.src = src;
          });
        }"""
    )
    create(page, "a lighthouse at dusk")
    *partials, last = page.evaluate("Promise.all(window.shown)")
    assert len(partials) == 3
    away = [_distance(partial, last) for partial in partials]
    assert away[0] > away[1] > away[2] > 0


def test_progress_is_told_while_it_happens_and_gone_afterwards(page: Page) -> None:
    page.evaluate(
        """() => {
          window.told = [];
          const status = document.querySelector("#status");
          new MutationObserver(() => window.told.push(status.textContent))
            .observe(status, {childList: true});
        }"""
    )
    create(page, "a boat")
    told = page.evaluate("window.told")
    assert told[:2] == ["Asking for the picture", "Waiting for the first estimate"]
    assert told[2:5] == [f"Estimate {k} of 3" for k in (1, 2, 3)]
    assert told[5].startswith("The picture is done, in ")
    expect(page.locator("#progress")).to_be_hidden()


def test_stop_ends_the_work_on_the_server(page: Page, server: StudioServer) -> None:
    choose(page, "quality", "high")
    page.locator("#prompt").fill("a cathedral, stopped")
    page.locator("#prompt").press("Enter")
    expect(page.locator("#canvas")).to_have_attribute("data-state", "painting")
    stopped = server.steps()[-1][0]
    page.locator("#stop").click()
    expect(page.locator("#status")).to_have_text("Stopped. Your words are kept.")
    expect(page.locator("#create")).to_be_visible()
    choose(page, "quality", "low")
    create(page, "a chapel, finished")
    seeds = [seed for seed, _ in server.steps()]
    finished = int(fact(page, "seed"))
    assert seeds.count(stopped) < 400
    assert stopped not in seeds[seeds.index(finished) :]
    alts = page.locator(".thumbnail img").evaluate_all("all => all.map(i => i.alt)")
    assert "a cathedral, stopped" not in alts


def test_escape_stops_and_the_words_stay(page: Page) -> None:
    choose(page, "quality", "high")
    page.locator("#prompt").fill("a palace")
    page.locator("#prompt").press("Enter")
    expect(page.locator("#stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#create")).to_be_visible()
    expect(page.locator("#prompt")).to_have_value("a palace")


def test_the_same_seed_gives_the_same_file_and_another_a_different_one(page: Page) -> None:
    create(page, "a pear")
    seed, before = fact(page, "seed"), _pixels(page)
    page.get_by_role("button", name="Again with this seed").click()
    _again(page)
    assert fact(page, "seed") == seed
    assert _pixels(page) == before
    page.get_by_role("button", name="Another").click()
    _again(page)
    assert fact(page, "seed") != seed
    assert _pixels(page) != before


def test_a_typed_seed_is_used_and_stays_in_sight(page: Page) -> None:
    page.locator("#more summary").click()
    page.locator("#seed").fill("1234")
    page.locator("#more summary").click()
    expect(page.locator("#more-seed")).to_have_text("seed 1234")
    create(page, "a plum")
    assert fact(page, "seed") == "1234"


def test_a_transparent_picture_lies_on_a_checkerboard_and_downloads_with_alpha(
    page: Page, tmp_path: Path
) -> None:
    choose(page, "background", "transparent")
    choose(page, "output_format", "webp")
    create(page, "an octopus in a top hat")
    expect(page.locator("#canvas")).to_have_attribute("data-transparent", "")
    with page.expect_download() as download:
        page.locator('#result [data-action="download"]').click()
    seed = fact(page, "seed")
    assert download.value.suggested_filename == f"sfumato-an-octopus-in-a-top-hat-{seed}.webp"
    download.value.save_as(tmp_path / "picture.webp")
    with Image.open(io.BytesIO((tmp_path / "picture.webp").read_bytes())) as picture:
        assert picture.size == (816, 816)
        assert picture.getchannel("A").getextrema()[0] == 0


def test_the_seed_is_copied(open_studio: OpenStudio) -> None:
    page = open_studio(permissions=["clipboard-read", "clipboard-write"])
    create(page, "a quince")
    page.get_by_role("button", name="Copy seed").click()
    expect(page.locator("#status")).to_have_text("Seed copied.")
    assert page.evaluate("navigator.clipboard.readText()") == fact(page, "seed")


def test_the_controls_are_what_the_server_says(page: Page) -> None:
    models = page.request.get("/v1/models").json()["data"]
    told = next(one for one in models if one["id"] == "chatgpt-image-latest")["sfumato"]
    can = told["capabilities"]
    for name in ("quality", "output_format"):
        key = {"quality": "qualities", "output_format": "output_formats"}[name]
        assert _values(page, name) == can[key]
    assert _values(page, "background") == ["auto", *can["backgrounds"]]
    expect(page.locator("#serving-snapshot")).to_have_text(told["snapshot"])


def _values(page: Page, name: str) -> list[str]:
    values: list[str] = page.locator(f'input[name="{name}"]').evaluate_all(
        "all => all.map(input => input.value)"
    )
    return values


def _again(page: Page) -> None:
    """The card goes while a picture is made: wait for it to go, then to come back."""
    expect(page.locator("#canvas")).not_to_have_attribute("data-state", "done")
    finish(page)


def _pixels(page: Page) -> list[int]:
    pixels: list[int] = page.evaluate(
        """async () => {
          const image = [...document.querySelectorAll("#layers img")].at(-1);
          await image.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [64, 64];
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0, 64, 64);
          return [...context.getImageData(0, 0, 64, 64).data];
        }"""
    )
    return pixels


def _distance(one: list[int], other: list[int]) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)
