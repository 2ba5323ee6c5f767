"""The base canvas: which small picture is painted for a requested size, and the way there and back.

Base pictures are (4, height, width) premultiplied RGBA in [-1, 1]; full ones are (H, W, 4) uint8
straight. Knows nothing about prompts or networks.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sfumato.core import Pixels
from sfumato.native.sampler import Array

BASES = ((64, 64), (56, 80), (80, 56), (48, 88), (88, 48))  # (height, width), about 64 patches of 8
KEEP = np.float32(8 / 127.5)  # a change of 8/255 or less is agreement with the draft
WINDOW = 2  # base pixels to each side that share one linear model of the change
HAZE = 16  # alpha, of 255, below which a picture painted from noise is clear
NEAR = np.float32(0.02)  # share of a shape around a rim that is enough to follow
VANISHED = 0.5  # of alpha: a shape is gone, or there is a new one
FLAT = np.float32(1e-3)  # variance below which the draft is flat and says nothing about the change


def base_size(width: int, height: int) -> tuple[int, int]:
    """(height, width) of the base canvas whose aspect is nearest."""
    wanted = np.log(height / width)
    return min(BASES, key=lambda base: abs(np.log(base[0] / base[1]) - wanted))


def shrink(pixels: Pixels, base: tuple[int, int]) -> Array:
    """Full picture → base picture, by area."""
    planes = [resize(plane, base, Image.Resampling.BOX) for plane in _premultiply(pixels)]
    return np.stack(planes) * np.float32(2) - np.float32(1)


def enlarge(picture: Array, width: int, height: int) -> Pixels:
    """Base picture → full picture, bicubic, nothing added."""
    return straight(_enlarge_planes(_unit(picture), width, height))


def merge(painted: Array, draft: Pixels) -> Pixels:
    """The painted base picture at the draft's size, with the draft's edges and detail.

    What painting changed is modelled as locally linear in the draft (fast guided filter, He & Sun
    2015), so the change ends where the draft's shapes end. Where painting agrees, to within
    `KEEP`, the draft stays as it is, to the bit. Alpha is the draft's unless painting mostly
    removed or invented a shape there.
    """
    height, width = draft.shape[:2]
    small = shrink(draft, (painted.shape[1], painted.shape[2]))
    change = painted - small
    change = np.sign(change) * np.maximum(np.abs(change) - KEEP, np.float32(0))
    if not change.any():
        return draft
    change *= np.float32(0.5)
    slope, offset = _linear_in(_unit(small), change)
    full = draft.transpose(2, 0, 1).astype(np.float32, order="C") / np.float32(255)
    shift = _enlarge_planes(slope, width, height) * full + _enlarge_planes(offset, width, height)
    shift[:3] = _rims_follow(shift[:3], draft[..., 3])
    shift[3] = np.where(np.abs(shift[3]) > VANISHED, shift[3], 0)
    shifted = np.clip(full + shift, 0, 1)
    empty = draft[..., 3] == 0
    if empty.any():
        shifted[:3, empty] /= np.maximum(shifted[3, empty], np.float32(1 / 255))
    touched = np.abs(shift).max(0) > 0.5 / 255
    touched &= ~empty | (shift[3] > 0)
    rounded = np.rint(np.minimum(shifted, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
    merged: Pixels = np.where(touched[..., None], rounded, draft)
    return merged


def _rims_follow(shift: NDArray[np.float32], alpha: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The colours' shift (3, H, W), that of a half-clear rim taken from the shape it is the rim of:
    on its own it would be mixed with the clear ground's, and be seen as a halo."""
    inside = (alpha == 255).astype(np.float32)
    weight = _around(inside)
    rim = (alpha > 0) & (alpha < 255) & (weight > NEAR)
    if not rim.any():
        return shift
    near = np.stack([_around(plane * inside) for plane in shift]) / np.maximum(weight, NEAR)
    return np.where(rim, near, shift)


def _around(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of a few pixels around each."""
    height, width = plane.shape
    few = (max(1, height // 4), max(1, width // 4))
    return resize(resize(plane, few, Image.Resampling.BOX), plane.shape, Image.Resampling.BILINEAR)


def changed_share(before: Pixels, after: Pixels) -> float:
    """Share of pixels in which a channel differs by more than 8/255."""
    difference = np.abs(before.astype(np.int16) - after.astype(np.int16)).max(-1)
    return float((difference > 8).mean())


def opaque(pixels: Pixels) -> Pixels:
    """Over white, alpha 255."""
    alpha = pixels[..., 3:].astype(np.uint16)
    over = (pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return np.concatenate([over, np.full_like(alpha, 255)], -1).astype(np.uint8)


def without_haze(pixels: Pixels) -> Pixels:
    """Clear where next to nothing was painted: a denoiser never says quite zero."""
    return np.where(pixels[..., 3:] < HAZE, np.uint8(0), pixels)


def straight(unit: NDArray[np.float32]) -> Pixels:
    """(4, H, W) premultiplied in [0, 1], clipped → (H, W, 4) straight uint8."""
    pixels = np.empty((*unit.shape[1:], 4), np.uint8)
    alpha = np.clip(unit[3], 0, 1)
    for channel in range(3):
        colour = np.clip(unit[channel], 0, 1)
        colour /= np.maximum(alpha, np.float32(1 / 255))
        pixels[..., channel] = np.rint(np.minimum(colour, 1) * 255)
    pixels[..., 3] = np.rint(alpha * 255)
    return pixels


def resize(
    plane: NDArray[np.float32], size: tuple[int, int], resample: Image.Resampling
) -> NDArray[np.float32]:
    """One plane at `size` (height, width)."""
    image = Image.fromarray(np.ascontiguousarray(plane, np.float32))
    return np.asarray(image.resize((size[1], size[0]), resample), np.float32)


def _linear_in(guide: Array, change: Array) -> tuple[Array, Array]:
    """Slope and offset, (C, h, w) each, of `change` as a local linear function of `guide`."""
    guide_mean, change_mean = _box(guide), _box(change)
    covariance = _box(guide * change) - guide_mean * change_mean
    variance = _box(guide * guide) - guide_mean * guide_mean
    slope: Array = np.divide(covariance, variance + FLAT, dtype=np.float32)
    return _box(slope), _box(change_mean - slope * guide_mean)


def _box(planes: Array) -> Array:
    """Mean over the window around each pixel, (C, h, w), edges repeated."""
    padded = np.pad(planes, ((0, 0), (WINDOW, WINDOW), (WINDOW, WINDOW)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, (2 * WINDOW + 1, 2 * WINDOW + 1), axis=(1, 2)
    )
    means: Array = windows.mean((-2, -1), dtype=np.float32)
    return means


def _unit(picture: Array) -> Array:
    """[-1, 1] → [0, 1]."""
    return (picture + np.float32(1)) * np.float32(0.5)


def _premultiply(pixels: Pixels) -> NDArray[np.float32]:
    """(H, W, 4) straight uint8 → (4, H, W) premultiplied in [0, 1]."""
    planes = pixels.transpose(2, 0, 1).astype(np.float32, order="C") / np.float32(255)
    planes[:3] *= planes[3]
    return planes


def _enlarge_planes(planes: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """(C, h, w) → (C, height, width)."""
    return np.stack([resize(p, (height, width), Image.Resampling.BICUBIC) for p in planes])
