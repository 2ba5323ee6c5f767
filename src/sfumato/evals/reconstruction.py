"""How well a drawing comes back from 64 pixels: shrink, enlarge, compare with the vector.

The drawings are of sets that the upscaler never learned from. Knows nothing about engines.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sfumato.core import Pixels
from sfumato.evals.edge_width import blurred, edge_widths, luminance, over
from sfumato.evals.enlargers import Enlarger
from sfumato.native.canvas import shrink
from sfumato.native.memory import Memory
from sfumato.native.raster import rasterise
from sfumato.native.svg import sanitise

BASE = 64
UNSEEN = ("flat-color-icons", "openclipart-svg")  # sets that only memory holds
SSIM_SIGMA = 1.5
SSIM_FLOORS = (0.01**2, 0.03**2)


def drawings(memory: Memory, count: int, size: int) -> list[Pixels]:
    """`count` drawings of memory's `UNSEEN` sets, evenly spread over their names, square."""
    names = sorted(asset.id for asset in memory if asset.source in UNSEEN)
    chosen = [names[index * len(names) // count] for index in range(min(count, len(names)))]
    return [_render(memory.svg(name), size) for name in chosen]


def reconstruction(
    originals: Sequence[Pixels],
    enlargers: Mapping[str, Enlarger],
    note: Callable[[str], None] = lambda line: None,
) -> dict[str, dict[str, float]]:
    """enlarger → mean PSNR (dB, premultiplied RGBA) and SSIM of the luminance over white, and the
    median edge width divided by the original's."""
    table = {}
    for name, enlarger in enlargers.items():
        note(f"reconstruction by {name}")
        rows = [_scores(original, enlarger) for original in originals]
        means = np.nanmean(np.array(rows), axis=0)
        keys = ("psnr", "ssim", "edge_ratio")
        table[name] = {key: round(float(m), 4) for key, m in zip(keys, means, strict=True)}
    return table


def psnr(one: Pixels, other: Pixels) -> float:
    """Peak signal to noise of premultiplied RGBA, in dB; 99 when they are the same."""
    error = float(np.mean((_premultiplied(one) - _premultiplied(other)) ** 2))
    return 99.0 if error == 0 else float(-10 * np.log10(error))


def ssim(one: Pixels, other: Pixels) -> float:
    """Mean structural similarity (Wang et al. 2004) of the luminance over white."""
    x, y = (luminance(over(pixels, 1.0)) for pixels in (one, other))
    mean_x, mean_y = blurred(x, SSIM_SIGMA), blurred(y, SSIM_SIGMA)
    variance = blurred(x * x + y * y, SSIM_SIGMA) - mean_x**2 - mean_y**2
    covariance = blurred(x * y, SSIM_SIGMA) - mean_x * mean_y
    light, contrast = SSIM_FLOORS
    above = (2 * mean_x * mean_y + light) * (2 * covariance + contrast)
    below = (mean_x**2 + mean_y**2 + light) * (variance + contrast)
    return float(np.mean(above / below))


def _scores(original: Pixels, enlarger: Enlarger) -> tuple[float, float, float]:
    height, width = original.shape[:2]
    again = enlarger(shrink(original, (BASE, BASE)), width, height)
    sharp = edge_widths(original).median
    return psnr(original, again), ssim(original, again), edge_widths(again).median / sharp


def _render(svg: str, size: int) -> Pixels:
    """Centred in a square, whatever the drawing's shape."""
    art = sanitise(svg)
    x, y, width, height = art.box
    side = max(width, height)
    document = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="{x - (side - width) / 2:g} {y - (side - height) / 2:g} {side:g} {side:g}">'
        f"{art.nested()}</svg>"
    )
    return np.array(rasterise(document, size, size))


def _premultiplied(pixels: Pixels) -> NDArray[np.float32]:
    unit = pixels.astype(np.float32) / np.float32(255)
    unit[..., :3] *= unit[..., 3:]
    return unit
