"""Putting the thing of one picture into another. Knows nothing about masks.

A thing of our own moves as a drawing, from Scene to Scene; one of a foreign picture is cut out.
"""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from sfumato.core import EditInputs, ImageParams, Pixels, Source
from sfumato.errors import InvalidRequest
from sfumato.native.blocks import Part
from sfumato.native.draft import draft
from sfumato.native.editing.apply import apply_one
from sfumato.native.editing.caption import caption
from sfumato.native.editing.changes import Add, Which
from sfumato.native.editing.commands import readable
from sfumato.native.editing.cutting import cut_out
from sfumato.native.editing.drawn import shows, stage_for
from sfumato.native.editing.footprints import changed
from sfumato.native.editing.hearing import Hearing
from sfumato.native.editing.redraw import Redraw
from sfumato.native.editing.region import blend, feathered, toned
from sfumato.native.editing.spots import SIDES, beside, free_spot
from sfumato.native.editing.stage import Stage
from sfumato.native.editing.surroundings import fitted
from sfumato.native.editing.which import Pointer
from sfumato.native.reading import Mention
from sfumato.native.scene import Scene, Thing, scene_from_json

if TYPE_CHECKING:
    from sfumato.native.pipeline import NativeModel

NUMBERS = {
    "second": 2,
    "2nd": 2,
    "2": 2,
    "two": 2,
    "other": 2,
    "third": 3,
    "3rd": 3,
    "3": 3,
    "three": 3,
    "fourth": 4,
    "4th": 4,
    "4": 4,
    "four": 4,
    "last": -1,
}
_NOUN = "(?:picture|image|photo|drawing|one)"
_OF = re.compile(
    rf"(?:(?P<thing>(?:the |its |that )?[\w' -]+?) )?(?:of|from|in|on) (?:the"
    rf" )?(?:(?P<n>\w+) {_NOUN}|{_NOUN} (?P<m>\w+))",
    re.I,
)
_WHOLE = re.compile(rf"(?:the )?(?:(?P<n>\w+) {_NOUN}|{_NOUN} (?P<m>\w+))", re.I)
_VERB = re.compile(
    r"(?:put|place|add|insert|paste|set|stick|include|bring|show|draw|use|combine|merge|hang"
    r"|attach|(?:fill|replace)(?: (?:it|this|that|the [\w -]+?))? (?:with|by))\b\s*(?P<rest>.*)",
    re.I,
)
PASTED = 0.42  # of the short edge: the longer side of what is cut out
GROUNDED = Thing(concept="thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Put `thing` (words, "" for the main one) of picture `number` (from 1) somewhere."""

    number: int
    thing: str
    relation: str | None
    to: Which
    side: str | None
    words: str


def plan_composed(
    model: "NativeModel", params: ImageParams, inputs: EditInputs, before: Scene | None
) -> Redraw:
    """InvalidRequest when a picture has no part in the instruction."""
    stage = stage_for(model, params)
    source = fitted(inputs.pictures[0].pixels, params.width, params.height)
    before = trusted(model, params, source, before)
    scene = before or Scene(transparent=True)
    orders, unread = orders_of(params.prompt, scene, stage, len(inputs.pictures))
    check_all_used(orders, len(inputs.pictures))
    remembered = params.memory == "on"
    drawn, pasted, after = _placed(orders, inputs, scene, stage, remembered)
    size = (params.width, params.height)
    second = draft(after, model.memory, *size, model.fonts)
    if before is not None:
        first = draft(before, model.memory, *size, model.fonts)
        weight = feathered(changed(model, params, before, after, (first, second)))
        drafted = blend(source, toned(second, source, weight), weight)
    else:
        drafted = over(source, second)
        weight = feathered(second[..., 3] > 0)
    if pasted is not None:
        drafted = over(drafted, pasted)
        weight = np.maximum(weight, feathered(pasted[..., 3] > 0))
    return Redraw(
        source=source,
        drafted=drafted,
        weight=weight,
        scene=after,
        prompt=caption(after),
        whole=before is not None and pasted is None,
        changes=tuple(drawn),
        matched=tuple(order.words for order in orders),
        unmatched=tuple(unread),
        assets=model.credits(after),
    )


def trusted(
    model: "NativeModel", params: ImageParams, source: Pixels, before: Scene | None
) -> Scene | None:
    """The scene, if the picture shows it."""
    if before is None or params.memory == "off" or not all(t.asset for t in before.things):
        return None
    first = draft(before, model.memory, params.width, params.height, model.fonts)
    return before if shows(source, first) else None


def orders_of(
    text: str, scene: Scene, stage: Stage, pictures: int
) -> tuple[list[Order], list[str]]:
    """What to put where, and the commands that say nothing of the kind."""
    orders: list[Order] = []
    read, unread = readable(text)
    for command in read:
        match = _VERB.fullmatch(command)
        order = _order(match["rest"], scene, stage, pictures) if match else None
        if order is None:
            unread.append(command)
        else:
            orders.append(replace(order, words=command))
    return orders, unread


def _order(words: str, scene: Scene, stage: Stage, pictures: int) -> Order | None:
    hearing = Hearing(pointer=Pointer(scene=scene, stage=stage))
    thing, number = "", 0
    for pattern in (_OF, _WHOLE):
        for match in pattern.finditer(words):
            count = NUMBERS.get((match["n"] or match["m"] or "").lower(), 0)
            count = pictures if count == -1 else count
            if count >= 2 and count <= pictures:
                thing = match.groupdict().get("thing") or ""
                number = count
                words = f"{words[: match.start()]} it {words[match.end() :]}"
                break
        if number:
            break
    bare, side = hearing.side(words)
    rest, relation, to = hearing.relation(bare)
    if not number:
        number, thing = (
            2,
            re.sub(
                r"\b(?:into|in|to|onto|on) (?:the )?(?:first )?(?:it|picture|image|one).*", "", rest
            ),
        )
    side = side if side in SIDES else None
    return Order(number=number, thing=thing.strip(), relation=relation, to=to, side=side, words="")


def check_all_used(orders: list[Order], pictures: int) -> None:
    missing = sorted(set(range(2, pictures + 1)) - {order.number for order in orders})
    if missing:
        raise InvalidRequest(
            f"The instruction does not say what to do with picture {missing[0]}. For example: put"
            f" the thing of picture {missing[0]} on the left.",
            param="prompt",
        )


def _placed(
    orders: list[Order], inputs: EditInputs, scene: Scene, stage: Stage, remembered: bool
) -> tuple[list[str], Pixels | None, Scene]:
    """What was done in words, a layer of cut-outs, and the scene with what came as drawings.

    Without memory everything is cut out.
    """
    said, layer = [], None
    for order in orders:
        other = inputs.pictures[order.number - 1]
        own = own_thing(order, other, stage) if remembered else None
        if own is not None:
            mention = Mention(concept=own.concept, asset=own.asset, colour=own.colour)
            add = Add(mention=mention, relation=order.relation, to=order.to, side=order.side)
            scene, _ = apply_one(add, scene, stage)
            said.append(f"put {own.concept} of picture {order.number}")
            continue
        cut = cut_out(other.pixels)
        spot = _spot(cut, order, scene, stage)
        canvas = Image.new("RGBA", (stage.width, stage.height))
        left, top, right, bottom = stage.pixels(spot)
        piece = Image.fromarray(np.ascontiguousarray(cut))
        size = (max(1, right - left), max(1, bottom - top))
        canvas.alpha_composite(piece.resize(size, Image.Resampling.LANCZOS), (left, top))
        pasted = np.array(canvas)
        layer = pasted if layer is None else over(layer, pasted)
        said.append(f"put the cut-out of picture {order.number}")
    return said, layer, scene


def own_thing(order: Order, other: Source, stage: Stage) -> Thing | None:
    """The thing of a picture of ours, as a drawing; None for a foreign picture."""
    if other.scene is None:
        return None
    scene = scene_from_json(other.scene)
    things = [t for t in scene.things if t.asset is not None and t.asset in stage.memory]
    if not things:
        return None
    pointer = Pointer(scene=replace(scene, things=tuple(things)), stage=stage)
    found = pointer.find(order.thing) if order.thing else None
    chosen = [h for h in found or pointer.it() if h.kind == "thing"]
    return things[chosen[0].index] if chosen else None


def _spot(cut: Pixels, order: Order, scene: Scene, stage: Stage) -> Part:
    tall, wide = cut.shape[:2]
    part = Part(
        mention=0, width=PASTED * wide / max(wide, tall), height=PASTED * tall / max(wide, tall)
    )
    anchors = [scene.things[h.index] for h in order.to if h.kind == "thing"]
    if order.relation is None or not anchors:
        return free_spot(part, GROUNDED, scene, stage, order.side)
    return beside(part, GROUNDED, order.relation, anchors, scene, stage)


def over(ground: Pixels, layer: Pixels) -> Pixels:
    canvas = Image.fromarray(ground)
    canvas.alpha_composite(Image.fromarray(layer))
    return np.array(canvas)
