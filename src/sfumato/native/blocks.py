"""Boxes that layout moves about: parts with a place and size, blocks of them that stay together.

Units: fractions of the short edge, y downwards. Knows nothing about words or relations.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

GAP = 0.18  # of a part's width: air between neighbours of a group
RAISE = 0.78  # of a part's height: how far a back row stands above the front one on a ground
LOW = 0.8  # width over height from which a thing may stand further back: its feet stay on land
FEW = 4  # things that stand in one staggered line rather than in rows
STAGGER = 0.45  # of a part's height: how far every second one of such a line stands back
STEP = 0.93  # of a part's width: from one to the next of such a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing to be drawn, its ink `width` x `height` around (x, y)."""

    mention: int
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    depth: float = 0.0  # larger is nearer
    rotation: float = 0.0
    flip: bool = False
    grounded: bool = True

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Parts that move and scale as one; `main` is the mention that stands for the block."""

    parts: tuple[Part, ...]
    main: int

    @property
    def left(self) -> float:
        return min(p.left for p in self.parts)

    @property
    def right(self) -> float:
        return max(p.right for p in self.parts)

    @property
    def top(self) -> float:
        return min(p.top for p in self.parts)

    @property
    def bottom(self) -> float:
        return max(p.bottom for p in self.parts)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def largest(self) -> float:
        return max(max(p.width, p.height) for p in self.parts)

    def of(self, mention: int) -> "Block":
        """The parts of one mention alone."""
        return Block(parts=tuple(p for p in self.parts if p.mention == mention), main=mention)

    def each(self, change: Callable[[Part], Part]) -> "Block":
        return replace(self, parts=tuple(map(change, self.parts)))

    def moved(self, dx: float = 0.0, dy: float = 0.0) -> "Block":
        return self.each(lambda p: replace(p, x=p.x + dx, y=p.y + dy))

    def scaled(self, k: float) -> "Block":
        """Larger or smaller about the origin."""
        return self.each(
            lambda p: replace(p, x=p.x * k, y=p.y * k, width=p.width * k, height=p.height * k)
        )

    def deeper(self, by: float) -> "Block":
        return self.each(lambda p: replace(p, depth=p.depth + by))

    def lifted(self) -> "Block":
        """Off the ground: no contact shadow."""
        return self.each(lambda p: replace(p, grounded=False))

    def joined(self, other: "Block") -> "Block":
        """Both together, standing for this one's main."""
        return replace(self, parts=self.parts + other.parts)


def group(part: Part, count: int, *, grounded: bool, aspect: float) -> Block:
    """`count` of a thing as tidy staggered rows that stay countable, for an area of `aspect`."""
    most = 4 if count > 12 else round(count**0.5) if not grounded else 1 + (count > 3) + (count > 7)
    rows = max(range(1, most + 1), key=lambda r: _row_size(part, count, r, grounded, aspect))
    if grounded and 2 < count <= FEW:
        return _line(part, count, aspect)
    lift = (RAISE if grounded else 1.0 + GAP) * part.height
    pitch = part.width * (1 + GAP)
    parts: list[Part] = []
    lengths = _split(count, rows, grounded=grounded)
    for row, amount in enumerate(lengths):
        even = row and amount == lengths[row - 1]
        shift = pitch * (0.25 if even else -0.25 if amount in lengths[row + 1 : row + 2] else 0)
        shift = shift if grounded else 0.0
        for i in range(amount):
            x = (i - (amount - 1) / 2) * pitch + shift
            y = (row - rows + 1) * lift - part.height / 2
            parts.append(replace(part, x=x, y=y, depth=part.depth + 0.01 * row, grounded=grounded))
    return Block(parts=tuple(parts), main=part.mention)


def _line(part: Part, count: int, aspect: float) -> Block:
    """A few on a ground: in a row if that shows them as large, else every second one further back.

    They stand apart enough to be counted either way.
    """
    row = min(aspect / (part.width * (count + GAP * (count - 1))), 1 / part.height)
    wide = part.width * (1 + STEP * (count - 1))
    line = min(aspect / wide, 1 / (part.height * (1 + STAGGER)))
    staggered = line > 1.12 * row and part.width > LOW * part.height
    pitch = part.width * (STEP if staggered else 1 + GAP)
    parts = []
    for i in range(count):
        back = staggered and i % 2 == 1
        parts.append(
            replace(
                part,
                x=(i - (count - 1) / 2) * pitch,
                y=-part.height / 2 - (STAGGER * part.height if back else 0.0),
                depth=part.depth - (0.01 if back else 0.0),
                grounded=True,
            )
        )
    return Block(parts=tuple(parts), main=part.mention)


def side_by_side(blocks: Iterable[Block], gap: float) -> tuple[Block, ...]:
    """Blocks in a row, bottoms at 0, the row centred on x = 0."""
    blocks = tuple(blocks)
    total = sum(b.width for b in blocks) + gap * (len(blocks) - 1)
    x, out = -total / 2, []
    for block in blocks:
        out.append(block.moved(x - block.left, -block.bottom))
        x += block.width + gap
    return tuple(out)


def _row_size(part: Part, count: int, rows: int, grounded: bool, aspect: float) -> float:
    """The scale that `rows` rows allow in a box of `aspect` x 1; rows that hide cost a little."""
    widest = max(_split(count, rows, grounded=grounded))
    wide = part.width * (widest + GAP * (widest - 1))
    tall = part.height * (1 + (rows - 1) * (RAISE if grounded else 1 + GAP))
    return min(aspect / wide, 1 / tall) * (0.8 if grounded else 0.94) ** (rows - 1)


def _split(count: int, rows: int, *, grounded: bool) -> tuple[int, ...]:
    """Row lengths from back to front: widest in front on a ground, in the middle in air."""
    even, more = divmod(count, rows)
    favoured = range(rows - more, rows) if grounded else _inner(rows, more)
    return tuple(even + (row in favoured) for row in range(rows))


def _inner(rows: int, more: int) -> tuple[int, ...]:
    """The `more` rows nearest to the middle; of two as near, the lower one."""
    return tuple(sorted(range(rows), key=lambda r: (abs(r - (rows - 1) / 2), -r))[:more])
