"""NudeNet as a picture classifier, where an operator has installed it.

Its wheel is under the AGPL, so it is no dependency of Sfumato and nothing of it is shipped. It
finds nakedness and nothing else, in drawings worse than in photographs. Knows only its detector.
"""

import numpy as np
from nudenet import NudeDetector

from sfumato.core import Pixels
from sfumato.safety.verdict import Verdict

EXPOSED = frozenset(
    {
        "ANUS_EXPOSED",
        "BUTTOCKS_EXPOSED",
        "FEMALE_BREAST_EXPOSED",
        "FEMALE_GENITALIA_EXPOSED",
        "MALE_GENITALIA_EXPOSED",
    }
)
BGRA = [2, 1, 0, 3]  # the order in which its own reader gives a picture to the detector
BEHIND = 255  # transparent places are judged on white
SIDE = 640  # pixels that are enough for it: it looks at 320


class NudeNet:
    """The score of `sexual`: that of the surest exposed part."""

    def __init__(self) -> None:
        self._detector = NudeDetector()

    def __call__(self, pixels: Pixels) -> Verdict:
        stride = max(1, max(pixels.shape) // SIDE)
        seen = _opaque(pixels[::stride, ::stride])
        parts = self._detector.detect(np.ascontiguousarray(seen[..., BGRA]))
        exposed = [float(part["score"]) for part in parts if part["class"] in EXPOSED]
        return Verdict(scores={"sexual": max(exposed, default=0.0)})


def _opaque(pixels: Pixels) -> Pixels:
    alpha = pixels[..., 3:].astype(np.uint16)
    shown = (pixels * alpha + BEHIND * (255 - alpha) + 127) // 255
    shown[..., 3] = 255
    return shown.astype(np.uint8)
