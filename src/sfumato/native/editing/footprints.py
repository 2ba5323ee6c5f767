"""Where two Scenes differ on the canvas: the footprints of what changed, before and after.

Knows nothing about paint.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from sfumato.core import ImageParams, Pixels
from sfumato.native.draft import draft
from sfumato.native.scene import Lettering, Scene, Thing

if TYPE_CHECKING:
    from sfumato.native.pipeline import NativeModel

T = TypeVar("T", Thing, Lettering)


def changed(
    model: "NativeModel",
    params: ImageParams,
    before: Scene,
    after: Scene,
    drafts: tuple[Pixels, Pixels],
) -> NDArray[np.bool_]:
    """(H, W): every pixel that a changed thing covers or shades, before or after.

    `drafts` are of both scenes. Even where a changed thing looks as before it counts: its paint
    belongs to what is gone.
    """
    first, second = drafts
    apart: NDArray[np.bool_] = (first != second).any(-1)
    common = _common(before, after)
    if common is None:
        return apart
    rest = draft(common, model.memory, params.width, params.height, model.fonts)
    found: NDArray[np.bool_] = apart | (first != rest).any(-1) | (second != rest).any(-1)
    return found


def _common(before: Scene, after: Scene) -> Scene | None:
    """What both have; None when something changed that lies behind or before everything."""
    if replace(before, things=(), lettering=()) != replace(after, things=(), lettering=()):
        return None
    things = _shared(before.things, after.things)
    words = _shared(before.lettering, after.lettering)
    return replace(before, things=things, lettering=words)


def _shared(one: tuple[T, ...], other: tuple[T, ...]) -> tuple[T, ...]:
    left = list(other)
    kept = []
    for item in one:
        if item in left:
            left.remove(item)
            kept.append(item)
    return tuple(kept)
