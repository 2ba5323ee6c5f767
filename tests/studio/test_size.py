"""The size rule on the page is the server's rule."""

from playwright.sync_api import Page, expect

from tests.studio.acts import choose, fact, finish

EDGES = [
    (816, 816),
    (800, 800),
    (1000, 1024),
    (1024, 1030),
    (3840, 2160),
    (3856, 2160),
    (3840, 1280),
    (3840, 1264),
    (2880, 2880),
    (2896, 2896),
    (1536, 512),
    (1552, 512),
    (0, 1024),
    (8, 1024),
]


def test_the_page_refuses_exactly_the_sizes_that_the_server_refuses(page: Page) -> None:
    choose(page, "shape", "custom")
    for width, height in EDGES:
        # JPEG has no transparency, which is looked at after the size: nothing is painted here.
        body = {"prompt": "a tile", "size": f"{width}x{height}", "output_format": "jpeg"}
        body["background"] = "transparent"
        said = page.request.post("/v1/images/generations", data=body).json()["error"]
        page.locator("#width").fill(str(width))
        page.locator("#height").fill(str(height))
        expect(page.locator("#size-error")).to_be_visible(visible=said["param"] == "size")


def test_the_message_says_how_to_mend_it(page: Page) -> None:
    choose(page, "shape", "custom")
    page.locator("#width").fill("1000")
    expect(page.locator("#size-error")).to_have_text(
        "1000 is not a multiple of 16: try 992 or 1008."
    )
    expect(page.locator("#width")).to_have_attribute("aria-invalid", "true")
    page.locator("#width").fill("1008")
    expect(page.locator("#size-error")).to_be_hidden()


def test_a_wrong_size_is_not_sent_and_gets_the_focus(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    choose(page, "shape", "custom")
    page.locator("#width").fill("10")
    page.locator("#prompt").fill("a tile")
    page.locator("#prompt").press("Enter")
    expect(page.locator("#width")).to_be_focused()
    assert "POST" not in asked


def test_a_custom_size_is_painted(page: Page) -> None:
    choose(page, "shape", "custom")
    page.locator("#width").fill("1280")
    page.locator("#height").fill("832")
    page.locator("#prompt").fill("a tile")
    page.locator("#prompt").press("Enter")
    finish(page)
    assert fact(page, "size") == "1280 × 832"
