"""Contact sheets: many pictures with their words in one compressed image.

`layout` says where each entry stands, so that a page can cut single pictures out of the image.
Knows nothing about engines or cards.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sfumato.core import Pixels

CELL = 128
LINE = 14
PAPER = (255, 255, 255)
INK = (33, 37, 41)
WEBP_QUALITY = 82


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Pictures that stand side by side above one caption."""

    caption: str
    pictures: tuple[Pixels, ...]


def contact_sheet(entries: Sequence[Entry], *, across: int, cell: int = CELL) -> Image.Image:
    """Rows of `across` entries; transparent pictures are shown on white."""
    wide = max(len(entry.pictures) for entry in entries)
    width, height = wide * cell + LINE, cell + LINE
    sheet = Image.new("RGB", (across * width, ceil(len(entries) / across) * height), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=LINE - 3)
    for place, entry in enumerate(entries):
        left, top = place % across * width, place // across * height
        for i, pixels in enumerate(entry.pictures):
            sheet.paste(thumbnail(pixels, cell), (left + i * cell, top))
        draw.text((left + 2, top + cell), _fitted(entry.caption, width, font), INK, font)
    return sheet


def layout(entries: Sequence[Entry], *, across: int, cell: int = CELL) -> dict[str, Any]:
    """JSON-ready facts of `contact_sheet`: its size, and the left top corner of each entry."""
    wide = max(len(entry.pictures) for entry in entries)
    width, height = wide * cell + LINE, cell + LINE
    return {
        "cell": cell,
        "pictures_each": wide,
        "size": [across * width, ceil(len(entries) / across) * height],
        "places": [[i % across * width, i // across * height] for i in range(len(entries))],
    }


def thumbnail(pixels: Pixels, cell: int) -> Image.Image:
    """Inside a white square of `cell` pixels."""
    image = Image.fromarray(np.ascontiguousarray(pixels), "RGBA")
    image.thumbnail((cell, cell), Image.Resampling.LANCZOS)
    square = Image.new("RGB", (cell, cell), PAPER)
    square.paste(image, ((cell - image.width) // 2, (cell - image.height) // 2), image)
    return square


def to_webp(sheet: Image.Image) -> bytes:
    """The sheet as one WebP file."""
    file = io.BytesIO()
    sheet.save(file, "WEBP", quality=WEBP_QUALITY, method=6)
    return file.getvalue()


def _fitted(text: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    while text and font.getlength(text) > width - 6:
        text = text[:-1]
    return text
