"""A picture's thing without what lies behind it: by its alpha, else by its border's colour.

Knows nothing about where the thing goes.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from sfumato.core import Pixels
from sfumato.errors import ImageUserError

CLEAR = 16  # alpha below which a pixel counts as cut away
UNEVEN = 30.0  # mean distance of border pixels from their median above which there is no one colour
MAP = 256  # pixels of the longer side of the map on which the border's reach is sought
NEAR, FAR = 18, 60  # distances of a colour from the border's at which alpha is 0 and 1


def cut_out(pixels: Pixels) -> Pixels:
    """(h, w, 4), cropped to what is left. ImageUserError when nothing can be told apart."""
    alpha = pixels[..., 3]
    if (alpha < CLEAR).mean() < 0.02:  # not cut out yet
        pixels = _without_border_colour(pixels)
        alpha = pixels[..., 3]
    rows, columns = np.flatnonzero((alpha > 8).any(1)), np.flatnonzero((alpha > 8).any(0))
    if not rows.size:
        raise ImageUserError(
            "The other picture shows nothing but its background. Give one with a thing on it.",
            param="image",
        )
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _without_border_colour(pixels: Pixels) -> Pixels:
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])[:, :3].astype(float)
    colour = np.median(rim, axis=0)
    if np.abs(rim - colour).mean() > UNEVEN:
        raise ImageUserError(
            "The other picture has no transparent background and no even one, so its thing cannot"
            " be cut out. Give a PNG or WebP with a transparent background.",
            param="image",
        )
    distance = np.abs(pixels[..., :3].astype(np.float32) - colour.astype(np.float32)).max(-1)
    outside = _reached(distance < FAR)
    soft = np.clip((distance - NEAR) / (FAR - NEAR), 0, 1)
    alpha = np.where(outside, np.rint(soft * 255), 255).astype(np.uint8)
    return np.concatenate([pixels[..., :3], alpha[..., None]], -1)


def _reached(open_: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What can be reached from the rim through open pixels; the way is sought on a small map."""
    height, width = open_.shape
    scale = max(1, max(height, width) // MAP)
    small = (-(-width // scale), -(-height // scale))
    plane = Image.fromarray(np.where(open_, 255, 0).astype(np.uint8))
    roomy = np.asarray(plane.resize(small, Image.Resampling.BOX)) >= 128
    flood = Image.fromarray(
        np.where(np.pad(roomy, 1, constant_values=True), 255, 0).astype("u1")
    ).copy()
    ImageDraw.floodfill(flood, (0, 0), 128)
    near = flood.point([255 * (v == 128) for v in range(256)])
    near = near.filter(ImageFilter.MaxFilter(3)).crop((1, 1, small[0] + 1, small[1] + 1))
    reached = np.asarray(near.resize((width, height), Image.Resampling.NEAREST)) > 0
    return open_ & reached
