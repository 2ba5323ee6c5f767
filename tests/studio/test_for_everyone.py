"""Usable by keyboard, screen reader, phone, in light and in dark, without motion."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Page, expect

from tests.studio.acts import choose, create
from tests.studio.conftest import OpenStudio

SCHEMES = ("light", "dark")


def empty(page: Page) -> None:
    page.locator("#more summary").click()


def done(page: Page) -> None:
    create(page, "fox tree")


def generating(page: Page) -> None:
    choose(page, "quality", "high")
    page.locator("#prompt").fill("a slow palace")
    page.locator("#prompt").press("Enter")
    expect(page.locator("#progress")).to_be_visible()


def refused(page: Page) -> None:
    choose(page, "shape", "custom")
    page.locator("#width").fill("1000")
    choose(page, "background", "transparent")
    choose(page, "output_format", "jpeg")
    page.locator("#create").click()
    expect(page.locator("#prompt-error")).to_be_visible()


def opened(page: Page) -> None:
    choose(page, "memory", "off")
    create(page, "grue zorkmid")
    page.locator(".thumbnail").first.click()
    expect(page.locator("#viewer")).to_be_visible()


STATES: tuple[Callable[[Page], None], ...] = (empty, done, generating, refused, opened)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: str(state.__name__))
def test_axe_finds_no_violation(
    open_studio: OpenStudio, state: Callable[[Page], None], scheme: str
) -> None:
    page = open_studio(color_scheme=scheme, reduced_motion="reduce")
    state(page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("state", STATES, ids=lambda state: str(state.__name__))
def test_at_320_pixels_nothing_needs_scrolling_sideways(
    open_studio: OpenStudio, state: Callable[[Page], None]
) -> None:
    page = open_studio(width=320, height=640)
    state(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    wide = page.evaluate(
        """() => [...document.querySelectorAll("main *, dialog[open] *")]
          .filter(e => e.getBoundingClientRect().right > 320.5 && !e.closest("svg, #layers"))
          .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert wide == []


def test_light_and_dark_follow_the_system(open_studio: OpenStudio) -> None:
    papers = {}
    for scheme in SCHEMES:
        page = open_studio(color_scheme=scheme)
        papers[scheme] = page.evaluate(
            """() => {
              const context = document.createElement("canvas").getContext("2d");
              context.fillStyle = getComputedStyle(document.body).backgroundColor;
              context.fillRect(0, 0, 1, 1);
              return Math.max(...context.getImageData(0, 0, 1, 1).data.slice(0, 3));
            }"""
        )
    assert papers["light"] > 220
    assert papers["dark"] < 60


def test_without_motion_nothing_moves(open_studio: OpenStudio) -> None:
    page = open_studio(reduced_motion="reduce")
    generating(page)
    expect(page.locator("#canvas")).to_have_attribute("data-state", "painting")
    moving = page.evaluate(
        """() => document.getAnimations()
          .filter(a => a.effect.getComputedTiming().duration > 10)
          .map(a => a.animationName ?? a.transitionProperty)"""
    )
    assert moving == []


def test_what_has_the_focus_shows_it(page: Page) -> None:
    seen = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        outlined = page.evaluate(
            """() => {
              const focused = document.activeElement;
              if (focused === document.body) return "body";
              const ring = focused.closest(".choice") ?? focused;
              const style = getComputedStyle(ring);
              if (style.outlineStyle === "none") return `bare: ${focused.outerHTML}`;
              return focused.id || "ok";
            }"""
        )
        assert not outlined.startswith("bare"), outlined
        seen.add(outlined)
    assert {"create"} <= seen


def test_nothing_jumps_while_a_picture_arrives(page: Page) -> None:
    page.evaluate(
        """() => {
          window.shift = 0;
          new PerformanceObserver(list => {
            for (const entry of list.getEntries())
              if (!entry.hadRecentInput) window.shift += entry.value;
          }).observe({type: "layout-shift", buffered: false});
        }"""
    )
    choose(page, "quality", "high")
    page.locator("#prompt").fill("a slow tower")
    page.locator("#prompt").press("Enter")
    expect(page.locator("#canvas")).to_have_attribute("data-state", "painting")
    assert page.evaluate("window.shift") < 0.01
