"""A reading composed inside the shape of a mask. Knows no sources and no paint."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sfumato.native.blocks import Part
from sfumato.native.editing.spots import ground_of
from sfumato.native.editing.stage import Stage
from sfumato.native.layout import compose
from sfumato.native.reading import Reading
from sfumato.native.scene import Lettering, Scene, Thing

FULL = 0.94  # of the mask's box, at most
FITS = 0.9  # share of each thing's box that must be under the mask
NEAR_GROUND = 0.08  # of the short edge


def fill(
    hole: NDArray[np.bool_], reading: Reading, scene: Scene, stage: Stage, seed: int
) -> tuple[tuple[Thing, ...], tuple[Lettering, ...]]:
    """Things and words of the reading, as large as the mask holds them."""
    left, top, right, bottom = _box(hole)
    width, height = right - left, bottom - top
    inner = compose(reading, stage.memory, width=width, height=height, transparent=True, seed=seed)
    short, own = min(stage.width, stage.height), min(width, height)
    parts = [
        replace(
            stage.part(replace(t, size=t.size * own / short)),
            x=(left + t.x * width) / short,
            y=(top + t.y * height) / short,
        )
        for t in inner.things
    ]
    words = tuple(
        replace(
            w,
            x=(left + w.x * width) / stage.width,
            y=(top + w.y * height) / stage.height,
            size=w.size * own / short,
            width=w.width * width / stage.width,
            height=w.height * height / stage.height,
        )
        for w in inner.lettering
    )
    if parts and not words:
        parts = _largest(parts, hole, stage, scene)
    things = tuple(
        replace(stage.put(t, p), shadow=_stands(p, t, scene, stage))
        for t, p in zip(inner.things, parts, strict=True)
    )
    return things, words


def _box(hole: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _largest(parts: list[Part], hole: NDArray[np.bool_], stage: Stage, scene: Scene) -> list[Part]:
    """All scaled together about the mask's middle, as far as they stay under it."""
    short = min(stage.width, stage.height)
    left, top, right, bottom = (edge / short for edge in _box(hole))
    wide = max(p.right for p in parts) - min(p.left for p in parts)
    tall = max(p.bottom for p in parts) - min(p.top for p in parts)
    x = (max(p.right for p in parts) + min(p.left for p in parts)) / 2
    y = (max(p.bottom for p in parts) + min(p.top for p in parts)) / 2
    middle_x, middle_y = _middle(hole, short)
    k = FULL * min((right - left) / wide, (bottom - top) / tall)
    best = parts
    for _ in range(12):
        ground = ground_of(scene, stage) if not scene.transparent else None
        down = bottom - 0.5 * (1 - FULL) * (bottom - top) - k * tall / 2
        if ground is not None and top + k * tall <= ground <= bottom:
            down = ground - k * tall / 2
        elif ground is None:
            down = min(down, max(middle_y, top + k * tall / 2))
        best = [
            replace(
                p,
                width=p.width * k,
                height=p.height * k,
                x=middle_x + (p.x - x) * k,
                y=down + (p.y - y) * k,
            )
            for p in parts
        ]
        if all(_under(p, hole, stage) >= FITS for p in best):
            return best
        k *= 0.93
    return best


def _middle(hole: NDArray[np.bool_], short: int) -> tuple[float, float]:
    rows, columns = np.nonzero(hole)
    return float(columns.mean()) / short, float(rows.mean()) / short


def _under(part: Part, hole: NDArray[np.bool_], stage: Stage) -> float:
    left, top, right, bottom = stage.pixels(part)
    return float(hole[top:bottom, left:right].mean()) if right > left and bottom > top else 0.0


def _stands(part: Part, thing: Thing, scene: Scene, stage: Stage) -> bool:
    if scene.transparent:
        return False
    ground = ground_of(scene, stage)
    return ground is not None and part.grounded and abs(part.bottom - ground) < NEAR_GROUND
