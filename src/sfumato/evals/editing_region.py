"""What an edit had to leave alone, measured from the scenes before and after, not from the edit.

Untouched is what lies outside the alpha footprints of the things and words that differ, before and
after, with their shadows, grown by 16 px (at 1024). Knows nothing about how edits are made.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfumato.core import Pixels
from sfumato.engines.native import NativeEngine
from sfumato.native.draft import footprint, layers
from sfumato.native.scene import Lettering, Scene, Thing, scene_from_json

GROWN = 16  # pixels at a short edge of 1024
UNIT = 1024
SEEN = 8  # of 255: a pixel that differs by more is changed to the eye


def footprints(
    engine: NativeEngine, before: Mapping[str, Any], after: Mapping[str, Any], size: int
) -> NDArray[np.bool_]:
    """(size, size): the footprints of what differs between the scenes, grown."""
    one, other = scene_from_json(before), scene_from_json(after)
    covered = np.zeros((size, size), bool)
    for scene, rest in ((one, other), (other, one)):
        covered |= _covered(engine, scene, _missing_from(rest, scene), size)
    return grown(covered, round(GROWN * size / UNIT))


def grown(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Every pixel within `radius` (Euclidean) of one that is set."""
    out = mask.copy()
    height, width = mask.shape
    for dy in range(-radius, radius + 1):
        reach = int((radius**2 - dy**2) ** 0.5)
        rows = np.zeros_like(mask)
        source = mask[max(0, -dy) : height - max(0, dy)]
        rows[max(0, dy) : height - max(0, -dy)] = source
        total = np.cumsum(np.pad(rows, ((0, 0), (reach + 1, reach))), axis=1)
        out |= total[:, 2 * reach + 1 :] > total[:, :width]
    return out


def untouched(before: Pixels, after: Pixels, touched: NDArray[np.bool_]) -> Mapping[str, float]:
    """The share of the canvas that had to stay, and the share of it that did, to the bit."""
    rest = ~touched
    same = (before == after).all(-1)
    return {
        "canvas": float(rest.mean()),
        "identical": float(same[rest].mean()) if rest.any() else 1.0,
        "changed": float(changed(before, after)[rest].mean()) if rest.any() else 0.0,
    }


def changed(before: Pixels, after: Pixels) -> NDArray[np.bool_]:
    """(H, W): pixels that differ to the eye."""
    found: NDArray[np.bool_] = np.abs(before.astype(np.int16) - after).max(-1) > SEEN
    return found


def _covered(
    engine: NativeEngine, scene: Scene, wanted: set[tuple[str, int]], size: int
) -> NDArray[np.bool_]:
    model = engine.model
    covered = np.zeros((size, size), bool)
    pending: list[NDArray[np.bool_]] = []
    for layer in layers(scene, model.memory, size, size, model.fonts):
        if layer.kind in ("backdrop", "front"):
            continue
        alpha = footprint(layer, size, size) > 0
        if layer.kind == "shadow":  # and halo: of the thing whose layer follows
            pending.append(alpha)
            continue
        kind = "thing" if layer.kind == "thing" else "words"
        if (kind, layer.index) in wanted:
            for mask in (*pending, alpha):
                covered |= mask
        pending = []
    return covered


def _missing_from(rest: Scene, scene: Scene) -> set[tuple[str, int]]:
    """What of `scene` is not, exactly so, in `rest`."""
    things = {("thing", i) for i in _unmatched(scene.things, rest.things)}
    return things | {("words", i) for i in _unmatched(scene.lettering, rest.lettering)}


def _unmatched(
    ours: tuple[Thing, ...] | tuple[Lettering, ...],
    theirs: tuple[Thing, ...] | tuple[Lettering, ...],
) -> list[int]:
    left: list[Thing | Lettering] = list(theirs)
    found = []
    for index, item in enumerate(ours):
        if item in left:
            left.remove(item)
        else:
            found.append(index)
    return found
