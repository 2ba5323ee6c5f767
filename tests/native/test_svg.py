from pathlib import Path

import numpy as np
import pytest

from sfumato.errors import InvalidRequest
from sfumato.native.raster import rasterise
from sfumato.native.svg import sanitise

OPEN = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' viewBox="0 0 32 32">'
)


def drawn(svg: str) -> np.ndarray:
    art = sanitise(svg)
    page = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{art.nested()}</svg>'
    return np.asarray(rasterise(page, 32, 32))


@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
@pytest.mark.parametrize("scheme", ["{path}", "file://{path}", "FILE://{path}"])
def test_a_local_file_is_never_read(tmp_path: Path, attribute: str, scheme: str) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(OPEN + '<rect width="32" height="32" fill="red"/></svg>')
    target = scheme.format(path=secret)
    art = f'{OPEN}<image width="32" height="32" {attribute}="{target}"/></svg>'
    assert not drawn(art).any()
    assert str(secret) not in sanitise(art).body


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<foreignObject width="32" height="32"><p>hi</p></foreignObject>',
        '<style>@import url("http://example.com/x.css");</style>',
        '<image href="http://example.com/x.png" width="32" height="32"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="32" height="32"/>',
        '<use href="http://example.com/x.svg#a"/>',
        '<rect width="32" height="32" fill="url(http://example.com/x.svg#a)"/>',
        '<filter id="f"><feImage href="/etc/passwd"/></filter>',
        '<g onload="alert(1)"/>',
        '<a href="javascript:alert(1)"><rect width="3" height="3"/></a>',
        "<text>words of the system's fonts</text>",
    ],
)
def test_what_points_outside_or_runs_is_gone(hostile: str) -> None:
    body = sanitise(f"{OPEN}{hostile}</svg>").body
    for trace in ("http", "script", "passwd", "onload", "alert", "import", "data:", "words"):
        assert trace not in body


def test_inner_references_still_draw() -> None:
    svg = (
        f'{OPEN}<defs><linearGradient id="a"><stop stop-color="#00ff00"/></linearGradient>'
        '<rect id="r" width="32" height="32" fill="url(#a)"/></defs><use xlink:href="#r"/></svg>'
    )
    assert drawn(svg)[16, 16].tolist() == [0, 255, 0, 255]


def test_an_oversized_filter_goes_and_a_modest_one_stays() -> None:
    huge = '<filter id="f" width="100000"><feGaussianBlur stdDeviation="9000"/></filter>'
    modest = '<filter id="f" width="20"><feGaussianBlur stdDeviation="1"/></filter>'
    assert "filter" not in sanitise(f"{OPEN}{huge}</svg>").body
    assert "filter" in sanitise(f"{OPEN}{modest}</svg>").body


def test_uses_that_multiply_without_bound_are_cut() -> None:
    levels = "".join(f'<g id="g{i}">' + f'<use href="#g{i + 1}"/>' * 10 + "</g>" for i in range(9))
    bomb = f'{OPEN}{levels}<g id="g9"><rect width="1" height="1"/></g></svg>'
    assert "<use" not in sanitise(bomb).body


def test_a_use_of_itself_is_cut() -> None:
    assert "<use" not in sanitise(f'{OPEN}<g id="a"><use href="#a"/></g></svg>').body


@pytest.mark.parametrize(
    "broken",
    [
        "not xml",
        "<html/>",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e30 1e30"/>',
    ],
)
def test_what_is_no_drawing_is_refused(broken: str) -> None:
    with pytest.raises(InvalidRequest):
        sanitise(broken)
