"""The scene judge as its ONNX files: a picture → the things in it, with place, noun and colour.

The *finder* says where things are, the *namer* what each crop shows. Both report only; neither
trains or selects anything. Knows nothing about engines, prompts or suites, and never imports torch.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from sfumato.core import Pixels

FOUND = 64  # pixels a side that the finder sees
NAMED = 32  # pixels a side that the namer sees
CONTEXT = 1.3  # a crop's side, of its box' longer side
LEAST = 0.4  # a middle that is less likely is no thing; by staged scenes, as the next
SAME = 0.35  # boxes that overlap more (or lie much in another) are one thing
MOST = 12  # things in a picture

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing: its box (left, top, right, bottom) in [0, 1] and how sure the finder is.

    `nouns` and `colours` are the namer's logits, in the order of its card; the last noun is
    nothing.
    """

    box: tuple[float, float, float, float]
    score: float
    nouns: Array
    colours: Array

    @property
    def middle(self) -> tuple[float, float]:
        """(x, y)."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def size(self) -> tuple[float, float]:
        """(width, height)."""
        left, top, right, bottom = self.box
        return right - left, bottom - top


class SceneJudge:
    """`<folder>/finder.onnx`, `namer.onnx` and their card `scenes.json`."""

    def __init__(self, folder: Path) -> None:
        """FileNotFoundError names what is missing."""
        for file in ("finder.onnx", "namer.onnx", "scenes.json"):
            if not (folder / file).is_file():
                raise FileNotFoundError(
                    f"{folder / file} is missing: point --evals at the repository's evals folder."
                )
        self.card: Mapping[str, Any] = json.loads((folder / "scenes.json").read_text("utf-8"))
        self.nouns: tuple[str, ...] = tuple(self.card["nouns"])
        self.colours: tuple[str, ...] = tuple(self.card["colours"])
        self._finder = _open(folder / "finder.onnx")
        self._namer = _open(folder / "namer.onnx")

    def look(self, picture: Pixels) -> tuple[Found, ...]:
        """The things of a picture of any size, surest first; transparency is seen on white."""
        flat = on_white(picture)
        (planes,) = self._finder.run(None, {"pixels": to_tensor(flat, FOUND)})
        boxes = distinct(peaks(planes[0]))
        if not boxes:
            return ()
        crops = np.concatenate([to_tensor(cut(flat, np.array(box)), NAMED) for box, _ in boxes])
        nouns, colours = self._namer.run(None, {"crops": crops})
        return tuple(
            Found(box=box, score=score, nouns=noun, colours=colour)
            for (box, score), noun, colour in zip(boxes, nouns, colours, strict=True)
        )

    def noun_of(self, thing: Found, nouns: Sequence[str]) -> str | None:
        """The likeliest of `nouns`; None when nothing is likelier."""
        logits = [thing.nouns[self.nouns.index(noun)] for noun in nouns]
        best = int(np.argmax(logits))
        return nouns[best] if logits[best] >= thing.nouns[-1] else None

    def colour_of(self, thing: Found, colours: Sequence[str]) -> str:
        """The likeliest of `colours`."""
        return max(colours, key=lambda colour: thing.colours[self.colours.index(colour)])


Box = tuple[tuple[float, float, float, float], float]


def peaks(planes: Array) -> list[Box]:
    """Cells likelier than their neighbours → boxes with scores, surest first.

    `planes` (5, h, w) as `training.judge_finder` describes them.
    """
    chance = 1 / (1 + np.exp(-planes[0]))
    padded = np.pad(chance, 1, constant_values=-1)
    height, width = chance.shape
    around = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    tops = (chance >= np.max(around, axis=0)) & (chance >= LEAST)
    found = [_box(planes[1:, y, x], (int(x), int(y)), chance.shape) for y, x in np.argwhere(tops)]
    scores = [float(chance[y, x]) for y, x in np.argwhere(tops)]
    return sorted(zip(found, scores, strict=True), key=lambda pair: -pair[1])[:MOST]


def distinct(boxes: Sequence[Box]) -> list[Box]:
    """Without boxes that show a thing again, as a whole or in part."""
    kept: list[Box] = []
    for box, score in boxes:
        if all(_overlap(box, other) < SAME for other, _ in kept):
            kept.append((box, score))
    return kept


def cut(flat: NDArray[np.uint8], box: NDArray[Any]) -> NDArray[np.uint8]:
    """The square around a box of (H, W, 3), with some context, as (32, 32, 3).

    Beyond the picture its edge goes on.
    """
    height, width = flat.shape[:2]
    scale = np.array([width, height, width, height])
    left, top, right, bottom = (float(edge) for edge in box * scale)
    side = max(right - left, bottom - top, 4.0) * CONTEXT
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    pad = int(max(0, -x, -y, x + side - width, y + side - height)) + 1
    wide = Image.fromarray(np.pad(flat, ((pad, pad), (pad, pad), (0, 0)), mode="edge"), "RGB")
    area = (x + pad, y + pad, x + pad + side, y + pad + side)
    return np.asarray(wide.resize((NAMED, NAMED), Image.Resampling.BOX, box=area))


def on_white(picture: Pixels) -> NDArray[np.uint8]:
    """(H, W, 4) straight alpha → (H, W, 3)."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    flat = picture[..., :3] * alpha + 255 * (1 - alpha)
    return np.asarray(np.rint(flat), dtype=np.uint8)


def to_tensor(flat: NDArray[np.uint8], size: int) -> Array:
    """(H, W, 3) → (1, 3, size, size) in [0, 1], area-averaged."""
    image = Image.fromarray(np.ascontiguousarray(flat), "RGB")
    if image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.BOX)
    planes = np.asarray(image, dtype=np.float32).transpose(2, 0, 1)[None]
    return np.ascontiguousarray(planes / 255, dtype=np.float32)


def _box(
    geometry: Array, cell: tuple[int, int], shape: tuple[int, ...]
) -> tuple[float, float, float, float]:
    x, y = cell[0] + float(geometry[0]), cell[1] + float(geometry[1])
    half_w, half_h = (float(np.exp(np.clip(v, -2, 4))) / 2 for v in geometry[2:])
    edges = (x - half_w, y - half_h, x + half_w, y + half_h)
    left, top, right, bottom = (
        min(max(edge / limit, 0.0), 1.0)
        for edge, limit in zip(edges, (shape[1], shape[0]) * 2, strict=True)
    )
    return left, top, right, bottom


def _overlap(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    """Intersection over union, or 0.6 of the share of the smaller box inside the other if more."""
    wide = max(0.0, min(one[2], two[2]) - max(one[0], two[0]))
    tall = max(0.0, min(one[3], two[3]) - max(one[1], two[1]))
    areas = [max((b[2] - b[0]) * (b[3] - b[1]), 1e-6) for b in (one, two)]
    shared = wide * tall
    return max(shared / (sum(areas) - shared), 0.6 * shared / min(areas))


def _open(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
