"""The trained denoiser, run by ONNX Runtime. Knows nothing about prompts, schedules or drafts.

Pictures are (4, height, width) premultiplied RGBA in [-1, 1]; one picture at a time, so that its
bytes never depend on who else is served.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from sfumato.native.sampler import Array, Velocity

LETTERS = 16
MIN_TEXT = 24  # tokens the network was trained with; shorter prompts are padded with zero rows
REFERENCE_SIZE = 64
MAX_REFERENCES = 4


def no_references() -> Array:
    """(0, 4, 64, 64)."""
    return np.zeros((0, 4, REFERENCE_SIZE, REFERENCE_SIZE), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioning:
    """`text` (L, 384), `letters` (0 or 16,), `references` (R, 4, 64, 64): what the picture is to
    show; at most 4 reference pictures, premultiplied in [-1, 1]."""

    text: Array
    letters: NDArray[np.int64]
    references: Array = field(default_factory=no_references)

    def null(self) -> "Conditioning":
        """Letters and references without words, as in training: the other side of guidance."""
        return Conditioning(
            text=np.zeros_like(self.text), letters=self.letters, references=self.references
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Where painting may happen: `mask` (1, height, width), 1 = may change, 0 = stays `original`
    (4, height, width)."""

    mask: Array
    original: Array

    def around(self, inside: Array) -> Array:
        """`inside` where the mask lets it, the original elsewhere."""
        kept: Array = self.original * (1 - self.mask) + inside * self.mask
        return kept


class Denoiser:
    """The exported denoiser at work, on `threads` threads; `evaluations` counts its runs."""

    def __init__(self, model: Path, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # threads wait in a loop within a run, where they save a third of the time, never after it
        options.add_session_config_entry("session.force_spinning_stop", "1")
        self._session = ort.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self.evaluations = 0  # runs of the network so far: what a picture costs is a difference
        self.takes_references = "references" in {i.name for i in self._session.get_inputs()}

    def x_0(
        self, canvas: Array, t: float, conditioning: Conditioning, mask: Array | None = None
    ) -> Array:
        """The network's estimate of the picture, (4, height, width).

        `canvas` is x_t; under a `mask` (1, height, width; 1 = may change) it must hold the original
        where the mask is 0, as `Region.around` makes it. ValueError when there are references
        and this snapshot's network was exported without them.
        """
        if mask is None:
            mask = np.ones((1, *canvas.shape[1:]), np.float32)
        inputs = {
            "canvas": np.concatenate([canvas, mask])[None],
            "t": np.array([t], np.float32),
            "text": conditioning.text[None],
            "letters": conditioning.letters[None],
        }
        if self.takes_references:
            inputs["references"] = conditioning.references[None]
        elif len(conditioning.references):
            raise ValueError("This snapshot's denoiser takes no reference pictures.")
        self.evaluations += 1
        (x_0,) = self._session.run(["x_0"], inputs)
        return np.asarray(x_0[0], np.float32)

    def velocity(
        self,
        conditioning: Conditioning,
        guidance: float,
        region: Region | None = None,
        away_from: Array | None = None,
    ) -> Velocity:
        """Velocity with classifier-free guidance inside (Ho & Salimans 2022).

        In a `region` the velocity outside its mask leads exactly to the original. With guidance,
        it leads away from the words `away_from` (L, 384) where there are some, else from none.
        """
        null = conditioning.null()
        if away_from is not None:
            null = replace(null, text=away_from)
        mask = None if region is None else region.mask

        def velocity(x_t: Array, t: float) -> Array:
            canvas = x_t if region is None else region.around(x_t)
            x_0 = self.x_0(canvas, t, conditioning, mask)
            if guidance != 1:
                unguided = self.x_0(canvas, t, null, mask)
                x_0 = unguided + np.float32(guidance) * (x_0 - unguided)
            x_0 = np.clip(x_0, -1, 1)
            x_0 = x_0 if region is None else region.around(x_0)
            return (x_t - x_0) / np.float32(t)

        return velocity


def pad_text(tokens: Array) -> Array:
    """(L, 384) with at least the trained length, zero rows at the end."""
    missing = max(0, MIN_TEXT - len(tokens))
    return np.pad(tokens, ((0, missing), (0, 0)))
