"""Nothing typed is ever lost, and a refusal stands beside what it is about."""

import pytest
from playwright.sync_api import Page, expect

from tests.studio.acts import choose, create


def test_a_refusal_of_the_server_stands_beside_the_field_it_names(page: Page) -> None:
    choose(page, "background", "transparent")
    choose(page, "output_format", "jpeg")
    page.locator("#prompt").fill("an octopus")
    page.locator("#prompt").press("Enter")
    note = page.locator("#background-error")
    expect(note).to_be_visible()
    body = {"prompt": "an octopus", "background": "transparent", "output_format": "jpeg"}
    said = page.request.post("/v1/images/generations", data=body).json()["error"]
    assert said["param"] == "background"
    expect(note).to_have_text(said["message"])
    expect(page.locator("#alert")).to_have_text(said["message"])
    expect(page.locator('input[name="background"]:checked')).to_be_focused()
    expect(page.locator("#prompt")).to_have_value("an octopus")
    choose(page, "background", "opaque")
    create(page, "an octopus")
    expect(note).to_be_hidden()


def test_a_prompt_that_is_too_long_is_refused_beside_the_prompt_and_kept_whole(page: Page) -> None:
    words = "fox " * 8001
    page.locator("#prompt").fill(words)
    page.locator("#create").click()
    expect(page.locator("#prompt-error")).to_contain_text("32000")
    expect(page.locator("#prompt")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#prompt")).to_be_focused()
    expect(page.locator("#prompt")).to_have_value(words)


def test_an_empty_prompt_is_asked_for(page: Page) -> None:
    page.locator("#create").click()
    expect(page.locator("#prompt-error")).to_be_visible()
    expect(page.locator("#prompt")).to_be_focused()


@pytest.mark.parametrize("seed", ["-1", "4294967296", "1.5", "lucky"])
def test_a_seed_that_is_none_is_refused_beside_its_field(page: Page, seed: str) -> None:
    page.locator("#more summary").click()
    page.locator("#seed").fill(seed)
    page.locator("#prompt").fill("a fig")
    page.locator("#more summary").click()
    page.locator("#create").click()
    expect(page.locator("#seed-error")).to_be_visible()
    expect(page.locator("#seed")).to_be_focused()


def test_a_server_that_is_gone_is_told_and_the_words_stay(page: Page) -> None:
    page.locator("#prompt").fill("a date palm")
    page.context.set_offline(True)
    page.locator("#create").click()
    expect(page.locator("#request-error")).to_contain_text("The server does not answer")
    expect(page.locator("#prompt")).to_have_value("a date palm")
    page.context.set_offline(False)
    create(page, "a date palm")


def test_words_and_choices_survive_a_reload(page: Page) -> None:
    page.locator("#prompt").fill("a half-written thou")
    choose(page, "quality", "high")
    choose(page, "shape", "custom")
    page.locator("#width").fill("1280")
    page.locator("#height").fill("832")
    page.reload()
    expect(page.locator("#prompt")).to_have_value("a half-written thou")
    expect(page.locator('input[name="quality"][value="high"]')).to_be_checked()
    expect(page.locator("#width")).to_have_value("1280")
    expect(page.locator("#size-chosen")).to_have_text("1280 × 832")


def test_an_idea_replaces_the_words_and_they_can_be_brought_back(page: Page) -> None:
    page.locator("#prompt").fill("my own words")
    idea = page.locator("#ideas button").nth(1)
    text = idea.inner_text()
    idea.click()
    expect(page.locator("#prompt")).to_have_value(text)
    expect(page.locator("#prompt")).to_be_focused()
    page.locator("#ideas button").nth(2).click()
    page.get_by_role("button", name="Bring back what I had typed").click()
    expect(page.locator("#prompt")).to_have_value("my own words")


def test_six_ideas_are_offered_and_each_can_be_made(page: Page) -> None:
    expect(page.locator("#ideas button")).to_have_count(6)
    page.locator("#ideas button").first.click()
    create(page, page.locator("#prompt").input_value())


def test_hostile_words_are_shown_as_words(page: Page) -> None:
    words = '"><img src=x onerror=alert(1)><script>alert(2)</script> ../../e %2e%2e'
    create(page, words)
    page.locator(".thumbnail").first.click()
    assert page.locator("#viewer-title").inner_text() == words
    assert page.locator("#viewer script, #viewer figure img[src='x']").count() == 0
