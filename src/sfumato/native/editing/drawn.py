"""Edits of our own pictures: the Scene is changed, drafted, and only what differs is taken.

Knows nothing about masks and foreign pictures.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sfumato.core import EditInputs, ImageParams, Pixels
from sfumato.errors import ImageUserError
from sfumato.native.canvas import base_size, opaque, shrink
from sfumato.native.draft import draft
from sfumato.native.editing.caption import caption
from sfumato.native.editing.changes import (
    ChangeBackdrop,
    Light,
    Restyle,
    Weather,
)
from sfumato.native.editing.footprints import changed
from sfumato.native.editing.instruction import Instruction, understand
from sfumato.native.editing.redraw import Redraw
from sfumato.native.editing.region import Weight, blend, feathered, toned
from sfumato.native.editing.saying import nothing_understood
from sfumato.native.editing.stage import Stage
from sfumato.native.editing.surroundings import fitted
from sfumato.native.scene import Scene, Thing, scene_from_json

if TYPE_CHECKING:
    from sfumato.native.pipeline import NativeModel

ALIKE = 0.12  # mean distance, of 2, up to which a base pixel shows what the draft has there
ENOUGH = 0.6  # of the base pixels: the Scene describes the picture
BOX_MARGIN = 0.02  # of the short edge: around a thing whose outline is not known


def plan_drawn(
    model: "NativeModel", params: ImageParams, inputs: EditInputs, before: Scene
) -> Redraw:
    """InvalidRequest when the instruction says nothing that can be done with this scene."""
    stage = stage_for(model, params)
    if params.scene is not None:
        scene = scene_from_json(params.scene)
        asked = Instruction(
            changes=(), scene=scene, said=(), matched=(params.prompt,), unmatched=()
        )
    else:
        asked = understand(params.prompt, before, stage)
        if not asked.changes and not asked.kept:
            raise nothing_understood(params.prompt, before, asked.unmatched)
    _check_background(asked.scene, before, params)
    source = inputs.pictures[0].pixels
    if not all(thing.asset for thing in (*before.things, *asked.scene.things)):
        return _repainted(model, params, source, before, asked, stage, known=False)
    first = draft(before, model.memory, params.width, params.height, model.fonts)
    known = source.shape != first.shape or shows(source, first)
    if known and params.memory == "on":
        return _redrawn(model, params, source, before, first, asked)
    return _repainted(model, params, source, before, asked, stage, known=known)


def stage_for(model: "NativeModel", params: ImageParams) -> Stage:
    """The canvas of the asked size, with the model's drawings and fonts."""
    return Stage(
        memory=model.memory,
        encode=model.encoder,
        fonts=model.fonts,
        width=params.width,
        height=params.height,
    )


def shows(source: Pixels, first: Pixels) -> bool:
    """Whether the picture is what its scene says: it may have been painted from noise."""
    base = base_size(source.shape[1], source.shape[0])
    apart = np.abs(shrink(opaque(source), base) - shrink(opaque(first), base)).mean(0)
    return bool((apart <= ALIKE).mean() >= ENOUGH)


def _redrawn(
    model: "NativeModel",
    params: ImageParams,
    source: Pixels,
    before: Scene,
    first: Pixels,
    asked: Instruction,
) -> Redraw:
    """Where the drafts before and after differ, the new one; all of it at another size."""
    second = draft(asked.scene, model.memory, params.width, params.height, model.fonts)
    if source.shape == first.shape:
        weight = feathered(changed(model, params, before, asked.scene, (first, second)))
        drafted = blend(source, toned(second, source, weight), weight)
    else:
        weight = np.ones(first.shape[:2], np.float32)
        source, drafted = fitted(source, params.width, params.height), second
    return Redraw(
        source=source,
        drafted=drafted,
        weight=weight,
        scene=asked.scene,
        prompt=caption(asked.scene),
        changes=asked.said,
        matched=asked.matched,
        unmatched=asked.unmatched,
        assets=model.credits(asked.scene),
    )


def _repainted(
    model: "NativeModel",
    params: ImageParams,
    source: Pixels,
    before: Scene,
    asked: Instruction,
    stage: Stage,
    *,
    known: bool,
) -> Redraw:
    """From noise where the changed things stand: nothing is drawn from memory.

    `known`: the picture shows its scene, so the outlines of what is there are known.
    """
    references = model.denoiser.takes_references
    source = fitted(source, params.width, params.height)
    return Redraw(
        source=source,
        drafted=None,
        weight=_places_of_changes(model, params, before, asked, stage, known=known),
        scene=asked.scene,
        prompt=params.prompt if references else caption(asked.scene),
        references=(source,) if references else (),
        inside=True,
        changes=asked.said,
        matched=asked.matched,
        unmatched=asked.unmatched,
    )


def _places_of_changes(
    model: "NativeModel",
    params: ImageParams,
    before: Scene,
    asked: Instruction,
    stage: Stage,
    *,
    known: bool,
) -> Weight:
    """Where things differ; everything but what stays when the backdrop does.

    What was there by its outline, where that is known; what is new by its box.
    """
    after, size = asked.scene, (stage.height, stage.width)
    if any(isinstance(change, Restyle) for change in asked.changes) and not known:
        return np.ones(size, np.float32)
    back = any(isinstance(c, ChangeBackdrop | Light | Weather) for c in asked.changes)
    touched = np.full(size, back)
    lost = [t for t in before.things if t not in after.things]
    kept = [t for t in before.things if t in after.things]
    fresh = [t for t in after.things if t not in before.things]
    if back:
        touched &= ~_shape(model, params, before, kept, stage, known=known)
    touched |= _shape(model, params, before, lost, stage, known=known)
    for thing in fresh:
        if not any(_same_box(thing, old) for old in lost):
            _fill(touched, thing, stage)
    for one, other in ((before, after), (after, before)):
        boxes = stage.boxes(one)[len(one.things) :]
        for words, box in zip(one.lettering, boxes, strict=True):
            if words not in other.lettering:
                left, top, right, bottom = stage.pixels(box, BOX_MARGIN)
                touched[top:bottom, left:right] = True
    return feathered(touched)


def _shape(
    model: "NativeModel",
    params: ImageParams,
    scene: Scene,
    things: list[Thing],
    stage: Stage,
    *,
    known: bool,
) -> NDArray[np.bool_]:
    """What these things of the scene cover: their outlines, or their boxes."""
    covered = np.zeros((stage.height, stage.width), bool)
    if known and things:
        alone = Scene(things=tuple(things), transparent=True)
        drawn = draft(alone, model.memory, params.width, params.height, model.fonts)
        return np.asarray(drawn[..., 3] > 0)
    for thing in things:
        _fill(covered, thing, stage)
    return covered


def _same_box(one: Thing, other: Thing) -> bool:
    """Whether a new thing fills about the old one's place, as after a recolouring."""
    return (
        one.asset == other.asset
        and abs(one.x - other.x) + abs(one.y - other.y) < 0.02
        and 0.9 < one.size / other.size < 1.1
    )


def _fill(touched: NDArray[np.bool_], thing: Thing, stage: Stage) -> None:
    left, top, right, bottom = stage.pixels(stage.part(thing), BOX_MARGIN)
    touched[top:bottom, left:right] = True


def _check_background(after: Scene, before: Scene, params: ImageParams) -> None:
    if after.transparent and not before.transparent and params.background == "opaque":
        raise ImageUserError(
            "This edit takes the background away, but 'background' is opaque. Give 'transparent'"
            " and a format with alpha (png or webp).",
            param="background",
        )
