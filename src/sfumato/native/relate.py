"""Relations → places: how the block of one mention is put to the block of another.

Each relation is one function from (subject, object) to both joined. Knows nothing about canvases.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from numpy.random import Generator

from sfumato.native import kinds
from sfumato.native.blocks import Block
from sfumato.native.kinds import is_one_of

GAP = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where an art's head is: its middle and width as shares of the ink's width, from its left."""

    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two blocks to be joined; `subject` and `object` are the mentions that the relation names."""

    subject: Block
    object: Block
    subject_words: str
    object_words: str
    head: Head  # of the subject: where hats go
    rng: Generator

    @property
    def agent(self) -> Block:
        """The subject's own parts within its block."""
        return self.subject.of(self.subject.main)

    @property
    def target(self) -> Block:
        """The object's own parts within its block."""
        return self.object.of(self.object.main)

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
    return o.joined(s.moved(pair.target.x - s.x, o.top - 0.09 - s.bottom).deeper(0.5))


def _below(pair: Pair) -> Block:
    if is_one_of(pair.object_words, kinds.CANOPIES):
        return _sheltered(pair)
    s, o = pair.subject, pair.object.lifted()
    return o.joined(s.moved(pair.target.x - s.x, o.bottom + 0.09 - s.top))


def _sheltered(pair: Pair) -> Block:
    """Under a tree: in front of it, beside the trunk, below the middle of the crown."""
    s, o = pair.subject, pair.target
    s = s.scaled(min(1.0, 0.6 * o.height / s.height))
    dx = o.x + pair.side() * 0.36 * o.width - s.x
    return pair.object.joined(s.moved(dx, o.bottom + 0.05 * o.height - s.bottom).deeper(1))


def _on(pair: Pair) -> Block:
    words = pair.object_words
    if is_one_of(words, kinds.BOARDS):
        return _mounted(pair, sink=0.06, widths=(0.5, 0.9))
    if is_one_of(words, kinds.SEATS):
        wide = pair.target.width > 1.1 * pair.target.height
        return _mounted(pair, sink=0.68, widths=(0.3, 0.42) if wide else (0.45, 0.7))
    if is_one_of(words, kinds.PADS):
        return _mounted(pair, sink=0.5, widths=(0.45, 0.72))
    if is_one_of(words, kinds.SPANS):
        return _mounted(pair, sink=0.09, widths=(0.2, 0.5))
    return _mounted(pair, sink=0.07, widths=(0.3, 0.85))


def _mounted(pair: Pair, *, sink: float, widths: tuple[float, float], front: bool = True) -> Block:
    """The subject's feet `sink` of the object's height below its top, its width within bounds."""
    o = pair.target
    s = _within(pair.subject, pair.agent.width / o.width, widths)
    own = s.of(s.main)
    dx, dy = o.x - own.x, o.top + sink * o.height - own.bottom
    return pair.object.joined(s.lifted().moved(dx, dy).deeper(0.5 if front else -0.5))


def _in(pair: Pair) -> Block:
    if is_one_of(pair.object_words, kinds.CANOPIES):
        return _mounted(pair, sink=0.45, widths=(0.2, 0.45))
    return _mounted(pair, sink=0.24, widths=(0.6, 0.8), front=False)


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
    side = pair.side()
    if is_one_of(words, ("umbrella", "parasol")):
        o = _sized(pair.object, s.height).lifted()
        dx, dy = s.x + side * 0.3 * s.width - o.x, s.top + 0.56 * s.height - o.bottom
        return pair.subject.joined(o.moved(dx, dy).deeper(-1))
    elif is_one_of(words, kinds.LIFTED):
        o = _sized(pair.object, 0.72 * s.height)
        dx = s.x + side * (0.44 * s.width + 0.22 * o.width) - o.x
        dy = s.top + 0.58 * s.height - o.bottom
    else:
        o = _sized(pair.object, 0.46 * s.height)
        dx, dy = s.x + side * 0.4 * s.width - o.x, s.top + 0.66 * s.height - o.y
    return pair.subject.joined(o.lifted().moved(dx, dy).deeper(1))


def _reading(pair: Pair) -> Block:
    s = pair.agent
    o = _sized(pair.object, 0.56 * max(s.width, 0.8 * s.height))
    dx, dy = s.x + 0.02 * s.width - o.x, s.bottom - 0.12 * s.height - o.y
    return pair.subject.joined(o.lifted().moved(dx, dy).deeper(1))


def _wearing(pair: Pair) -> Block:
    s, words, head = pair.agent, pair.object_words, pair.head
    x = s.left + head.x * s.width
    wide = min(1.0, max(0.4, head.width)) * s.width
    if is_one_of(words, kinds.EYEWEAR):
        o, y = _wide(pair.object, 0.86 * wide), s.top + 0.34 * min(s.height, 1.15 * wide)
    elif is_one_of(words, kinds.NECKWEAR):
        o, y = _wide(pair.object, 0.7 * wide), s.top + 0.6 * s.height
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
        return _mounted(pair, sink=0.06, widths=(0.5, 0.9))
    if is_one_of(words, kinds.WHEELS):
        return _mounted(pair, sink=0.45, widths=(0.4, 0.62), front=False)
    return _mounted(pair, sink=0.32, widths=(0.3, 0.55))


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
