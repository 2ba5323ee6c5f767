"""`python -m tests.studio.screenshots URL FOLDER`: the Studio's main states, for the docs.

Drives a running server, whatever snapshot it serves, and keeps each state as a WebP under 150 kB.
"""

import io
import shutil
import sys
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.studio.acts import DONE, choose
from tests.studio.conftest import BROWSERS, QUIET

Scheme = Literal["light", "dark"]

PROMPT = "A red fox reading a book under a tree at night"
STICKER = "A sticker of an octopus wearing a top hat, transparent background"
SETTLED = 1500  # milliseconds until nothing fades any more
LARGEST = 150_000


def main(url: str, folder: Path) -> None:
    """Visit every state in light, then those that differ most in dark and on a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = next(found for name in BROWSERS if (found := shutil.which(name)))
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        desk(browser, url, folder, "light")
        desk(browser, url, folder, "dark")
        phone(browser, url, folder)
        refusal(browser, url, folder)
        browser.close()


def desk(browser: Browser, url: str, folder: Path, scheme: Scheme) -> None:
    page = visit(browser, url, scheme=scheme)
    keep(page, folder / f"studio-empty-{scheme}.webp")
    page.locator("#prompt").fill(PROMPT)
    page.locator("#prompt").press("Enter")
    expect(page.locator("#progress-text")).to_contain_text("Estimate")
    keep(page, folder / f"studio-generating-{scheme}.webp", settle=300)
    finished(page)
    keep(page, folder / f"studio-done-{scheme}.webp", whole=True)
    page.locator(".thumbnail").first.click()
    keep(page, folder / f"studio-picture-{scheme}.webp")
    page.context.close()


def phone(browser: Browser, url: str, folder: Path) -> None:
    page = visit(browser, url, width=320, height=640)
    page.locator("#prompt").fill(STICKER)
    page.locator("#prompt").press("Enter")
    finished(page)
    keep(page, folder / "studio-320px.webp", whole=True)
    page.context.close()


def refusal(browser: Browser, url: str, folder: Path) -> None:
    page = visit(browser, url)
    choose(page, "background", "transparent")
    choose(page, "output_format", "jpeg")
    page.locator("#prompt").fill("An octopus in a top hat")
    page.locator("#create").click()
    expect(page.locator("#background-error")).to_be_visible()
    choose(page, "shape", "custom")
    page.locator("#width").fill("1000")
    keep(page, folder / "studio-refused.webp", whole=True)
    page.context.close()


def visit(
    browser: Browser, url: str, width: int = 1280, height: int = 860, scheme: Scheme = "light"
) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(url)
    page.locator(".frame-choice").first.wait_for()
    return page


def finished(page: Page) -> None:
    expect(page.locator("#canvas")).to_have_attribute("data-state", "done", timeout=4 * DONE)
    expect(page.locator("#result")).to_be_visible()


def keep(page: Page, path: Path, *, whole: bool = False, settle: int = SETTLED) -> None:
    """Save the page as WebP, as good as fits."""
    page.wait_for_timeout(settle)
    with Image.open(io.BytesIO(page.screenshot(full_page=whole))) as shot:
        for quality in (92, 85, 75, 60, 45):
            shot.save(path, "WEBP", quality=quality, method=6)
            if path.stat().st_size < LARGEST:
                return
    raise ValueError(f"{path.name} does not fit into {LARGEST} bytes.")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
