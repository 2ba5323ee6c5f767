"""Editing: pictures and an instruction → the frames of one edited picture.

Decides which kind of edit it is; each kind plans its own `Redraw`. Knows nothing about files.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sfumato.core import EditInputs, Frame, ImageParams
from sfumato.errors import InvalidRequest
from sfumato.native.editing.composing import plan_composed
from sfumato.native.editing.drawn import plan_drawn
from sfumato.native.editing.foreign import plan_foreign
from sfumato.native.editing.into_mask import plan_into_mask
from sfumato.native.editing.masked import plan_masked
from sfumato.native.editing.redraw import Redraw, painted
from sfumato.native.scene import Scene, scene_from_json

if TYPE_CHECKING:
    from sfumato.native.pipeline import NativeModel, Sampling

MAX_PICTURES = 16


def edit(
    model: "NativeModel", params: ImageParams, inputs: EditInputs, sampling: "Sampling"
) -> Iterator[Frame]:
    """Progress per step, Preview at the asked partials, then the Picture; lazily.

    Where `inputs.pictures[0]` has the asked size, what the edit does not concern is the input's
    pixels, to the bit. InvalidRequest or ImageUserError when the instruction cannot be followed.
    """
    yield from painted(model, params, inputs, sampling, plan_edit(model, params, inputs))


def plan_edit(model: "NativeModel", params: ImageParams, inputs: EditInputs) -> Redraw:
    """What is going to be done, before any painting."""
    if not 1 <= len(inputs.pictures) <= MAX_PICTURES:
        raise InvalidRequest(
            f"An edit takes 1 to {MAX_PICTURES} pictures, not {len(inputs.pictures)}.",
            param="image",
        )
    raw = inputs.pictures[0].scene
    scene: Scene | None = None if raw is None else scene_from_json(raw)
    if len(inputs.pictures) > 1 and inputs.mask is not None:
        return plan_into_mask(model, params, inputs, scene)
    if len(inputs.pictures) > 1:
        return plan_composed(model, params, inputs, scene)
    if inputs.mask is not None:
        return plan_masked(model, params, inputs, scene)
    if scene is not None:
        return plan_drawn(model, params, inputs, scene)
    return plan_foreign(model, params, inputs)
