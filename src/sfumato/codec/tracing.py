"""Pixels traced to an SVG of filled paths. Knows nothing about recipes, credentials or time.

The document is put together here from a number, a colour and a path at a time, so nothing else can
be in it: no script, no picture, no reference.
"""

import io
import re

import numpy as np
from PIL import Image

from sfumato.core import Pixels

MAX_BYTES = 2_000_000
MAX_TRACED = 2_000_000  # pixels; a larger picture is traced smaller and drawn at its own size
OPAQUE_FROM = 128  # of alpha: a traced shape is there or is not
_MARGIN = 0.4  # of the width; the tracer looks for clear pixels only where it meets many
_PATH = re.compile(
    r'<path d="([MLCZ0-9 ,.\-]+)" fill="(#[0-9A-F]{6})" transform="translate\(([0-9,.\-]+)\)"/>'
)


def trace(pixels: Pixels, *, transparent: bool = False) -> bytes:
    """An SVG of (H, W, 4) uint8 straight-alpha pixels, MAX_BYTES at most.

    A picture with so much grain that its paths would be more is traced at half its size, and so on.
    Alpha from OPAQUE_FROM up is drawn and below it is clear when `transparent`, else it is dropped.
    """
    image = Image.fromarray(pixels if transparent else pixels[:, :, :3]).convert("RGBA")
    scale = min(1.0, (MAX_TRACED / (image.width * image.height)) ** 0.5)
    while True:
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        smaller = image if size == image.size else image.resize(size, Image.Resampling.BOX)
        document = _document(np.array(smaller), image.size)
        if len(document) <= MAX_BYTES:
            return document
        scale /= 2


def _document(pixels: Pixels, shown: tuple[int, int]) -> bytes:
    height, width = pixels.shape[:2]
    paths = "\n".join(
        f'<path transform="translate({place})" fill="{fill}" d="{path.strip()}"/>'
        for path, fill, place in _PATH.findall(_traced(pixels))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{shown[0]}" height="{shown[1]}"'
        f' viewBox="0 0 {width} {height}" preserveAspectRatio="none">\n{paths}\n</svg>\n'
    ).encode("ascii")


def _traced(pixels: Pixels) -> str:
    import vtracer  # two megabytes that only this format needs

    buffer = io.BytesIO()
    Image.fromarray(_cut_out(pixels)).save(buffer, "PNG", compress_level=1)
    traced: str = vtracer.convert_raw_image_to_svg(
        buffer.getvalue(),
        img_format="png",
        colormode="color",
        hierarchical="stacked",
        mode="spline",
        filter_speckle=4,
        color_precision=6,
        layer_difference=16,
        path_precision=1,
    )
    return traced


def _cut_out(pixels: Pixels) -> Pixels:
    """Every pixel drawn or clear; with a clear margin at the right, outside the view, if any is."""
    drawn = pixels[..., 3] >= OPAQUE_FROM
    cut = np.where(drawn[..., None], pixels, np.uint8(0))
    cut[..., 3] = np.where(drawn, np.uint8(255), np.uint8(0))
    if drawn.all():
        return cut
    return np.pad(cut, ((0, 0), (0, 1 + int(cut.shape[1] * _MARGIN)), (0, 0)))
