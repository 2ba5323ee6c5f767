"""Putting the things of other pictures where the mask of the first one leaves room.

The mask says where, so the instruction only has to say what. Knows nothing about edits without one.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from sfumato.core import EditInputs, ImageParams, Pixels
from sfumato.native.blocks import Part
from sfumato.native.draft import draft
from sfumato.native.editing.caption import caption
from sfumato.native.editing.composing import (
    Order,
    check_all_used,
    orders_of,
    over,
    own_thing,
    trusted,
)
from sfumato.native.editing.cutting import cut_out
from sfumato.native.editing.drawn import stage_for
from sfumato.native.editing.masked import check_mask, fitted_mask, under_mask, without_things
from sfumato.native.editing.redraw import Redraw
from sfumato.native.editing.region import Weight, blend, from_mask
from sfumato.native.editing.stage import Stage
from sfumato.native.editing.surroundings import continued, fitted
from sfumato.native.scene import Scene, Thing

if TYPE_CHECKING:
    from sfumato.native.pipeline import NativeModel

AIR = 0.94  # of the room: how much of it a thing fills


def plan_into_mask(
    model: "NativeModel", params: ImageParams, inputs: EditInputs, before: Scene | None
) -> Redraw:
    """InvalidRequest when a picture has no part in the instruction, or the mask does not fit."""
    assert inputs.mask is not None
    check_mask(inputs.mask, inputs.pictures[0].pixels)
    stage = stage_for(model, params)
    source = fitted(inputs.pictures[0].pixels, params.width, params.height)
    weight = from_mask(fitted_mask(inputs.mask, params))
    before = trusted(model, params, source, before)
    scene = before or Scene(transparent=True)
    scene = without_things(scene, under_mask(scene, weight > 0, stage))
    orders, unread = orders_of(params.prompt, scene, stage, len(inputs.pictures))
    check_all_used(orders, len(inputs.pictures))
    remembered = params.memory == "on"
    said, pasted, after = _filled(orders, inputs, scene, stage, weight, remembered)
    fresh = draft(after, model.memory, params.width, params.height, model.fonts)
    if before is None:
        fresh = over(continued(source, (weight > 0).astype(np.float32)), fresh)
    return Redraw(
        source=source,
        drafted=blend(source, over(fresh, pasted), weight),
        weight=weight,
        scene=after,
        prompt=caption(after if before is not None else replace(after, transparent=False)),
        inside=True,
        whole=before is not None and not pasted.any(),
        changes=tuple(said),
        matched=tuple(order.words for order in orders),
        unmatched=tuple(unread),
        assets=model.credits(after),
    )


def _filled(
    orders: Sequence[Order],
    inputs: EditInputs,
    scene: Scene,
    stage: Stage,
    weight: Weight,
    remembered: bool,
) -> tuple[list[str], Pixels, Scene]:
    """What was done in words, a layer of cut-outs, and the scene with what came as drawings."""
    said: list[str] = []
    things: list[Thing] = []
    layer = np.zeros((stage.height, stage.width, 4), np.uint8)
    for order, room in zip(orders, _rooms(weight, len(orders)), strict=True):
        other = inputs.pictures[order.number - 1]
        own = own_thing(order, other, stage) if remembered else None
        if own is not None:
            things.append(stage.put(own, _fitting(room, *stage.shape(own.asset))))
            said.append(f"put {own.concept} of picture {order.number} under the mask")
            continue
        cut = cut_out(other.pixels)
        left, top, right, bottom = stage.pixels(_fitting(room, cut.shape[1], cut.shape[0]))
        piece = Image.fromarray(np.ascontiguousarray(cut))
        canvas = Image.new("RGBA", (stage.width, stage.height))
        size = (max(1, right - left), max(1, bottom - top))
        canvas.alpha_composite(piece.resize(size, Image.Resampling.LANCZOS), (left, top))
        layer = over(layer, np.array(canvas))
        said.append(f"put the cut-out of picture {order.number} under the mask")
    return said, layer, replace(scene, things=(*scene.things, *things))


def _rooms(weight: Weight, count: int) -> list[Part]:
    """Boxes side by side along the longer side of what the mask opens."""
    open_ = weight > 0.5 if (weight > 0.5).any() else weight > 0
    rows, columns = np.flatnonzero(open_.any(1)), np.flatnonzero(open_.any(0))
    short = min(weight.shape)
    left, top = columns[0] / short, rows[0] / short
    wide, tall = (columns[-1] + 1) / short - left, (rows[-1] + 1) / short - top
    across = (count, 1) if wide >= tall else (1, count)
    width, height = float(wide / across[0]), float(tall / across[1])
    return [
        Part(
            mention=0,
            width=width,
            height=height,
            x=float(left + width * (i % across[0] + 0.5)),
            y=float(top + height * (i % across[1] + 0.5)),
        )
        for i in range(count)
    ]


def _fitting(room: Part, wide: float, tall: float) -> Part:
    """The largest box of that shape in the middle of the room."""
    scale = AIR * min(room.width / wide, room.height / tall)
    return replace(room, width=wide * scale, height=tall * scale)
