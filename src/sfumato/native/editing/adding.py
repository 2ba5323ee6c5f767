"""New things in a Scene: added, put in another's place, redrawn in another style.

Knows where they go in the list from back to front, and what they look like there. Knows no changes
of what stays.
"""

from collections.abc import Iterable
from dataclasses import replace

from sfumato.native import kinds
from sfumato.native.blocks import Part
from sfumato.native.editing.changes import Add, Replace
from sfumato.native.editing.spots import beside, free_spot, in_a_row, natural_part, within
from sfumato.native.editing.stage import GROUNDLESS, Stage, attached
from sfumato.native.kinds import is_one_of, natural_size
from sfumato.native.scene import Scene, Thing


def added(
    change: Add, anchors: list[Thing], like: Thing | None, scene: Scene, stage: Stage
) -> tuple[Thing, Scene]:
    """One more thing, and the scene that has it."""
    mention = change.mention
    thing = Thing(
        concept=mention.concept,
        asset=_styled_like(mention.asset, scene, stage),
        colour=mention.colour,
        shadow=False,
    )
    part = natural_part(thing, mention.size, scene, stage)
    if like is not None:
        thing = replace(like, shadow=False)
        part = replace(stage.part(like), depth=0.0)
    if change.relation is None or not anchors:
        row = in_a_row(part, thing, scene, stage) if like is not None else None
        spot = row or free_spot(part, thing, scene, stage, change.side)
        at = 0 if spot.depth < 0 else _nearer_than(spot, scene, stage)
    else:
        spot = beside(part, thing, change.relation, anchors, scene, stage)
        at = depth_place(spot.depth, [index_of(scene.things, a) for a in anchors])
        worn = change.relation in ("wearing", "holding", "on", "reading")
        at = max([at, *(i + 1 for a in anchors for i in _worn_by(a, scene, stage))]) if worn else at
    shadow = shadowed(spot, thing, anchors, scene, stage)
    faces = is_one_of(thing.concept, kinds.FACING) and change.relation is None
    flip = faces and spot.x < stage.across / 2 if like is None else like.flip
    thing = replace(stage.put(thing, spot), shadow=shadow, flip=flip)
    return thing, replace(scene, things=(*scene.things[:at], thing, *scene.things[at:]))


def _worn_by(anchor: Thing, scene: Scene, stage: Stage) -> tuple[int, ...]:
    return attached(scene, index_of(scene.things, anchor), stage)


def shadowed(spot: Part, thing: Thing, anchors: list[Thing], scene: Scene, stage: Stage) -> bool:
    """Whether it touches the ground where a ground takes shadows."""
    if not spot.grounded or is_one_of(thing.concept, kinds.SHADOWLESS):
        return False
    return stage.area(scene).shadows and scene.backdrop.kind not in GROUNDLESS


def _nearer_than(spot: Part, scene: Scene, stage: Stage) -> int:
    """The place in the list from back to front: what flies is behind what stands."""
    if not spot.grounded:
        return len(scene.things) if spot.depth >= 0 and not scene.things else _behind(spot, scene)
    for index, thing in enumerate(scene.things):
        if thing.shadow and stage.part(thing).bottom > spot.bottom + 0.01:
            return index
    return len(scene.things)


def _behind(spot: Part, scene: Scene) -> int:
    return next((i for i, t in enumerate(scene.things) if t.shadow), len(scene.things))


def depth_place(depth: float, anchors: list[int]) -> int:
    """The place in the list from back to front: right before its anchors, or right behind them."""
    return max(anchors) + 1 if depth >= 0 else min(anchors)


def instead(old: Thing, change: Replace, scene: Scene, stage: Stage) -> Thing:
    """The new thing in the old one's place: on its feet, or about its middle."""
    mention, was = change.mention, stage.part(old)
    asset = _styled_like(mention.asset, scene, stage)
    wide, tall = stage.shape(asset)
    ratio = (natural_size(mention.concept) / natural_size(old.concept)) ** 0.5
    longest = max(was.width, was.height) * min(1.35, max(0.7, ratio))
    longest *= kinds.WORD_SIZES[mention.size]
    new = replace(was, width=wide * longest, height=tall * longest)
    if was.grounded:
        new = replace(new, y=was.bottom - new.height / 2)
    faces = is_one_of(mention.concept, kinds.FACING)
    thing = replace(
        old,
        concept=mention.concept,
        asset=asset,
        colour=mention.colour,
        flip=old.flip and faces,
        rotation=0.0 if old.shadow else old.rotation,
    )
    return stage.put(thing, within(new, stage))


def _styled_like(asset: str | None, scene: Scene, stage: Stage) -> str | None:
    """The same thing in the style of most of what is there."""
    memory = stage.memory
    styles = [memory[t.asset].style for t in scene.things if t.asset in memory and t.asset]
    if asset is None or not styles:
        return asset
    style = max(dict.fromkeys(styles), key=styles.count)
    twins = [a for a in memory.named(memory[asset].title) if a.title == memory[asset].title]
    return next((a.id for a in twins if a.style == style), asset)


def in_style(thing: Thing, style: str, stage: Stage) -> Thing:
    """The thing's twin in another style, as large and on the same feet."""
    if thing.asset is None or thing.asset not in stage.memory:
        return thing
    title = stage.memory[thing.asset].title
    twins = [a for a in stage.memory.named(title) if a.title == title and a.style == style]
    if not twins:
        return thing
    old = stage.part(thing)
    new = stage.part(replace(thing, asset=twins[0].id))
    y = old.bottom - new.height / 2 if old.grounded else old.y
    return stage.put(replace(thing, asset=twins[0].id), replace(new, y=y))


def index_of(things: Iterable[Thing], wanted: Thing) -> int:
    """By identity, since copies of a thing are equal."""
    return next(i for i, thing in enumerate(things) if thing is wanted)
