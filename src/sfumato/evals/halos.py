"""Whether a cut-out carries a halo: its rim against the colours just inside it, on black and white.

On black a halo is lighter than all that the shape has there, on white darker; and a haze is alpha
left where nothing stands. Knows nothing about engines.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfumato.core import Pixels
from sfumato.evals.edge_width import luminance, over

INSIDE = 0.95  # alpha from which a pixel is the shape itself
RIM = (0.04, 0.95)  # alpha of the rim
NEAR = 8  # pixels in which the rim's own interior is looked for
AWAY = 12  # pixels from the shape at which nothing of it is left
THRESHOLDS = {"mean": 2 / 255, "worst": 16 / 255, "haze": 1 / 255}

Mask = NDArray[np.bool_]


def halo(pixels: Pixels) -> dict[str, Any]:
    """(H, W, 4) straight → by how much luminance, of 1, the rim overshoots its interior.

    `on_black` and `on_white`: mean, and the 99th percentile as `worst`; `haze`: mean alpha away
    from the shape; `rim`: pixels that were compared. Zeros where there is no rim.
    """
    alpha = pixels[..., 3].astype(np.float32) / np.float32(255)
    inside = alpha >= INSIDE
    near = _spread(inside, NEAR)
    rim = (alpha > RIM[0]) & (alpha < RIM[1]) & near
    shown = luminance(over(pixels, 0.0))
    highest = _highest(np.where(inside, shown, 0), NEAR)
    lowest = 1 - _highest(np.where(inside, 1 - shown, 0), NEAR)
    lighter = np.maximum(shown - highest, 0)[rim]
    darker = np.maximum(lowest - luminance(over(pixels, 1.0)), 0)[rim]
    away = ~_spread(alpha >= 0.5, AWAY)
    return {
        "on_black": _summary(lighter),
        "on_white": _summary(darker),
        "haze": round(float(alpha[away].mean()), 5) if away.any() else 0.0,
        "rim": int(rim.sum()),
    }


def is_clean(measured: dict[str, Any]) -> bool:
    """Within `THRESHOLDS` on both grounds."""
    grounds = (measured["on_black"], measured["on_white"])
    return measured["haze"] <= THRESHOLDS["haze"] and all(
        ground[name] <= THRESHOLDS[name] for ground in grounds for name in ("mean", "worst")
    )


def _summary(overshoot: NDArray[np.float32]) -> dict[str, float]:
    if not overshoot.size:
        return {"mean": 0.0, "worst": 0.0}
    worst = float(np.percentile(overshoot, 99))
    return {"mean": round(float(overshoot.mean()), 5), "worst": round(worst, 5)}


def _spread(mask: Mask, reach: int) -> Mask:
    return _highest(mask.astype(np.float32), reach) > 0


def _highest(plane: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """The maximum within `reach` pixels along rows and columns."""
    for _ in range(2):
        padded = np.pad(plane, ((reach, reach), (0, 0)))
        rows = len(plane)
        tall = plane
        for shift in range(2 * reach + 1):
            tall = np.maximum(tall, padded[shift : shift + rows])
        plane = np.ascontiguousarray(tall.T)
    return plane
