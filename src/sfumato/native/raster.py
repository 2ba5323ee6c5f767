"""The one call into resvg: a document of ours → RGBA pixels, and the outline that art fills.

No system fonts and no resources: what is drawn depends on the arguments alone. Knows nothing about
scenes.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from sfumato.native.svg import Art

PROBE = 128  # pixels of the longer edge when an outline is measured
OPAQUE = 40  # alpha from which a pixel belongs to a thing
COLUMNS = 32  # in which the top of an art is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Where the ink of an art is, in its own units: a tight box, its feet and its head.

    `tops` is how deep under the box' top the ink begins, as a share of its height, per column.
    """

    left: float
    top: float
    right: float
    bottom: float
    foot_left: float
    foot_right: float
    head_x: float
    head_width: float
    tops: tuple[float, ...]

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def longest(self) -> float:
        return max(self.width, self.height)


def rasterise(svg: str, width: int, height: int, fonts: tuple[str, ...] = ()) -> Image.Image:
    """A trusted document at exactly `width` x `height` pixels, straight alpha."""
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        height=height,
        skip_system_fonts=True,
        font_files=list(fonts) or None,
    )
    with Image.open(io.BytesIO(bytes(png))) as picture:
        pixels = picture.convert("RGBA")
    return pixels if pixels.size == (width, height) else pixels.resize((width, height))


@lru_cache(maxsize=1024)
def probe(art: Art) -> tuple[NDArray[np.uint8], float]:
    """The art alone in a small square of pixels, and how many of its units one pixel is."""
    x, y, width, height = art.box
    unit = max(width, height) / PROBE
    size = (max(1, round(width / unit)), max(1, round(height / unit)))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}">'
        f"{art.nested()}</svg>"
    )
    return np.asarray(rasterise(svg, *size)), unit


@lru_cache(maxsize=1024)
def outline(art: Art) -> Outline:
    """Measure the art's ink. An art that draws nothing fills its whole box."""
    pixels, unit = probe(art)
    solid = pixels[:, :, 3] >= OPAQUE
    if not solid.any():
        solid = np.ones_like(solid)
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    tall = bottom - top
    feet = _span(solid[bottom - max(1, tall // 12) : bottom])
    head = _longest_run(solid[top + tall // 10 : top + max(2, tall // 5)])
    x, y = art.box[0], art.box[1]
    return Outline(
        left=x + int(columns[0]) * unit,
        right=x + (int(columns[-1]) + 1) * unit,
        top=y + top * unit,
        bottom=y + bottom * unit,
        foot_left=x + feet[0] * unit,
        foot_right=x + feet[1] * unit,
        head_x=x + (head[0] + head[1]) / 2 * unit,
        head_width=(head[1] - head[0]) * unit,
        tops=_tops(solid[top:bottom, int(columns[0]) : int(columns[-1]) + 1]),
    )


def surface(ink: Outline, left: float, right: float) -> float:
    """How deep a thing sinks that is put on the art between two shares of its width.

    The middle height of what is there, as a share of the ink's height: a leaf does not carry.
    """
    first, last = int(left * COLUMNS), max(int(left * COLUMNS) + 1, ceil(right * COLUMNS))
    return float(np.median(ink.tops[max(0, first) : min(COLUMNS, last)]))


def _tops(solid: NDArray[np.bool_]) -> tuple[float, ...]:
    picked = (np.arange(COLUMNS) + 0.5) * solid.shape[1] / COLUMNS
    inked = solid[:, picked.astype(int)]
    depth = np.where(inked.any(0), inked.argmax(0) / len(solid), 1.0)
    return tuple(round(float(share), 4) for share in depth)


def _longest_run(rows: NDArray[np.bool_]) -> tuple[int, int]:
    """The widest unbroken stretch of columns: a head rather than the tip of a tail.

    Two of about equal width are ears or eyes of one head, which spans both.
    """
    ends = np.flatnonzero(np.diff(np.concatenate(([0], rows.any(0).astype(np.int8), [0]))))
    runs = ends.reshape(-1, 2)
    if not runs.size:
        return 0, rows.shape[1]
    widths = runs[:, 1] - runs[:, 0]
    twins = runs[widths >= 0.7 * widths.max()]
    return int(twins[0, 0]), int(twins[-1, 1])


def _span(rows: NDArray[np.bool_]) -> tuple[int, int]:
    columns = np.flatnonzero(rows.any(0))
    return (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, rows.shape[1])
