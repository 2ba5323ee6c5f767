"""Behind a key: the page asks for it, keeps a session, and forgets it when asked to."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sfumato.store import Store
from tests.studio.server import StudioServer, serving


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StudioServer, str]]:
    home = tmp_path_factory.mktemp("locked")
    with Store.open(home) as store:
        _, secret = store.keys.create("ada")
    with serving(home, SFUMATO_HOST="0.0.0.0") as server:
        yield server, secret


@pytest.fixture(params=["light", "dark"])
def context(
    browser: Browser, locked: tuple[StudioServer, str], request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    url = locked[0].url.replace("0.0.0.0", "127.0.0.1")
    context = browser.new_context(
        base_url=url, color_scheme=request.param, viewport={"width": 320, "height": 700}
    )
    yield context
    context.close()


def test_a_key_opens_the_page_until_someone_signs_out(
    context: BrowserContext, locked: tuple[StudioServer, str]
) -> None:
    page: Page = context.new_page()
    page.goto("/")
    key = page.get_by_label("Key", exact=True)
    expect(key).to_be_focused()
    assert Axe().run(page).violations_count == 0
    key.fill("sk-sfumato-wrong")
    key.press("Enter")
    expect(page.locator("#sign-in-error")).to_contain_text("unknown here")
    expect(key).to_be_focused()
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    key.fill(locked[1])
    key.press("Enter")
    page.locator(".frame-choice").first.wait_for()
    expect(page.locator("#sign-in")).to_be_hidden()
    assert locked[1] not in page.evaluate("JSON.stringify(localStorage) + document.cookie")
    page.get_by_role("button", name="Sign out").click()
    expect(key).to_be_visible()
    assert context.cookies() == []
