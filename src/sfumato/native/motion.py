"""A Scene at a phase of a loop: how its things move in a GIF. Knows nothing about pixels or time.

What moves is decided from the prompt's verbs, else from what a thing is: what flies drifts, all
else bobs a little. Things that touch move as one, so that a hat stays on its head. Phases are in
[0, 1) and the motion is periodic: the last frame leads into the first.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, pi, sin

from sfumato.native import kinds
from sfumato.native.kinds import is_one_of
from sfumato.native.scene import Scene, Thing

TOUCHING = 0.45  # of the sum of two sizes: centres nearer than this are one body


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Of a body, in fractions of the canvas; `turn` in degrees, clockwise."""

    x: float = 0.0
    y: float = 0.0
    turn: float = 0.0


def _bob(phase: float) -> Shift:
    return Shift(y=-0.012 * sin(2 * pi * phase), turn=1.5 * sin(2 * pi * phase))


def _drift(phase: float) -> Shift:
    return Shift(x=0.035 * cos(2 * pi * phase), y=-0.03 * sin(2 * pi * phase))


def _bounce(phase: float) -> Shift:
    return Shift(y=-0.14 * abs(sin(pi * phase)))


def _sway(phase: float) -> Shift:
    return Shift(x=0.015 * sin(2 * pi * phase), turn=9 * sin(2 * pi * phase))


def _spin(phase: float) -> Shift:
    return Shift(turn=360 * phase)


def _run(phase: float) -> Shift:
    return Shift(x=0.05 * sin(2 * pi * phase), y=-0.02 * abs(sin(4 * pi * phase)))


Motion = Callable[[float], Shift]
VERBS: Mapping[str, Motion] = {
    r"bounc\w*|jump\w*|hop\w*|leap\w*": _bounce,
    r"spin\w*|rotat\w*|turning|rolling|twirl\w*": _spin,
    r"danc\w*|sway\w*|wav(?:es?|ing)|rock(?:s|ing)|swing\w*|nodd\w*": _sway,
    r"fly|flies|flying|float\w*|drift\w*|hover\w*|soar\w*": _drift,
    r"run|runs|running|driv\w*|rac(?:es|ing)|walk\w*": _run,
}


def moved(scene: Scene, phase: float, prompt: str) -> Scene:
    """The scene at `phase`; at phase 0 everything stands where it was planned, or nearly."""
    asked = _asked(prompt)
    things = list(scene.things)
    for body in _bodies(scene.things):
        shift = (asked or _own_motion([scene.things[i] for i in body]))(phase)
        for index in body:
            things[index] = _shifted(scene.things, body, index, shift)
    return replace(scene, things=tuple(things))


def _asked(prompt: str) -> Motion | None:
    """The motion of the prompt's first verb of motion."""
    found = [
        (match.start(), motion)
        for verbs, motion in VERBS.items()
        if (match := re.search(rf"\b(?:{verbs})\b", prompt, re.I))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _own_motion(body: Sequence[Thing]) -> Motion:
    return _drift if any(is_one_of(thing.concept, kinds.AIRBORNE) for thing in body) else _bob


def _bodies(things: Sequence[Thing]) -> list[list[int]]:
    """Indexes of things that touch, grouped; each thing is in exactly one group."""
    bodies: list[list[int]] = []
    for index, thing in enumerate(things):
        near = [body for body in bodies if any(_touch(things[i], thing) for i in body)]
        bodies = [body for body in bodies if body not in near]
        bodies.append(sorted([index, *(i for body in near for i in body)]))
    return bodies


def _touch(a: Thing, b: Thing) -> bool:
    return hypot(a.x - b.x, a.y - b.y) < TOUCHING * (a.size + b.size)


def _shifted(things: Sequence[Thing], body: Sequence[int], index: int, shift: Shift) -> Thing:
    """One thing of a body that turns around the centre of its largest thing."""
    pivot = max((things[i] for i in body), key=lambda thing: thing.size)
    thing, angle = things[index], shift.turn * pi / 180
    across, down = thing.x - pivot.x, thing.y - pivot.y
    return replace(
        thing,
        x=pivot.x + across * cos(angle) - down * sin(angle) + shift.x,
        y=pivot.y + across * sin(angle) + down * cos(angle) + shift.y,
        rotation=thing.rotation + shift.turn,
    )
