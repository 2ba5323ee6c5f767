"""Which pixels an edit may touch, and how the fresh ones join the kept ones without a seam.

A weight is (H, W) float32: 0 keeps the input's pixel to the bit, 1 takes the fresh one. Knows
nothing about scenes and prompts.
"""

import numpy as np
from numpy.typing import NDArray

from sfumato.core import Mask, Pixels
from sfumato.native.editing.membrane import membrane

REACH = 11  # pixels at 1024: how far an edit reaches beyond what changed; diagonally 15.6 < 16
BLUR = 2  # of these, half the feather
RIM = 6  # pixels at 1024 around the region, where the kept and the fresh paint are compared
TONE = 26  # of 255: a larger difference is another shape, not another tone
UNIT = 1024

Weight = NDArray[np.float32]


def feathered(changed: NDArray[np.bool_]) -> Weight:
    """1 on what is set, falling to 0 within 16 px of it (scaled to a short edge of 1024)."""
    scale = min(changed.shape) / UNIT
    reach, blur = int(REACH * scale), int(BLUR * scale)
    grown = _windowed(changed.astype(np.float32), reach - blur) > 0.5
    near = np.pad(grown.astype(np.float32), blur, mode="edge")  # the rim of the picture is no edge
    inside = slice(blur, -blur or None)
    soft = _windowed(near, blur)[inside, inside] / np.float32((2 * blur + 1) ** 2)
    weight: Weight = np.clip(soft, 0, 1).astype(np.float32)
    return weight


def from_mask(mask: Mask) -> Weight:
    """OpenAI's alpha: 0 may change, 255 keeps, between blends linearly."""
    return np.float32(1) - mask.astype(np.float32) / np.float32(255)


def blend(kept: Pixels, fresh: Pixels, weight: Weight) -> Pixels:
    """Premultiplied mixture; the very pixels of `kept` at 0 and of `fresh` at 1."""
    out: Pixels = np.where((weight >= 1)[..., None], fresh, kept)
    between = (weight > 0) & (weight < 1)
    one, other = _premultiply(kept[between]), _premultiply(fresh[between])
    mixed = one + (other - one) * weight[between][..., None]
    alpha = mixed[..., 3:]
    colour = mixed[..., :3] / np.maximum(alpha, np.float32(1 / 255))
    both = np.concatenate([colour, alpha], -1)
    out[between] = np.rint(np.clip(both, 0, 1) * 255).astype(np.uint8)
    return out


def toned(fresh: Pixels, kept: Pixels, weight: Weight) -> Pixels:
    """The fresh picture in the tone that the kept one has around the region.

    Painting tints what is near a thing; where the thing goes, its tint must not stand around
    it. The difference at the region's rim is continued into the region (a membrane, as in Pérez
    et al. 2003, by push-pull).
    """
    rim = _rim(weight)
    if not rim.any():
        return fresh
    difference = kept.astype(np.float32) - fresh
    known = np.zeros_like(rim)
    known[rim] = np.abs(difference[rim]).max(-1) <= TONE
    if not known.any():
        return fresh
    tone = membrane(difference, known)
    tone[..., 3] = 0
    out, inside = fresh.copy(), weight > 0
    out[inside] = np.clip(np.rint(fresh[inside] + tone[inside]), 0, 255).astype(np.uint8)
    return out


def base_mask(weight: Weight, base: tuple[int, int]) -> NDArray[np.float32]:
    """(1, h, w) for the denoiser: 1 wherever any pixel of the base pixel may change."""
    rows = np.linspace(0, weight.shape[0], base[0] + 1).astype(int)[:-1]
    columns = np.linspace(0, weight.shape[1], base[1] + 1).astype(int)[:-1]
    most = np.maximum.reduceat(np.maximum.reduceat(weight, rows, axis=0), columns, axis=1)
    return (most > 0).astype(np.float32)[None]


def share(weight: Weight) -> float:
    """The share of pixels that may differ from the input."""
    return float((weight > 0).mean())


def _rim(weight: Weight) -> NDArray[np.bool_]:
    reach = max(1, int(RIM * min(weight.shape) / UNIT))
    inside = (weight > 0).astype(np.float32)
    return (_windowed(inside, reach) > 0.5) & (weight <= 0)


def _windowed(plane: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """The sum over the square of `reach` pixels to each side, nothing beyond the rim but zeros."""
    if reach < 1:
        return plane
    return _rows(_rows(plane, reach).T, reach).T


def _rows(plane: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    padded = np.pad(plane, ((reach + 1, reach), (0, 0)))
    total = np.cumsum(padded, axis=0, dtype=np.float64)
    width = 2 * reach + 1
    return (total[width:] - total[:-width]).astype(np.float32)


def _premultiply(pixels: Pixels) -> NDArray[np.float32]:
    unit = pixels.astype(np.float32) / np.float32(255)
    unit[..., :3] *= unit[..., 3:]
    return unit
