"""A traced SVG, drawn by another library, looks like the pixels and holds nothing but paths."""

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sfumato.codec import tracing
from sfumato.codec.tracing import trace
from sfumato.core import Pixels


def _drawn(*, clear: bool = False) -> Pixels:
    image = Image.new("RGBA", (160, 96), (0, 0, 0, 0) if clear else (240, 230, 200, 255))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 14, 90, 84), fill=(200, 40, 50, 255))
    draw.rectangle((80, 30, 140, 70), fill=(30, 90, 160, 255))
    return np.array(image)


def _shown(svg: bytes) -> Pixels:
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg.decode()))
    with Image.open(io.BytesIO(png)) as image:
        return np.array(image.convert("RGBA"))


def _psnr(one: Pixels, other: Pixels) -> float:
    error = float(np.mean((_premultiplied(one) - _premultiplied(other)) ** 2))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def _premultiplied(pixels: Pixels) -> NDArray[np.float64]:
    flat = pixels.astype(float)
    flat[..., :3] *= flat[..., 3:] / 255
    return flat


def test_a_traced_picture_looks_like_its_pixels() -> None:
    shown = _shown(trace(_drawn()))
    assert shown.shape == (96, 160, 4)
    assert (shown[..., 3] == 255).all()
    assert _psnr(shown, _drawn()) > 28


def test_clear_ground_stays_clear() -> None:
    shown = _shown(trace(_drawn(clear=True), transparent=True))
    assert _psnr(shown, _drawn(clear=True)) > 26
    clear = _drawn(clear=True)[..., 3] == 0
    assert ((shown[..., 3] < 128) == clear).mean() > 0.99


def test_a_small_hole_stays_a_hole() -> None:
    canvas = _drawn()
    canvas[5:15, 100:130, 3] = 0
    shown = _shown(trace(canvas, transparent=True))
    assert shown[10, 115, 3] == 0 and shown[50, 60, 3] == 255


def test_an_opaque_svg_drops_alpha() -> None:
    canvas = _drawn()
    canvas[..., 3] = 100
    assert (_shown(trace(canvas))[..., 3] == 255).all()


def test_a_picture_that_is_clear_everywhere_is_an_empty_drawing() -> None:
    assert not _shown(trace(np.zeros((8, 8, 4), np.uint8), transparent=True)).any()


def test_an_svg_holds_paths_and_nothing_else() -> None:
    svg = trace(_drawn(clear=True), transparent=True)
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    assert set(root.attrib) == {"width", "height", "viewBox", "preserveAspectRatio"}
    assert {part.tag for part in root} == {f"{space}path"}
    assert {name for part in root for name in part.attrib} == {"d", "fill", "transform"}
    assert not re.search(rb"href|url\(|script|<!|<\?", svg)


def test_the_same_pixels_give_the_same_bytes() -> None:
    assert trace(_drawn()) == trace(_drawn())


def test_grain_is_traced_smaller_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "MAX_BYTES", 30_000)
    noise = np.random.default_rng(0).integers(0, 256, (96, 160, 4), dtype=np.uint8)
    svg = trace(noise)
    assert len(svg) <= 30_000
    assert _shown(svg).shape == (96, 160, 4)


def test_a_large_picture_is_traced_smaller_and_shown_at_its_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tracing, "MAX_TRACED", 5_000)
    svg = trace(_drawn())
    assert b'width="160" height="96" viewBox="0 0 91 55"' in svg
    assert _psnr(_shown(svg), _drawn()) > 22
