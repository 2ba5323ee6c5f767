"""Beyond a picture's known pixels: what surrounds a hole is continued into it.

Knows nothing about what the picture shows.
"""

import numpy as np
from PIL import Image

from sfumato.core import Pixels
from sfumato.native.editing.membrane import membrane
from sfumato.native.editing.region import Weight


def continued(pixels: Pixels, hole: Weight) -> Pixels:
    """The picture, smooth where `hole` is above 0; untouched where it is 0."""
    known = hole <= 0
    if not known.any() or known.all():
        return pixels
    filled = membrane(pixels.astype(np.float32), known)
    smooth = np.rint(np.clip(filled, 0, 255)).astype(np.uint8)
    out: Pixels = np.where(known[..., None], pixels, smooth)
    return out


def fitted(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture at another size: whole, in the middle, its surroundings continued."""
    if pixels.shape[:2] == (height, width):
        return pixels
    scale = min(width / pixels.shape[1], height / pixels.shape[0])
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    image = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    canvas = Image.new("RGBA", (width, height))
    canvas.paste(image, (left, top))
    hole = np.ones((height, width), np.float32)
    hole[top : top + size[1], left : left + size[0]] = 0
    return continued(np.array(canvas), hole)
