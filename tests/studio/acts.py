"""What a person does on the page, in words that tests share."""

from playwright.sync_api import Page, expect

DONE = 30_000  # milliseconds; a generous end for waits, never a measure


def create(page: Page, prompt: str) -> None:
    """Write, press Enter, wait until history has the picture."""
    page.locator("#prompt").fill(prompt)
    page.locator("#prompt").press("Enter")
    finish(page)


def finish(page: Page) -> None:
    """Wait for the picture and for its plan, which comes from history."""
    expect(page.locator("#canvas")).to_have_attribute("data-state", "done")
    expect(page.locator('#result [data-part="plan"]')).to_be_visible(timeout=DONE)


def choose(page: Page, name: str, value: str) -> None:
    """Pick a radio button as a click on its label does."""
    choice = page.locator(f'input[name="{name}"][value="{value}"]')
    choice.locator("xpath=ancestor::details").evaluate_all("all => all.forEach(d => d.open = true)")
    choice.check(force=True)


def fact(page: Page, name: str, within: str = "#result") -> str:
    """One of the facts on the card."""
    return page.locator(f'{within} [data-slot="{name}"]').inner_text()
