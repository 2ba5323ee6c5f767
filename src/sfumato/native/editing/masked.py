"""Edits by mask: the region is planned from the prompt, drafted, painted; the rest is kept.

Knows nothing about edits without a mask.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sfumato.core import EditInputs, ImageParams, Mask, Pixels
from sfumato.errors import InvalidRequest
from sfumato.native.blocks import Part
from sfumato.native.draft import draft
from sfumato.native.editing.caption import caption
from sfumato.native.editing.changes import Add, Handle, Remove, Write
from sfumato.native.editing.drawn import shows, stage_for
from sfumato.native.editing.inside import fill
from sfumato.native.editing.instruction import Instruction, understand
from sfumato.native.editing.redraw import Redraw
from sfumato.native.editing.region import Weight, blend, from_mask
from sfumato.native.editing.stage import Stage
from sfumato.native.editing.surroundings import continued, fitted
from sfumato.native.plan import read
from sfumato.native.reading import Reading
from sfumato.native.scene import Scene, scene_from_json

if TYPE_CHECKING:
    from sfumato.native.pipeline import NativeModel

_ADD = re.compile(
    r"^\s*(?:please\s+)?(?:add|put|place|insert|draw|paint|include|show|fill (?:it )?with)\s+", re.I
)
_NOTHING = re.compile(
    r"^\s*(?:please\s+)?(?:remove|delete|erase|clear|get rid of|take (?:away|out)|nothing|empty"
    r"|clean)\b",
    re.I,
)
MOSTLY = 0.5  # share of a thing under the mask from which the mask means it


def plan_masked(
    model: "NativeModel", params: ImageParams, inputs: EditInputs, before: Scene | None
) -> Redraw:
    """InvalidRequest when the mask has another size than the picture, or keeps everything."""
    assert inputs.mask is not None
    source = inputs.pictures[0].pixels
    check_mask(inputs.mask, source)
    mask = fitted_mask(inputs.mask, params)
    same = source.shape[:2] == (params.height, params.width)
    source = fitted(source, params.width, params.height)
    weight, stage = from_mask(mask), stage_for(model, params)
    if params.memory == "off":
        return _from_noise(source, weight, before, params)
    if before is not None and same:
        first = draft(before, model.memory, params.width, params.height, model.fonts)
        before = before if shows(source, first) else None
    return _drafted(model, params, source, weight, before, stage)


def _from_noise(
    source: Pixels, weight: Weight, before: Scene | None, params: ImageParams
) -> Redraw:
    return Redraw(
        source=source,
        drafted=None,
        weight=weight,
        scene=before or Scene(),
        prompt=params.prompt,
        inside=True,
        whole=False,
        matched=(params.prompt,),
    )


def _drafted(
    model: "NativeModel",
    params: ImageParams,
    source: Pixels,
    weight: Weight,
    before: Scene | None,
    stage: Stage,
) -> Redraw:
    scene = before or Scene(transparent=True)
    hole = weight > 0
    if params.scene is not None:
        after = scene_from_json(params.scene)
        asked = Instruction(
            changes=(), scene=after, said=(), matched=(params.prompt,), unmatched=()
        )
    else:
        asked = _planned(model, params, scene, hole, stage)
    size = (params.width, params.height)
    fresh = draft(asked.scene, model.memory, *size, model.fonts)
    if before is None:
        fresh = _over(continued(source, hole.astype(np.float32)), fresh)
    emptied = _NOTHING.search(params.prompt) is not None
    nothing = not asked.changes and params.scene is None and not emptied
    return Redraw(
        source=source,
        drafted=None if nothing else blend(source, fresh, weight),
        weight=weight,
        scene=asked.scene,
        prompt=params.prompt if nothing else _told(asked, before),
        inside=True,
        whole=before is not None and not nothing,
        changes=asked.said,
        matched=asked.matched or ((params.prompt,) if emptied else ()),
        unmatched=() if emptied and not asked.changes else asked.unmatched,
        assets=() if nothing else model.credits(asked.scene),
    )


def _planned(
    model: "NativeModel",
    params: ImageParams,
    scene: Scene,
    hole: NDArray[np.bool_],
    stage: Stage,
) -> Instruction:
    """A command about what is under the mask, or a description of what is to be there."""
    under = under_mask(scene, hole, stage)
    focus = tuple(Handle(index=i) for i in under)
    asked = understand(params.prompt, scene, stage, focus)
    if asked.changes and not any(isinstance(c, Add | Write) for c in asked.changes):
        return asked
    words = _ADD.sub("", params.prompt)
    reading = _not_there_yet(read(words, model.memory, model.encoder), scene, under)
    if not reading.mentions and not reading.words:
        return replace(asked, changes=(), scene=without_things(scene, under))
    cleared = without_things(scene, under)
    things, lettering = fill(hole, reading, cleared, stage, params.seed)
    after = replace(
        cleared,
        things=(*cleared.things, *things),
        lettering=(*cleared.lettering, *lettering),
    )
    changes = (
        *((Remove(which=focus),) if focus else ()),
        *(Add(mention=mention) for mention in reading.mentions),
        *(Write(words=word) for word in reading.words),
    )
    said = [f"remove {scene.things[i].concept}" for i in under]
    said += [f"paint {m.concept} under the mask" for m in reading.mentions]
    said += [f'write "{w.text}" under the mask' for w in reading.words]
    return Instruction(
        changes=changes,
        scene=after,
        said=tuple(said),
        matched=reading.matched,
        unmatched=reading.unmatched,
    )


def _not_there_yet(reading: Reading, scene: Scene, under: tuple[int, ...]) -> Reading:
    """Without what stands elsewhere in the picture: a prompt may describe all of it."""
    there = {t.concept for i, t in enumerate(scene.things) if i not in under}
    new = [i for i, m in enumerate(reading.mentions) if m.concept not in there]
    if len(new) in (0, len(reading.mentions)):
        return reading
    place = {old: place for place, old in enumerate(new)}
    relations = tuple(
        replace(r, subject=place[r.subject], object=place[r.object])
        for r in reading.relations
        if r.subject in place and r.object in place
    )
    return replace(reading, mentions=tuple(reading.mentions[i] for i in new), relations=relations)


def under_mask(scene: Scene, hole: NDArray[np.bool_], stage: Stage) -> tuple[int, ...]:
    """The things of which most is under the mask."""
    return tuple(
        i for i, t in enumerate(scene.things) if covered(stage.part(t), hole, stage) >= MOSTLY
    )


def covered(part: Part, hole: NDArray[np.bool_], stage: Stage) -> float:
    """The share of a box that is under the mask."""
    left, top, right, bottom = stage.pixels(part)
    if right <= left or bottom <= top:
        return 0.0
    return float(hole[top:bottom, left:right].mean())


def without_things(scene: Scene, under: tuple[int, ...]) -> Scene:
    return replace(scene, things=tuple(t for i, t in enumerate(scene.things) if i not in under))


def _over(ground: Pixels, layer: Pixels) -> Pixels:
    canvas = Image.fromarray(ground)
    canvas.alpha_composite(Image.fromarray(layer))
    return np.array(canvas)


def _told(asked: Instruction, before: Scene | None) -> str:
    scene = asked.scene if before is not None else replace(asked.scene, transparent=False)
    return caption(scene)


def check_mask(mask: Mask, source: Pixels) -> None:
    if mask.shape != source.shape[:2]:
        raise InvalidRequest(
            f"The mask has {mask.shape[1]}x{mask.shape[0]} pixels, the picture"
            f" {source.shape[1]}x{source.shape[0]}. Give a mask of the picture's size.",
            param="mask",
        )
    if (mask == 255).all():
        raise InvalidRequest(
            "The mask keeps every pixel: it is opaque everywhere. Make it transparent where the"
            " picture may change.",
            param="mask",
        )


def fitted_mask(mask: Mask, params: ImageParams) -> Mask:
    """The mask at the asked size; what lies beyond the picture may change."""
    if mask.shape == (params.height, params.width):
        return mask
    scale = min(params.width / mask.shape[1], params.height / mask.shape[0])
    wide, tall = max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale))
    out = np.zeros((params.height, params.width), np.uint8)
    left, top = (params.width - wide) // 2, (params.height - tall) // 2
    resized = Image.fromarray(mask).resize((wide, tall), Image.Resampling.BILINEAR)
    out[top : top + tall, left : left + wide] = np.asarray(resized)
    return out
