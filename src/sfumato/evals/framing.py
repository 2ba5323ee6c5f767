"""Pictures made comparable: cut to what is drawn, as large, centred, at 64 pixels on white.

Two pictures of the same drawing are alike after this wherever it stood and however large it was.
Knows nothing about scores.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sfumato.core import Pixels

SIZE = 64
CONTENT = 58  # pixels of the longer side of what is drawn
VISIBLE = 24  # least alpha that counts as drawn


def framed(picture: Pixels) -> Pixels:
    """(H, W, 4) straight alpha → (64, 64, 4) opaque, on white."""
    planes = picture.astype(np.float32)
    planes[..., :3] *= planes[..., 3:] / 255
    drawn = picture[..., 3] > VISIBLE
    rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    if len(rows):
        planes = planes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return _centred(planes)


def vectors(pictures: Sequence[Pixels]) -> NDArray[np.float32]:
    """(N, 64·64·3) colours in [0, 1] of framed pictures."""
    flat = [picture[..., :3].reshape(-1) for picture in pictures]
    return np.stack(flat).astype(np.float32) / np.float32(255)


def _centred(content: NDArray[np.float32]) -> Pixels:
    height, width = content.shape[:2]
    scale = CONTENT / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    square = np.zeros((SIZE, SIZE, 4), np.float32)
    top, left = (SIZE - size[1]) // 2, (SIZE - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = _resized(content, size)
    on_white = square[..., :3] + (255 - square[..., 3:])
    opaque = np.full((SIZE, SIZE, 1), 255, np.float32)
    return np.concatenate([on_white, opaque], -1).round().clip(0, 255).astype(np.uint8)


def _resized(planes: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Bilinear, which averages where it shrinks."""
    each = [Image.fromarray(np.ascontiguousarray(planes[..., c])) for c in range(4)]
    small = [np.asarray(image.resize(size, Image.Resampling.BILINEAR)) for image in each]
    return np.stack(small, -1)
