"""A browser and a page for the Studio's tests. Each test looks at a fresh browser profile."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.studio.acts import DONE
from tests.studio.server import StudioServer, serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=DONE)

OpenStudio = Callable[..., Page]

# What this browser remembers from its last visit: choices that are quick to encode.
QUICK = """localStorage["sfumato.draft"] ??=
  JSON.stringify({quality: "low", output_format: "jpeg",
    shape: "custom", width: 816, height: 816})"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioServer]:
    with serving(tmp_path_factory.mktemp("studio")) as server:
        yield server


# By module, not by session: while it lives, its event loop would be in the way of other tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(
            "Chromium is not installed: `make chromium` installs it or says what is missing"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_studio(browser: Browser, server: StudioServer) -> Iterator[OpenStudio]:
    """`open_studio(width=320, color_scheme="dark", …)`: a page that may not complain."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_it(width: int = 1280, height: int = 900, **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=server.url, **more
        )
        context.add_init_script(QUICK)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: _note(complaints, said.type, said.text))
        page.goto("/")
        page.locator(".frame-choice").first.wait_for()
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def page(open_studio: OpenStudio) -> Page:
    return open_studio()


def _note(complaints: list[str], kind: str, text: str) -> None:
    """The browser reports every refused request as an error; the page tells them to the person."""
    if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
        complaints.append(text)
