"""The trained denoiser, run by ONNX Runtime. Knows nothing about prompts, schedules or drafts.

Pictures are (4, height, width) premultiplied RGBA in [-1, 1]; one picture at a time, so that its
bytes never depend on who else is served.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from sfumato.native.sampler import Array, Velocity

LETTERS = 16
MIN_TEXT = 24  # tokens the network was trained with; shorter prompts are padded with zero rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioning:
    """`text` (L, 384), `letters` (0 or 16,): what the picture is to show."""

    text: Array
    letters: NDArray[np.int64]

    def null(self) -> "Conditioning":
        """The same shape, saying nothing: the other side of guidance."""
        return Conditioning(text=np.zeros_like(self.text), letters=self.letters)


class Denoiser:
    def __init__(self, model: Path, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )

    def x_0(self, x_t: Array, t: float, conditioning: Conditioning) -> Array:
        """The network's estimate of the picture, (4, height, width)."""
        mask = np.ones((1, *x_t.shape[1:]), np.float32)
        inputs = {
            "canvas": np.concatenate([x_t, mask])[None],
            "t": np.array([t], np.float32),
            "text": conditioning.text[None],
            "letters": conditioning.letters[None],
        }
        (x_0,) = self._session.run(["x_0"], inputs)
        return np.asarray(x_0[0], np.float32)

    def velocity(self, conditioning: Conditioning, guidance: float) -> Velocity:
        """Velocity with classifier-free guidance inside (Ho & Salimans 2022)."""
        null = conditioning.null()

        def velocity(x_t: Array, t: float) -> Array:
            x_0 = self.x_0(x_t, t, conditioning)
            if guidance != 1:
                unguided = self.x_0(x_t, t, null)
                x_0 = unguided + np.float32(guidance) * (x_0 - unguided)
            return (x_t - np.clip(x_0, -1, 1)) / np.float32(t)

        return velocity


def pad_text(tokens: Array) -> Array:
    """(L, 384) with at least the trained length, zero rows at the end."""
    missing = max(0, MIN_TEXT - len(tokens))
    return np.pad(tokens, ((0, missing), (0, 0)))
