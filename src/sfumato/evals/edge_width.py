"""How crisp edges are: the 10–90 % rise of luminance across each strong edge, in pixels.

The edge spread of ISO 12233, measured along the normal as Marziliano et al. (2002) do along rows:
from where the rise begins to where it ends. Edges are found on a blurred copy, so that soft ones
count as much as crisp ones. Knows nothing about engines or networks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfumato.core import Pixels

Plane = NDArray[np.float32]
Places = NDArray[np.floating[Any]]

SMOOTHING = 4.0  # pixels, standard deviation, at which edges are looked for
STRONGEST = 0.08  # of luminance per smoothed pixel: too weak below this share of a full step
CONTRAST = 0.2  # of full luminance: weaker edges do not count
REACH = 32  # pixels to each side of an edge that are followed
PER_PIXEL = 4  # samples of a profile per pixel
DROP = 0.1  # of the contrast: a fall of more than this ends the rise
EDGES = 3000  # are measured in one picture at most
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeWidths:
    """`widths` (N,) pixels from 10 to 90 % of each rise that was measured."""

    widths: Plane

    @property
    def median(self) -> float:
        """NaN when the picture has no strong edge."""
        return float(np.median(self.widths)) if len(self.widths) else float("nan")


def edge_widths(pixels: Pixels, seed: int = 0) -> EdgeWidths:
    """Measure up to `EDGES` strong edges, chosen by `seed`; a clear ground counts as white."""
    plane = luminance(over(pixels, 1.0))
    y, x, along_y, along_x = _edges(plane, seed)
    offsets = np.arange(-REACH * PER_PIXEL, REACH * PER_PIXEL + 1, dtype=np.float32) / PER_PIXEL
    profiles = _sample(
        plane, y[:, None] + along_y[:, None] * offsets, x[:, None] + along_x[:, None] * offsets
    )
    widths = np.array([_rise(profile) for profile in profiles], np.float32)
    return EdgeWidths(widths=widths[np.isfinite(widths)])


def over(pixels: Pixels, ground: float) -> Plane:
    """(H, W, 4) straight → (H, W, 3) in [0, 1] over a grey `ground`."""
    unit = pixels.astype(np.float32) / np.float32(255)
    composed: Plane = unit[..., :3] * unit[..., 3:] + np.float32(ground) * (1 - unit[..., 3:])
    return composed


def luminance(colours: Plane) -> Plane:
    """(H, W, 3) → (H, W), without linearising."""
    return np.asarray(colours @ LUMA, np.float32)


def blurred(plane: Plane, sigma: float) -> Plane:
    """Gaussian of `sigma` pixels, edges repeated."""
    radius = int(np.ceil(3 * sigma))
    kernel = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma**2)).astype(np.float32)
    kernel /= kernel.sum()
    for _ in range(2):
        padded = np.pad(plane, ((radius, radius), (0, 0)), mode="edge")
        rows = len(plane)
        mixed = np.zeros_like(plane)
        for shift, weight in enumerate(kernel):
            mixed += weight * padded[shift : shift + rows]
        plane = mixed.T
    return np.ascontiguousarray(plane)


def _edges(plane: Plane, seed: int) -> tuple[Plane, Plane, Plane, Plane]:
    """Positions and unit normals, uphill, of steepest points of the smoothed plane (Canny 1986)."""
    down, across = (np.asarray(g, np.float32) for g in np.gradient(blurred(plane, SMOOTHING)))
    steep = np.hypot(down, across)
    full_step = CONTRAST / (SMOOTHING * np.sqrt(2 * np.pi))  # the slope of a step once smoothed
    found = np.argwhere(steep > full_step * 0.5)
    chosen = np.random.default_rng(seed).permutation(len(found))[: 12 * EDGES]
    rows, columns = found[chosen].T
    y, x = rows.astype(np.float32), columns.astype(np.float32)
    slope = np.hypot(down[rows, columns], across[rows, columns])
    along_y, along_x = down[rows, columns] / slope, across[rows, columns] / slope
    crest = (slope >= _sample(steep, y + along_y, x + along_x)) & (
        slope > _sample(steep, y - along_y, x - along_x)
    )
    y, x, along_y, along_x = (np.asarray(v)[crest][:EDGES] for v in (y, x, along_y, along_x))
    return y, x, along_y, along_x


def _sample(plane: Plane, y: Places, x: Places) -> Plane:
    """Bilinear values at fractional positions, edges repeated."""
    y = np.clip(y, 0, plane.shape[0] - 1.001)
    x = np.clip(x, 0, plane.shape[1] - 1.001)
    top, left = y.astype(int), x.astype(int)
    dy, dx = y - top, x - left
    upper = plane[top, left] * (1 - dx) + plane[top, left + 1] * dx
    lower = plane[top + 1, left] * (1 - dx) + plane[top + 1, left + 1] * dx
    return np.asarray(upper * (1 - dy) + lower * dy, np.float32)


def _rise(profile: Plane) -> float:
    """Pixels from 10 to 90 % of the rise at the profile's steepest place near its middle; NaN when
    it rises by less than `CONTRAST`."""
    middle = len(profile) // 2
    near = int(SMOOTHING * PER_PIXEL)
    centre = middle - near + int(np.argmax(np.diff(profile[middle - near : middle + near + 1])))
    high = _climb(profile[centre:])
    low = -_climb(-profile[centre::-1])
    if high - low < CONTRAST:
        return float("nan")
    rise = (profile - low) / (high - low)
    after = centre + int(np.argmax(rise[centre:] >= 0.9))
    before = centre - int(np.argmax(rise[centre::-1] <= 0.1))
    return _crossing(rise, after, 0.9) - _crossing(rise, before + 1, 0.1)


def _climb(profile: Plane) -> float:
    """The top of the rise that begins at the profile's start: where it falls again, or ends."""
    top = np.maximum.accumulate(profile)
    fallen = top - profile > DROP * np.maximum(top - profile[0], CONTRAST / 2)
    end = int(np.argmax(fallen)) if fallen.any() else len(profile)
    return float(profile[:end].max())


def _crossing(rise: Plane, index: int, level: float) -> float:
    """Where, in pixels, the profile passes `level` between `index` - 1 and `index`."""
    if index <= 0 or index >= len(rise):
        return float("nan")
    step = rise[index] - rise[index - 1]
    part = (level - rise[index - 1]) / step if step > 0 else 1.0
    return float((index - 1 + np.clip(part, 0, 1)) / PER_PIXEL)
