"""Changes in words, for recipes and people; and what to say when nothing was understood."""

from collections.abc import Iterable
from functools import singledispatch

from sfumato.errors import InvalidRequest
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
from sfumato.native.scene import Scene

EXAMPLES = (
    '"make it blue", "remove the hat", "add a balloon on the left", "replace the dog with a cat",'
    ' "move it up", "make the tree bigger", "put it on a beach", "at night", "make it snow",'
    ' \'change the text to "Hello"\', "in flat style"'
)


def described(change: Change, scene: Scene) -> str:
    """One change of the scene in a line."""
    return _told(change, scene)


def nothing_understood(text: str, scene: Scene | None, missing: Iterable[str]) -> InvalidRequest:
    """What was not understood, what is there, what can be asked."""
    lost = ", ".join(missing) or text
    there = ""
    if scene is not None:
        things = [*dict.fromkeys(t.concept for t in scene.things)]
        things += [f'the words "{words.text}"' for words in scene.lettering]
        there = f" The picture shows: {', '.join(things) or 'nothing but its background'}."
    return InvalidRequest(
        f"Nothing of this instruction could be followed ({lost}).{there} What can be asked, for"
        f" example: {EXAMPLES}. Or give a mask of what is to be painted anew.",
        param="prompt",
    )


@singledispatch
def _told(change: Change, scene: Scene) -> str:
    raise TypeError(f"no such change: {change!r}")


@_told.register
def _(change: Recolour, scene: Scene) -> str:
    return f"recolour {_which(change.which, scene)}: {change.colour or 'natural'}"


@_told.register
def _(change: Remove, scene: Scene) -> str:
    return f"remove {_which(change.which, scene)}"


@_told.register
def _(change: Add, scene: Scene) -> str:
    number = f"{change.mention.count} x " if change.mention.count > 1 else ""
    colour = f"{change.mention.colour} " if change.mention.colour else ""
    where = f", {change.relation} {_which(change.to, scene)}" if change.relation else ""
    where += f", {change.side}" if change.side else ""
    return f"add {number}{colour}{change.mention.concept}{where}"


@_told.register
def _(change: Replace, scene: Scene) -> str:
    return f"replace {_which(change.which, scene)}: {change.mention.concept}"


@_told.register
def _(change: Move, scene: Scene) -> str:
    if change.relation:
        return f"move {_which(change.which, scene)}: {change.relation} {_which(change.to, scene)}"
    if change.side:
        return f"move {_which(change.which, scene)}: {change.side}"
    return f"move {_which(change.which, scene)}: {change.right:+.2f} right, {change.down:+.2f} down"


@_told.register
def _(change: Swap, scene: Scene) -> str:
    return f"swap {_which((change.one,), scene)} and {_which((change.other,), scene)}"


@_told.register
def _(change: Resize, scene: Scene) -> str:
    return f"resize {_which(change.which, scene)}: {change.factor:.2f} times"


@_told.register
def _(change: Flip, scene: Scene) -> str:
    return f"flip {_which(change.which, scene)}"


@_told.register
def _(change: Turn, scene: Scene) -> str:
    return f"turn {_which(change.which, scene)}: {change.degrees:g} degrees"


@_told.register
def _(change: Restyle, scene: Scene) -> str:
    return f"restyle: {change.style}"


@_told.register
def _(change: ChangeBackdrop, scene: Scene) -> str:
    if change.transparent:
        return "backdrop: none"
    return " ".join(["backdrop:", change.kind or "the same", *change.colours])


@_told.register
def _(change: Light, scene: Scene) -> str:
    return "light: night" if change.night else "light: day"


@_told.register
def _(change: Weather, scene: Scene) -> str:
    return f"weather: {change.weather or 'none'}"


@_told.register
def _(change: Write, scene: Scene) -> str:
    where = f", {change.side}" if change.side else ""
    instead = " instead" if change.instead else ""
    holder = f", on a {change.words.holder}" if change.words.holder != "plain" else ""
    return f'write "{change.words.text}"{instead}{holder}{where}'


def _which(which: Which, scene: Scene) -> str:
    """By name; with the place from the left where several are called so."""
    return ", ".join(_name(handle, scene) for handle in which) or "nothing"


def _name(handle: Handle, scene: Scene) -> str:
    if handle.kind == "words":
        return f'the words "{scene.lettering[handle.index].text}"'
    thing = scene.things[handle.index]
    alike = [i for i, t in enumerate(scene.things) if t.concept == thing.concept]
    alike.sort(key=lambda i: scene.things[i].x)
    number = f" {alike.index(handle.index) + 1} of {len(alike)}" if len(alike) > 1 else ""
    return f"{thing.concept}{number}"
