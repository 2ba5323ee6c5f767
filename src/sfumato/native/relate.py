"""Relations → places: how the block of one mention is put to the block of another.

Each relation is one function from (subject, object) to both joined. Knows nothing about canvases.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from numpy.random import Generator

from sfumato.native import kinds
from sfumato.native.blocks import Block
from sfumato.native.kinds import is_one_of
from sfumato.native.raster import Outline, surface

GAP = 0.07
APART = 0.06  # between what is above and what is below


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where an art's head is, as shares of its ink: `x` and `width` of the width, from its left.

    `eyes` and `neck` are shares of the height from the top; `whole`: it has a body below it.
    """

    x: float
    width: float
    eyes: float | None = None
    neck: float = 0.6
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two blocks to be joined; `subject` and `object` are the mentions that the relation names."""

    subject: Block
    object: Block
    subject_words: str
    object_words: str
    head: Head  # of the subject: where hats go
    rng: Generator
    carrier: Outline | None = None  # of the object: where its top is
    foot: float = (
        0.5  # where the object's lower end is: a balloon's string, as a share of its width
    )

    @property
    def agent(self) -> Block:
        """The subject's own parts within its block."""
        return self.subject.of(self.subject.main)

    @property
    def target(self) -> Block:
        """The object's own parts within its block."""
        return self.object.of(self.object.main)

    def top(self, default: float) -> float:
        """How deep feet sink into the middle of the object, as a share of its height."""
        if self.carrier is None or len(self.target.parts) > 1:
            return default
        half = min(0.25, max(0.08, 0.3 * self.agent.width / self.target.width))
        return min(0.8, surface(self.carrier, 0.5 - half, 0.5 + half) + 0.03)

    def side(self) -> int:
        return 1 if self.rng.uniform() < 0.5 else -1


def relate(kind: str, pair: Pair) -> Block:
    """Join the pair as `kind` (one of reading.RELATIONS) demands, exactly."""
    return _PLACES[kind](pair)


def _left_of(pair: Pair) -> Block:
    return _beside(pair, -1)


def _right_of(pair: Pair) -> Block:
    return _beside(pair, 1)


def _next_to(pair: Pair) -> Block:
    return _beside(pair, -1)


def _beside(pair: Pair, side: int) -> Block:
    s, o = pair.subject, pair.object
    dx = o.left - GAP - s.right if side < 0 else o.right + GAP - s.left
    flying = not all(p.grounded for p in (*s.parts, *o.parts))
    dy = o.y - s.y if flying else o.bottom - s.bottom
    return o.joined(s.moved(dx, dy))


def _above(pair: Pair) -> Block:
    s, o = pair.subject.lifted(), pair.object
    return o.joined(s.moved(pair.target.x - s.x, o.top - APART - s.bottom).deeper(0.5))


def _below(pair: Pair) -> Block:
    if is_one_of(pair.object_words, kinds.CANOPIES):
        return _sheltered(pair)
    s, o = pair.subject, pair.object.lifted()
    return o.joined(s.moved(pair.target.x - s.x, o.bottom + APART - s.top))


def _sheltered(pair: Pair) -> Block:
    """Under a tree: in front of it, beside the trunk, below the middle of the crown."""
    s, o = pair.subject, pair.target
    s = s.scaled(min(1.0, 0.6 * o.height / s.height))
    dx = o.x + pair.side() * 0.36 * o.width - s.x
    return pair.object.joined(s.moved(dx, o.bottom + 0.05 * o.height - s.bottom).deeper(1))


def _on(pair: Pair) -> Block:
    words = pair.object_words
    if is_one_of(words, kinds.BOARDS):
        return _mounted(pair, sink=pair.top(0.06), widths=(0.5, 0.72))
    if is_one_of(words, kinds.SEATS):
        wide = pair.target.width > 1.1 * pair.target.height
        return _mounted(pair, sink=0.72, widths=(0.3, 0.42) if wide else (0.45, 0.7))
    if is_one_of(words, kinds.FLOATERS):
        return _mounted(pair, sink=0.72, widths=(0.25, 0.42))
    if is_one_of(words, kinds.PADS):
        return _mounted(pair, sink=0.5, widths=(0.45, 0.72))
    if is_one_of(words, kinds.SPANS):
        return _mounted(pair, sink=pair.top(0.09), widths=(0.2, 0.5))
    if is_one_of(words, kinds.FACING):
        return _mounted(pair, sink=pair.top(0.3), widths=(0.3, 0.6))
    return _mounted(pair, sink=pair.top(0.07), widths=(0.3, 0.85))


def _mounted(pair: Pair, *, sink: float, widths: tuple[float, float], front: bool = True) -> Block:
    """The subject's feet `sink` of the object's height below its top, its width within bounds."""
    o = pair.target
    s = _within(pair.subject, pair.agent.width / o.width, widths)
    own = s.of(s.main)
    dx, dy = o.x - own.x, o.top + sink * o.height - own.bottom
    return pair.object.joined(s.lifted().moved(dx, dy).deeper(0.5 if front else -0.5))


def _in(pair: Pair) -> Block:
    words = pair.object_words
    if is_one_of(words, kinds.CANOPIES):
        return _mounted(pair, sink=0.45, widths=(0.2, 0.45))
    if is_one_of(words, kinds.ENCLOSURES) or words == "fish bowl":
        return _enclosed(pair)
    if is_one_of(words, kinds.VEHICLES):
        return _mounted(pair, sink=0.36, widths=(0.3, 0.44), front=False)
    for word, sink in kinds.OPEN_TOPS.items():
        if is_one_of(words, (word,)):
            return _mounted(pair, sink=sink, widths=(0.45, 0.62))
    sink = next((share for word, share in kinds.DEEP.items() if is_one_of(words, (word,))), 0.24)
    return _mounted(pair, sink=sink, widths=(0.6, 0.8), front=False)


def _enclosed(pair: Pair) -> Block:
    """Behind the bars or the glass, all of it."""
    s, o = pair.subject, pair.target
    s = s.scaled(min(0.56 * o.width / s.width, 0.5 * o.height / s.height))
    dx, dy = o.x - s.x, o.top + 0.6 * o.height - s.y
    glass = pair.object_words == "fish bowl"  # too faint behind it
    return pair.object.joined(s.lifted().moved(dx, dy).deeper(0.5 if glass else -0.5))


def _behind(pair: Pair) -> Block:
    s, o = pair.subject, pair.object
    if is_one_of(pair.subject_words, kinds.AIRBORNE):
        s = _within(s, s.width / o.width, (1.5, 2.2)) if "rainbow" in pair.subject_words else s
        dy = o.top + 0.45 * s.height - s.bottom
        return o.joined(s.lifted().moved(o.x + 0.12 * o.width - s.x, dy).deeper(-1))
    s = s.scaled(min(1.0, 1.5 * o.height / s.height))
    aside = 0.15 * s.width if s.width > 1.8 * o.width else 0.5 * o.width + 0.12 * s.width
    dx = o.x + pair.side() * aside - s.x
    return o.joined(s.moved(dx, o.bottom - 0.1 * o.height - s.bottom).deeper(-1))


def _in_front_of(pair: Pair) -> Block:
    s, o = pair.subject, pair.object
    s = s.scaled(min(1.0, 0.7 * o.height / s.height))
    dx = o.x + pair.side() * (0.42 * o.width + 0.1 * s.width) - s.x
    return o.joined(s.moved(dx, o.bottom + 0.09 * o.height - s.bottom).deeper(1))


def _holding(pair: Pair) -> Block:
    s, words = pair.agent, pair.object_words
    side, hand = pair.side(), s.top + (0.72 if pair.head.whole else 0.6) * s.height
    if is_one_of(words, ("umbrella", "parasol")):
        o = _sized(pair.object, (0.86 if pair.head.whole else 1.0) * s.height).lifted()
        dx, dy = s.x + side * 0.4 * s.width - o.x, hand - o.bottom
        return pair.subject.joined(o.moved(dx, dy).deeper(-1))
    elif is_one_of(words, kinds.LIFTED):
        tall = 0.6 if "flag" in words else 0.8 if pair.head.whole else 0.72
        o = _sized(pair.object, tall * s.height)
        dx = s.x + side * 0.44 * s.width - (o.left + pair.foot * o.width)
        dy = hand - o.bottom
    else:
        o = _sized(pair.object, (0.36 if pair.head.whole else 0.46) * s.height)
        dx, dy = s.x + side * 0.42 * s.width - o.x, hand - 0.25 * o.height - o.y
    return pair.subject.joined(o.lifted().moved(dx, dy).deeper(1))


def _reading(pair: Pair) -> Block:
    s = pair.agent
    o = _sized(pair.object, (0.42 if pair.head.whole else 0.56) * max(s.width, 0.8 * s.height))
    low = 0.66 if pair.head.whole else 0.88
    dx, dy = s.x + 0.02 * s.width - o.x, s.top + low * s.height - o.y
    return pair.subject.joined(o.lifted().moved(dx, dy).deeper(1))


def _wearing(pair: Pair) -> Block:
    s, words, head = pair.agent, pair.object_words, pair.head
    x = s.left + head.x * s.width
    wide = min(1.0, max(0.4, head.width)) * s.width
    if is_one_of(words, kinds.EYEWEAR):
        eyes = head.eyes * s.height if head.eyes else 0.34 * min(s.height, 1.15 * wide)
        o, y = _wide(pair.object, 0.86 * wide), s.top + eyes
    elif is_one_of(words, kinds.NECKWEAR):
        o, y = _wide(pair.object, 0.7 * wide), s.top + head.neck * s.height
        y += 0.36 * o.height if head.whole else 0.0
    elif is_one_of(words, kinds.FOOTWEAR):
        o, y = _wide(pair.object, 0.7 * s.width), s.bottom - 0.06 * s.height
    elif is_one_of(words, kinds.HATS):
        o = _wide(pair.object, 0.84 * wide)
        y = s.top + 0.06 * s.height - 0.4 * o.height
    else:
        o, y = _wide(pair.object, 0.6 * s.width), s.top + 0.66 * s.height
    return pair.subject.joined(o.lifted().moved(x - o.x, y - o.y).deeper(1))


def _riding(pair: Pair) -> Block:
    words = pair.object_words
    if is_one_of(words, kinds.BOARDS):
        return _mounted(pair, sink=pair.top(0.06), widths=(0.5, 0.72))
    if is_one_of(words, ("unicycle",)):
        return _mounted(pair, sink=0.3, widths=(0.9, 1.3), front=False)
    if is_one_of(words, kinds.WHEELS):
        return _mounted(pair, sink=0.5, widths=(0.36, 0.55), front=False)
    if pair.head.whole:  # the legs hang on the other side
        own = _within(pair.agent, pair.agent.width / pair.target.width, (0.3, 0.5))
        sink = pair.top(0.3) + 0.36 * own.height / pair.target.height
        return _mounted(pair, sink=sink, widths=(0.3, 0.5), front=False)
    return _mounted(pair, sink=pair.top(0.25) + 0.05, widths=(0.3, 0.55))


def _watering(pair: Pair) -> Block:
    s, o = pair.subject, pair.object
    o = o.scaled(min(1.0, 0.62 * s.height / o.height))
    return s.joined(o.moved(s.right + 0.16 - o.left, s.bottom - o.bottom))


def _within(block: Block, ratio: float, bounds: tuple[float, float]) -> Block:
    low, high = bounds
    return block.scaled(min(high, max(low, ratio)) / ratio)


def _sized(block: Block, longest: float) -> Block:
    return block.scaled(longest / max(block.width, block.height))


def _wide(block: Block, width: float) -> Block:
    return block.scaled(width / block.width)


_PLACES: Mapping[str, Callable[[Pair], Block]] = {
    "left of": _left_of,
    "right of": _right_of,
    "above": _above,
    "below": _below,
    "on": _on,
    "in": _in,
    "behind": _behind,
    "in front of": _in_front_of,
    "next to": _next_to,
    "holding": _holding,
    "wearing": _wearing,
    "riding": _riding,
    "watering": _watering,
    "reading": _reading,
}
