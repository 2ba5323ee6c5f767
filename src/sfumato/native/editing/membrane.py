"""Values known at some pixels, continued smoothly to all the others: push-pull.

(Gortler et al. 1996, The Lumigraph, §3.3: average what is known downwards, fill what is missing
upwards.) Knows nothing about what the values are.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Planes = NDArray[np.float32]
TINY = np.float32(1e-6)


def membrane(values: Planes, known: NDArray[np.bool_]) -> Planes:
    """(H, W, C) values: those of `known` (H, W) pixels, and between them what they suggest."""
    weight = known.astype(np.float32)
    return _pulled(values.astype(np.float32) * weight[..., None], weight)


def _pulled(weighted: Planes, known: Planes) -> Planes:
    """Known values, and where there are none the next coarser level's."""
    height, width = known.shape
    own: Planes = np.divide(weighted, known[..., None] + TINY, dtype=np.float32)
    if height <= 1 and width <= 1:
        return own
    coarse = _pulled(_halved(weighted), _halved(known[..., None])[..., 0])
    share = np.clip(known, 0, 1)[..., None]
    mixed: Planes = own * share + _doubled(coarse, height, width) * (1 - share)
    return mixed


def _halved(planes: Planes) -> Planes:
    """Sums of two by two."""
    height, width = planes.shape[:2]
    even = np.pad(planes, ((0, height % 2), (0, width % 2), (0, 0)))
    halves: Planes = even[0::2, 0::2] + even[1::2, 0::2] + even[0::2, 1::2] + even[1::2, 1::2]
    return halves


def _doubled(planes: Planes, height: int, width: int) -> Planes:
    channels = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(planes[..., c])).resize(
                (width, height), Image.Resampling.BILINEAR
            )
        )
        for c in range(planes.shape[-1])
    ]
    return np.stack(channels, -1)
