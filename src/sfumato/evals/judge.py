"""A recogniser as its ONNX file: pictures → top-1 among labels, in MiniLM's sentence space.

The *judge* only reports; the *critic* may choose settings. Both open alike. Knows nothing about
engines or suites, and never imports torch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from sfumato.core import Pixels

SIZE = 64
TEMPERATURE = 0.05  # of training
BATCH = 32

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen: unit vectors (N, 384), of the thing and of its colour."""

    concept: Vectors
    colour: Vectors


class Recogniser:
    """`<folder>/<name>.onnx`, the label vectors beside it, and its data card."""

    def __init__(self, folder: Path, name: Literal["judge", "critic"] = "judge") -> None:
        """FileNotFoundError names what is missing."""
        for file in (f"{name}.onnx", f"{name}.json", "labels.npz"):
            if not (folder / file).is_file():
                raise FileNotFoundError(
                    f"{folder / file} is missing: point --evals at the repository's evals folder."
                )
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.name = name
        self.card: Mapping[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
        self._session = ort.InferenceSession(
            str(folder / f"{name}.onnx"), options, providers=["CPUExecutionProvider"]
        )
        with np.load(folder / "labels.npz", allow_pickle=False) as labels:
            self._labels = dict(zip(labels["names"].tolist(), labels["vectors"], strict=True))

    def see(self, pictures: Sequence[Pixels]) -> Sight:
        """Look at pictures of any size; transparent ones are seen on white."""
        tensor = np.stack([to_input(picture) for picture in pictures])
        found = [
            self._session.run(["concept", "colour"], {"pixels": tensor[i : i + BATCH]})
            for i in range(0, len(tensor), BATCH)
        ]
        return Sight(
            *(np.concatenate(part).astype(np.float32) for part in zip(*found, strict=True))
        )

    def vectors(self, kind: str, labels: Sequence[str]) -> Vectors:
        """(L, 384) of `labels`; KeyError when the label file does not have one."""
        rows = [self._labels[f"{kind}:{label}"] for label in labels]
        return np.asarray(rows, dtype=np.float32)

    def likelihoods(self, sight: Sight, kind: str, labels: Sequence[str]) -> Vectors:
        """(N, L): softmax over `labels`, by the thing or by its colour."""
        seen = sight.concept if kind == "concept" else sight.colour
        logits = seen @ self.vectors(kind, labels).T / TEMPERATURE
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)

    def top(self, sight: Sight, kind: str, labels: Sequence[str]) -> list[str]:
        """The likeliest of `labels` for each picture."""
        return [labels[i] for i in self.likelihoods(sight, kind, labels).argmax(axis=1)]


def to_input(picture: Pixels) -> NDArray[np.float32]:
    """(H, W, 4) straight alpha → (3, 64, 64) in [0, 1] on white, area-averaged."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    flat = picture[..., :3] * alpha + 255 * (1 - alpha)
    image = Image.fromarray(np.rint(flat).astype(np.uint8), "RGB")
    if image.size != (SIZE, SIZE):
        image = image.resize((SIZE, SIZE), Image.Resampling.BOX)
    planes = np.asarray(image, dtype=np.float32).transpose(2, 0, 1)
    return np.asarray(planes / 255, dtype=np.float32)
