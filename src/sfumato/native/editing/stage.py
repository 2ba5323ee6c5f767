"""Where a Scene stands for editing: a canvas of pixels, and the drawings that fill it.

Turns things into boxes and back. Units of boxes: fractions of the short edge. Knows no words.
"""

from dataclasses import dataclass, replace
from math import ceil, cos, floor, radians, sin

from numpy.random import PCG64, Generator

from sfumato.native import kinds, typeset
from sfumato.native.arrange import Area
from sfumato.native.blocks import Part
from sfumato.native.fonts import Fonts
from sfumato.native.kinds import is_one_of
from sfumato.native.layout import FRONTAL, UPRIGHT, WHOLE
from sfumato.native.lettering import letter
from sfumato.native.memory import Memory
from sfumato.native.plan import TextEncoder
from sfumato.native.raster import Outline, outline
from sfumato.native.reading import Reading
from sfumato.native.relate import Head
from sfumato.native.scene import MAX_SIZE, Scene, Thing
from sfumato.native.svg import sanitise

GROUNDLESS = ("sky", "underwater", "space")
ATTACHED = (kinds.HATS, kinds.EYEWEAR, kinds.NECKWEAR, kinds.FOOTWEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A canvas of `width` x `height` pixels, and what can be drawn and read."""

    memory: Memory
    encode: TextEncoder
    fonts: Fonts | None
    width: int
    height: int

    @property
    def across(self) -> float:
        """The canvas's width in short edges."""
        return self.width / min(self.width, self.height)

    @property
    def down(self) -> float:
        """The canvas's height in short edges."""
        return self.height / min(self.width, self.height)

    def ink(self, asset: str | None) -> Outline | None:
        """Where the ink of a drawing is; None when there is no drawing."""
        if asset is None or asset not in self.memory:
            return None
        return outline(sanitise(self.memory.svg(asset)))

    def part(self, thing: Thing, mention: int = 0, depth: float = 0.0) -> Part:
        """The box that a thing's ink fills."""
        wide, tall = self.shape(thing.asset)
        return Part(
            mention=mention,
            width=wide * thing.size,
            height=tall * thing.size,
            x=thing.x * self.across,
            y=thing.y * self.down,
            depth=depth,
            rotation=thing.rotation,
            flip=thing.flip,
            grounded=thing.shadow,
        )

    def shape(self, asset: str | None) -> tuple[float, float]:
        """Width and height of a drawing's ink as shares of the longer one."""
        ink = self.ink(asset)
        return (1.0, 1.0) if ink is None else (ink.width / ink.longest, ink.height / ink.longest)

    def put(self, thing: Thing, part: Part) -> Thing:
        """The thing where its box is, as large."""
        return replace(
            thing,
            x=round(part.x / self.across, 5),
            y=round(part.y / self.down, 5),
            size=round(min(max(part.width, part.height), MAX_SIZE), 5),
        )

    def head(self, thing: Thing) -> Head:
        """Where a hat goes, on the thing as it is turned."""
        ink = self.ink(thing.asset)
        if ink is None:
            return FRONTAL
        x = (ink.head_x - ink.left) / ink.width
        head = Head(x=1 - x if thing.flip else x, width=ink.head_width / ink.width)
        if not (thing.asset or "").endswith(WHOLE):
            return head
        upright = ink.height > UPRIGHT * ink.width
        return replace(
            head, eyes=0.23 if upright else 0.34, neck=0.42 if upright else 0.55, whole=True
        )

    def foot(self, thing: Thing) -> float:
        """Where a thing's lower end is, as a share of its width: a balloon's string."""
        ink = self.ink(thing.asset)
        if ink is None:
            return 0.5
        share = ((ink.foot_left + ink.foot_right) / 2 - ink.left) / ink.width
        return 1 - share if thing.flip else share

    def area(self, scene: Scene) -> Area:
        """The room that the scene's backdrop gives to things."""
        rng = Generator(PCG64(0))
        return typeset.typeset(
            Reading(),
            scene.backdrop,
            self.width,
            self.height,
            transparent=scene.transparent,
            rng=rng,
        )[1]

    def boxes(self, scene: Scene) -> list[Part]:
        """What every thing and every lettering covers."""
        return [*(self._turned(self.part(t)) for t in scene.things), *self._letterings(scene)]

    def _letterings(self, scene: Scene) -> list[Part]:
        short = min(self.width, self.height)
        scale = max(1, short // 256)
        size = (ceil(self.width / scale), ceil(self.height / scale))
        boxes = []
        for lettering in scene.lettering:
            pixels, (left, top) = letter(lettering, *size, self.fonts)
            x0, y0, x1, y1 = pixels.getchannel("A").getbbox() or (0, 0, 1, 1)
            unit = scale / short
            boxes.append(
                Part(
                    mention=0,
                    width=(x1 - x0) * unit,
                    height=(y1 - y0) * unit,
                    x=(left + (x0 + x1) / 2) * unit,
                    y=(top + (y0 + y1) / 2) * unit,
                    grounded=False,
                )
            )
        return boxes

    def _turned(self, part: Part) -> Part:
        turn = radians(part.rotation)
        wide = abs(part.width * cos(turn)) + abs(part.height * sin(turn))
        tall = abs(part.width * sin(turn)) + abs(part.height * cos(turn))
        return replace(part, width=wide, height=tall)

    def pixels(self, part: Part, margin: float = 0.0) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) in pixels of a box grown by `margin`, inside the canvas."""
        short = min(self.width, self.height)
        return (
            max(0, floor((part.left - margin) * short)),
            max(0, floor((part.top - margin) * short)),
            min(self.width, ceil((part.right + margin) * short)),
            min(self.height, ceil((part.bottom + margin) * short)),
        )


def overlap(one: Part, other: Part) -> float:
    """The area that two boxes share."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    tall = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, wide) * max(0.0, tall)


def attached(scene: Scene, index: int, stage: Stage) -> tuple[int, ...]:
    """What the thing wears: it comes along when the thing moves, and goes with it."""
    wearer = scene.things[index]
    body = stage.part(wearer)
    found = []
    for other, thing in enumerate(scene.things):
        worn = any(is_one_of(thing.concept, words) for words in ATTACHED)
        if other == index or not worn or other < index or thing.size > wearer.size:
            continue
        box = stage.part(thing)
        grown = replace(body, height=body.height + box.height, y=body.y - box.height / 4)
        others = [
            overlap(box, stage.part(t)) for i, t in enumerate(scene.things) if i not in (other,)
        ]
        share = overlap(box, grown)
        if share > 0.35 * box.width * box.height and overlap(box, body) >= max(others, default=0):
            found.append(other)
    return tuple(found)
