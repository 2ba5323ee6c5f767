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
    return _pulled(values * weight[..., None], weight)


def _pulled(weighted: Planes, known: Planes) -> Planes:
    """Known values, and where there are none the next coarser level's. `weighted` is used up.

    In place: pictures that people edit have 12 million pixels and more.
    """
    height, width = known.shape
    smaller = height > 1 or width > 1
    coarse = _pulled(_halved(weighted), _halved(known[..., None])[..., 0]) if smaller else None
    own: Planes = np.divide(weighted, known[..., None] + TINY, out=weighted)
    if coarse is None:
        return own
    share = np.clip(known, 0, 1)[..., None]
    own *= share
    rest = _doubled(coarse, height, width)
    rest *= 1 - share
    own += rest
    return own


def _halved(planes: Planes) -> Planes:
    """Sums of two by two."""
    height, width = planes.shape[:2]
    even = np.pad(planes, ((0, height % 2), (0, width % 2), (0, 0)))
    halves: Planes = even[0::2, 0::2] + even[1::2, 0::2] + even[0::2, 1::2] + even[1::2, 1::2]
    return halves


def _doubled(planes: Planes, height: int, width: int) -> Planes:
    doubled = np.empty((height, width, planes.shape[-1]), np.float32)
    for c in range(planes.shape[-1]):
        plane = Image.fromarray(np.ascontiguousarray(planes[..., c]))
        doubled[..., c] = np.asarray(plane.resize((width, height), Image.Resampling.BILINEAR))
    return doubled
