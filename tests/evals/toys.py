"""Toy data for the recognisers: four flat shapes in two styles; words are fixed random vectors."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import save_file

from sfumato.core import Pixels
from sfumato.training.judge_data import JudgeData
from sfumato.training.judge_nets import NETS

SHAPES = ("cat", "dog", "bar", "ring")
SOURCES = ("noto", "emojione")


def toy_encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """A unit vector per text, by its hash."""
    rows = []
    for text in texts:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")
        row = np.random.default_rng(seed).normal(size=384)
        rows.append(row / np.linalg.norm(row))
    return np.asarray(rows, dtype=np.float32)


def toy_data() -> JudgeData:
    """Each shape in a learnt and in a held-out style; cat and dog are labels."""
    pairs = [(shape, source) for shape in SHAPES for source in SOURCES]
    return JudgeData(
        pixels=np.stack([_shape(shape, source) for shape, source in pairs]),
        titles=tuple(shape for shape, _ in pairs),
        sources=tuple(source for _, source in pairs),
        words=tuple((shape,) for shape, _ in pairs),
        labels=tuple((shape,) if shape in ("cat", "dog") else () for shape, _ in pairs),
    )


def checkpoint(name: str, path: Path) -> Path:
    """Untrained weights of a net at its real size."""
    state = {key: value.contiguous() for key, value in NETS[name]().state_dict().items()}
    save_file(state, path, {"samples": "0", "net": name})
    return path


def _shape(shape: str, source: str) -> Pixels:
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    inside = {
        "cat": x**2 + y**2 < 0.7,
        "dog": (abs(x) < 0.7) & (abs(y) < 0.7),
        "bar": abs(y) < 0.25,
        "ring": (x**2 + y**2 < 0.8) & (x**2 + y**2 > 0.4),
    }[shape]
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[inside] = (200, 60, 60, 255) if source == "noto" else (180, 80, 40, 255)
    return pixels
