"""Changes → the Scene after them. What no change names is kept exactly as it is.

Each change gives back the Scene and what it touched, which is what "it" means next. Knows no words
and no pixels.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import singledispatch

from sfumato.native import setting
from sfumato.native.blocks import Part
from sfumato.native.editing.adding import (
    added,
    depth_place,
    in_style,
    index_of,
    instead,
    shadowed,
)
from sfumato.native.editing.changes import (
    Add,
    Change,
    ChangeBackdrop,
    Flip,
    Handle,
    Light,
    Move,
    Recolour,
    Remove,
    Replace,
    Resize,
    Restyle,
    Swap,
    Turn,
    Weather,
    Which,
    Write,
)
from sfumato.native.editing.inscribe import written
from sfumato.native.editing.spots import (
    SIDES,
    beside,
    ground_of,
    within,
)
from sfumato.native.editing.stage import GROUNDLESS, Stage, attached
from sfumato.native.palette import named
from sfumato.native.scene import COLOURS, MAX_THINGS, Backdrop, Lettering, Scene, Thing

MOVED_SIZE = 0.8  # the least that is left of a thing's size where it has less room than before

Applied = tuple[Scene, Which]


def apply(scene: Scene, changes: Iterable[Change], stage: Stage) -> Scene:
    """The scene after all changes, in order."""
    for change in changes:
        scene, _ = apply_one(change, scene, stage)
    return scene


@singledispatch
def apply_one(change: Change, scene: Scene, stage: Stage) -> Applied:
    """The scene after one change, and what it touched there."""
    raise TypeError(f"no such change: {change!r}")


@apply_one.register
def _recolour(change: Recolour, scene: Scene, stage: Stage) -> Applied:
    ink = COLOURS[change.colour] if change.colour else "#1f2a44"
    scene = _each_thing(scene, change.which, lambda t: replace(t, colour=change.colour))
    return _each_lettering(scene, change.which, lambda w: replace(w, colour=ink)), change.which


@apply_one.register
def _remove(change: Remove, scene: Scene, stage: Stage) -> Applied:
    gone = set(_indexes(change.which))
    gone |= {other for index in gone for other in attached(scene, index, stage)}
    words = set(_indexes(change.which, "words"))
    things = tuple(t for i, t in enumerate(scene.things) if i not in gone)
    lettering = tuple(w for i, w in enumerate(scene.lettering) if i not in words)
    return replace(scene, things=things, lettering=lettering), ()


@apply_one.register
def _flip(change: Flip, scene: Scene, stage: Stage) -> Applied:
    return _each_thing(scene, change.which, lambda t: replace(t, flip=not t.flip)), change.which


@apply_one.register
def _turn(change: Turn, scene: Scene, stage: Stage) -> Applied:
    def turned(thing: Thing) -> Thing:
        return replace(thing, rotation=round((thing.rotation + change.degrees) % 360, 2))

    return _each_thing(scene, change.which, turned), change.which


@apply_one.register
def _resize(change: Resize, scene: Scene, stage: Stage) -> Applied:
    things = list(scene.things)
    for index in _indexes(change.which):
        old = stage.part(things[index])
        foot = old.bottom if old.grounded else old.y + old.height / 2 * change.factor
        new = replace(old, width=old.width * change.factor, height=old.height * change.factor)
        new = within(replace(new, y=foot - new.height / 2), stage)
        _carry(things, index, old, new, scene, stage)
    scene = replace(scene, things=tuple(things))

    def resized(words: Lettering) -> Lettering:
        k = change.factor
        return replace(
            words, size=words.size * k, width=min(1.0, words.width * k), height=words.height * k
        )

    return _each_lettering(scene, change.which, resized), change.which


@apply_one.register
def _move(change: Move, scene: Scene, stage: Stage) -> Applied:
    if change.relation is not None and change.to:
        return _move_to(change, scene, stage)
    things = list(scene.things)
    for index in _indexes(change.which):
        old = stage.part(things[index])
        new = within(_at_side(_shifted(old, change), change.side, scene, stage), stage)
        if old.grounded and abs(new.y - old.y) > 0.02 and not _stands(new, scene, stage):
            things[index] = replace(things[index], shadow=False)
        _carry(things, index, old, new, scene, stage)
    scene = replace(scene, things=tuple(things))

    def moved(words: Lettering) -> Lettering:
        box = Part(
            mention=0,
            width=0.3,
            height=words.size,
            x=words.x * stage.across,
            y=words.y * stage.down,
            grounded=False,
        )
        box = within(_at_side(_shifted(box, change), change.side, scene, stage), stage)
        return replace(words, x=round(box.x / stage.across, 5), y=round(box.y / stage.down, 5))

    return _each_lettering(scene, change.which, moved), change.which


def _move_to(change: Move, scene: Scene, stage: Stage) -> Applied:
    """Into a relation; the moved things come to stand right before or behind the others."""
    assert change.relation is not None
    focus: list[Thing] = []
    anchors = [scene.things[i] for i in _indexes(change.to)]
    for thing in [scene.things[i] for i in _indexes(change.which)]:
        index = _place_of(scene, thing)
        rest = replace(scene, things=_without(scene.things, index))
        old = stage.part(thing)
        new = beside(old, thing, change.relation, anchors, rest, stage, least_size=MOVED_SIZE)
        things = list(scene.things)
        shadow = shadowed(new, thing, anchors, scene, stage)
        things[index] = replace(thing, shadow=shadow)
        moved = _carry(things, index, old, new, scene, stage)
        company = [things[i] for i in moved]
        kept = [t for i, t in enumerate(things) if i not in moved]
        at = depth_place(new.depth, [index_of(kept, a) for a in anchors])
        scene = replace(scene, things=(*kept[:at], *company, *kept[at:]))
        focus.append(company[0])
    return scene, tuple(Handle(index=_place_of(scene, thing)) for thing in focus)


@apply_one.register
def _swap(change: Swap, scene: Scene, stage: Stage) -> Applied:
    things = list(scene.things)
    one, other = (stage.part(things[h.index]) for h in (change.one, change.other))
    both = ((change.one.index, one, other), (change.other.index, other, one))
    for index, old, there in both:
        y = old.y if old.grounded and there.grounded else there.y
        _carry(things, index, old, within(replace(old, x=there.x, y=y), stage), scene, stage)
    for index, _, there in both:
        things[index] = replace(things[index], shadow=there.grounded)
    return replace(scene, things=tuple(things)), (change.one, change.other)


@apply_one.register
def _replace_things(change: Replace, scene: Scene, stage: Stage) -> Applied:
    things = list(scene.things)
    for index in _indexes(change.which):
        old = things[index]
        companions = attached(scene, index, stage)
        things[index] = instead(old, change, scene, stage)
        for other in companions:
            worn = things[other]
            spot = beside(stage.part(worn), worn, "wearing", [things[index]], scene, stage)
            things[other] = stage.put(worn, spot)
    return replace(scene, things=tuple(things)), change.which


@apply_one.register
def _restyle(change: Restyle, scene: Scene, stage: Stage) -> Applied:
    focus = tuple(Handle(index=i) for i in range(len(scene.things)))
    if change.style == "sticker":
        return replace(scene, sticker=True), focus
    things = tuple(in_style(t, change.style, stage) for t in scene.things)
    return replace(scene, things=things, style=change.style), focus


@apply_one.register
def _backdrop(change: ChangeBackdrop, scene: Scene, stage: Stage) -> Applied:
    if change.transparent:
        return replace(scene, transparent=True), ()
    colours = tuple(named(c) for c in change.colours)
    kind = change.kind or scene.backdrop.kind
    if kind == "plain" and len(colours) > 1:
        kind = "gradient"
    new = replace(scene.backdrop, kind=kind, colours=colours or Backdrop().colours)
    if not colours and kind in ("plain", "gradient"):
        new = replace(new, colours=setting.NIGHT_WASH if new.night else setting.WASHES[0])
    things = scene.things
    if kind in GROUNDLESS:
        things = tuple(replace(t, shadow=False) for t in things)
    return replace(scene, backdrop=new, things=things, transparent=False), ()


@apply_one.register
def _light(change: Light, scene: Scene, stage: Stage) -> Applied:
    backdrop = replace(scene.backdrop, night=change.night)
    if change.night and backdrop.kind in ("plain", "gradient"):
        backdrop = replace(backdrop, kind="gradient", colours=setting.NIGHT_WASH)
    elif not change.night and backdrop.colours == setting.NIGHT_WASH:
        backdrop = replace(backdrop, colours=setting.WASHES[0])
    if not change.night and backdrop.weather == "stars":
        backdrop = replace(backdrop, weather=None)
    return replace(scene, backdrop=backdrop), ()


@apply_one.register
def _weather(change: Weather, scene: Scene, stage: Stage) -> Applied:
    night = scene.backdrop.night or change.weather == "stars"
    return replace(scene, backdrop=replace(scene.backdrop, weather=change.weather, night=night)), ()


@apply_one.register
def _write(change: Write, scene: Scene, stage: Stage) -> Applied:
    if change.instead is not None:
        place = change.instead.index

        def rewritten(words: Lettering) -> Lettering:
            ink = named(change.words.colour) if change.words.colour else words.colour
            return replace(words, text=change.words.text, colour=ink)

        return _each_lettering(scene, (change.instead,), rewritten), (
            Handle(kind="words", index=place),
        )
    lettering = (*scene.lettering, written(change, scene, stage))
    return replace(scene, lettering=lettering), (Handle(kind="words", index=len(lettering) - 1),)


@apply_one.register
def _add(change: Add, scene: Scene, stage: Stage) -> Applied:
    new: list[Thing] = []
    anchors = [scene.things[i] for i in _indexes(change.to)]
    like = scene.things[change.like.index] if change.like is not None else None
    for _ in range(min(change.mention.count, MAX_THINGS - len(scene.things))):
        thing, scene = added(change, anchors, like, scene, stage)
        new.append(thing)
    return scene, tuple(Handle(index=_place_of(scene, thing)) for thing in new)


def _stands(part: Part, scene: Scene, stage: Stage) -> bool:
    ground = ground_of(scene, stage)
    return ground is not None and part.bottom >= ground - 0.04


def _carry(
    things: list[Thing], index: int, old: Part, new: Part, scene: Scene, stage: Stage
) -> tuple[int, ...]:
    """Put a thing to its new box and what it wears along; the indexes of all that moved."""
    company = attached(scene, index, stage)
    k = new.width / old.width
    for other in company:
        worn = stage.part(scene.things[other])
        moved = replace(
            worn,
            width=worn.width * k,
            height=worn.height * k,
            x=new.x + (worn.x - old.x) * k,
            y=new.y + (worn.y - old.y) * k,
        )
        things[other] = stage.put(things[other], moved)
    things[index] = stage.put(things[index], new)
    return (index, *company)


def _shifted(part: Part, change: Move) -> Part:
    return replace(part, x=part.x + change.right, y=part.y + change.down)


def _at_side(part: Part, side: str | None, scene: Scene, stage: Stage) -> Part:
    """In the middle of the side that was named; what stands goes on standing."""
    if side is None:
        return part
    wide, tall = SIDES[side]
    margin = 0.04
    x, y = sum(wide) / 2 * stage.across, part.y
    x = margin + part.width / 2 if wide[0] == 0 and wide[1] < 0.5 else x
    x = stage.across - margin - part.width / 2 if wide[1] == 1 and wide[0] > 0.5 else x
    if wide == (0.0, 1.0):
        x = part.x
    if tall is not None:
        y = margin + part.height / 2 if tall[0] == 0 else stage.down - margin - part.height / 2
    elif side == "centre" and not part.grounded:
        y = stage.down / 2
    return replace(part, x=x, y=y)


def _each_thing(scene: Scene, which: Which, change: Callable[[Thing], Thing]) -> Scene:
    chosen = set(_indexes(which))
    things = tuple(change(t) if i in chosen else t for i, t in enumerate(scene.things))
    return replace(scene, things=things)


def _each_lettering(scene: Scene, which: Which, change: Callable[[Lettering], Lettering]) -> Scene:
    chosen = set(_indexes(which, "words"))
    words = tuple(change(w) if i in chosen else w for i, w in enumerate(scene.lettering))
    return replace(scene, lettering=words)


def _indexes(which: Which, kind: str = "thing") -> tuple[int, ...]:
    return tuple(handle.index for handle in which if handle.kind == kind)


def _place_of(scene: Scene, thing: Thing) -> int:
    return index_of(scene.things, thing)


def _without(things: tuple[Thing, ...], index: int) -> tuple[Thing, ...]:
    return (*things[:index], *things[index + 1 :])
