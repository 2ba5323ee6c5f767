"""The card's part on detail: crisp edges, clean alpha, and what enlargement costs, at 1024 pixels.

The same painted base pictures are enlarged by the snapshot, by Lanczos, by bicubic and by tracing,
and stand beside vector renders of the same prompts. Knows nothing about other parts of the card.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import numpy as np

from sfumato.core import ImageParams, Pixels
from sfumato.evals.edge_width import edge_widths
from sfumato.evals.enlargers import CLASSIC, Enlarger
from sfumato.evals.halos import THRESHOLDS, halo, is_clean
from sfumato.evals.reconstruction import drawings, reconstruction
from sfumato.native.canvas import opaque
from sfumato.native.pipeline import NativeModel, Sampling
from sfumato.native.sampler import Array
from sfumato.native.scene import Scene

SIZE = 1024
SEED = 5
QUALITY: Literal["medium"] = "medium"
WITHIN = 1.5  # times the edge width of the vector renders
RECONSTRUCTED = 12  # drawings
COLUMNS: Mapping[str, Literal["on", "off"]] = {"from_noise": "off", "with_memory": "on"}
GROUNDS: Sequence[Literal["opaque", "transparent"]] = ("opaque", "transparent")
PROMPTS = ("a red tulip", "a snail", "a blue teapot", "a bear")


class Engine(Protocol):
    """What is needed of the loaded native engine."""

    @property
    def model(self) -> NativeModel: ...

    def sampling(self, params: ImageParams, /) -> Sampling: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Painting:
    """One base picture, and what the snapshot made of it; `vector` is the draft of the prompt."""

    base: Array
    shipped: Pixels
    vector: Pixels | None
    transparent: bool


def measure(engine: Engine, note: Callable[[str], None] = lambda line: None) -> dict[str, Any]:
    """{"edge_width": column → …, "alpha": column → …, "reconstruction": enlarger → …}.

    `edge_width` gives pixels for the vector renders and, for the snapshot and every enlarger, the
    ratio to them; `alpha` the halos of the transparent pictures.
    """
    model = engine.model
    enlargers = dict(CLASSIC)
    if model.upscaler is not None:
        enlargers = {"upscaler": model.upscaler.enlarge, **CLASSIC}
    edges: dict[str, Any] = {}
    alpha: dict[str, Any] = {}
    for column, memory in COLUMNS.items():
        paintings = list(_paintings(engine, memory, note))
        note(f"edges, {column}")
        edges[column] = _edges(paintings, enlargers)
        clear = [painting for painting in paintings if painting.transparent]
        alpha[column] = _alpha(clear, enlargers)
    originals = drawings(model.memory, RECONSTRUCTED, SIZE)
    return {
        "size": SIZE,
        "prompts": list(PROMPTS),
        "edge_width": {"within": WITHIN, **edges},
        "alpha": {"thresholds": dict(THRESHOLDS), **alpha},
        "reconstruction": reconstruction(originals, enlargers, note),
    }


def _paintings(
    engine: Engine, memory: Literal["on", "off"], note: Callable[[str], None]
) -> Sequence[_Painting]:
    made = []
    for prompt in PROMPTS:
        for ground in GROUNDS:
            note(f"{prompt}, {ground}, memory {memory}")
            params = ImageParams(
                prompt=prompt,
                seed=SEED,
                width=SIZE,
                height=SIZE,
                quality=QUALITY,
                memory=memory,
                background=ground,
            )
            made.append(_painting(engine, params))
    return made


def _painting(engine: Engine, params: ImageParams) -> _Painting:
    model = engine.model
    scene = model.scene(params, model.plan(params))
    drafted = model.draft(scene, params)
    *_, base = model.paint(params, scene, engine.sampling(params), drafted)
    return _Painting(
        base=base,
        shipped=model.detail(base, drafted, scene, params),
        vector=_vector(model, scene, params),
        transparent=params.background == "transparent",
    )


def _vector(model: NativeModel, scene: Scene, params: ImageParams) -> Pixels | None:
    """The vector render of the same scene, whatever the column."""
    drafted = model.draft(scene, replace(params, memory="on"))
    if drafted is None or params.background == "transparent":
        return drafted
    return opaque(drafted)


def _edges(paintings: Sequence[_Painting], enlargers: Mapping[str, Enlarger]) -> dict[str, Any]:
    """`vector` in pixels, then each way of making the full picture as a ratio to it."""
    vector = _width([p.vector for p in paintings if p.vector is not None])
    ratios = {"shipped": _width([p.shipped for p in paintings]) / vector}
    for name, enlarger in enlargers.items():
        ratios[name] = _width([_shown(p, enlarger) for p in paintings]) / vector
    return {
        "vector": round(vector, 3),
        "ratio": {name: round(ratio, 3) for name, ratio in ratios.items()},
        "crisp": ratios["shipped"] <= WITHIN,
    }


def _alpha(paintings: Sequence[_Painting], enlargers: Mapping[str, Enlarger]) -> dict[str, Any]:
    """The worst of each halo number over the transparent pictures."""
    made = {"shipped": [halo(p.shipped) for p in paintings]}
    made["vector"] = [halo(p.vector) for p in paintings if p.vector is not None]
    for name, enlarger in enlargers.items():
        made[name] = [halo(_shown(p, enlarger)) for p in paintings]
    worst = {name: _worst(halos) for name, halos in made.items()}
    return {**worst, "clean": all(is_clean(measured) for measured in made["shipped"])}


def _worst(halos: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    grounds = {
        ground: {name: max(h[ground][name] for h in halos) for name in ("mean", "worst")}
        for ground in ("on_black", "on_white")
    }
    return {**grounds, "haze": max(h["haze"] for h in halos), "pictures": len(halos)}


def _shown(painting: _Painting, enlarger: Enlarger) -> Pixels:
    pixels = enlarger(painting.base, SIZE, SIZE)
    return pixels if painting.transparent else opaque(pixels)


def _width(pictures: Sequence[Pixels]) -> float:
    """The median over the pictures of each one's median."""
    return float(np.nanmedian([edge_widths(pixels).median for pixels in pictures]))
