"""What the Studio's files promise: small, self-contained, one idea each, one file that fetches."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

import sfumato

FOLDER = Path(sfumato.__file__).parent / "studio"
FILES = sorted(
    path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts
)
SCRIPTS = sorted(FOLDER.glob("js/*.js"))


def test_the_whole_studio_is_under_100_kilobytes() -> None:
    assert sum(path.stat().st_size for path in FILES) < 100_000


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.name))
def test_a_script_is_type_checked_says_what_it_is_and_only_the_client_fetches(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("// @ts-check\n/**")
    assert len(text.splitlines()) <= 200
    speaks = re.search(r"\b(fetch\(|XMLHttpRequest|EventSource|WebSocket|sendBeacon)", text)
    assert (speaks is not None) == (path.name == "client.js")
    assert "innerHTML" not in text


def test_only_tokens_hold_colours() -> None:
    for path in FOLDER.glob("css/*.css"):
        text = path.read_text("utf-8")
        assert text.lstrip().startswith("@layer")
        if path.name != "tokens.css":
            assert ":root" not in text
            assert not re.search(r"#[0-9a-f]{3,8}\b|(?<!rgb\()oklch\(\d", text), path.name


def test_every_request_of_a_visit_stays_on_this_server(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.locator(".frame-choice").first.wait_for()
    origin = page.evaluate("location.origin")
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(origin)] == []


def test_the_page_says_whose_weights_these_are(page: Page) -> None:
    footer = page.locator("footer").inner_text()
    assert "not OpenAI’s" in footer
