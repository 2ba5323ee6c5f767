"""The trained upscaler, run by ONNX Runtime: a base canvas → a full picture with crisp edges.

The first step makes it four times as large and sharpens what was painted; every further one doubles
it, until it is past the requested size, to which it is then shrunk. Colours never exceed alpha, so
cut-outs carry no halo. Knows nothing about prompts, drafts or denoisers.
"""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from sfumato.core import Pixels
from sfumato.native.canvas import resize, straight
from sfumato.native.sampler import Array

FIRST, NEXT = ("canvas", "first", 4), ("picture", "next", 2)  # input, output, how much larger
Step: TypeAlias = tuple[str, str, int]

MARGIN = 8  # pixels beyond which nothing reaches a pixel through the network
STRIP = 65_536  # pixels that are computed at once; bounds memory, whatever the picture's size


class Upscaler:
    """The exported upscaler at work, on `threads` threads."""

    def __init__(self, model: Path, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )

    def enlarge(self, picture: Array, width: int, height: int) -> Pixels:
        """(4, h, w) premultiplied in [-1, 1] → (height, width, 4) uint8 straight."""
        unit = _valid((picture + np.float32(1)) * np.float32(0.5))
        step = FIRST
        while unit.shape[1] < height or unit.shape[2] < width:
            unit = self._step(unit, step)
            step = NEXT
        if unit.shape[1:] == (height, width):
            return straight(unit)
        size = (height, width)
        return straight(np.stack([resize(p, size, Image.Resampling.HAMMING) for p in unit]))

    def _step(self, unit: Array, step: Step) -> Array:
        """One enlargement, strip by strip; each strip is what the whole picture would give."""
        factor, (_, height, width) = step[2], unit.shape
        padded = np.pad(unit, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)), mode="edge")
        larger = np.empty((4, factor * height, factor * width), np.float32)
        rows = max(16, STRIP // width)
        for top in range(0, height, rows):
            end = min(height, top + rows)
            strip = self._compute(padded[:, top : end + 2 * MARGIN], step)
            inner = slice(factor * MARGIN, -factor * MARGIN)
            larger[:, factor * top : factor * end] = strip[:, inner, inner]
        return larger

    def _compute(self, unit: Array, step: Step) -> NDArray[np.float32]:
        wanted, output, _ = step
        unused = np.zeros((1, 4, 2, 2), np.float32)  # what the other step works on meanwhile
        feeds = {FIRST[0]: unused, NEXT[0]: unused, wanted: np.ascontiguousarray(unit[None])}
        (larger,) = self._session.run([output], feeds)
        return np.asarray(larger[0], np.float32)


def _valid(unit: Array) -> Array:
    """Alpha in [0, 1], each colour in [0, alpha]."""
    alpha = np.clip(unit[3:], 0, 1)
    valid: Array = np.concatenate([np.clip(unit[:3], 0, alpha), alpha]).astype(np.float32)
    return valid
