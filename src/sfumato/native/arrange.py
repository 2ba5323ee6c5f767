"""Blocks → their place on the canvas: on the ground, in the air, scaled to fill what is free.

Units: fractions of the short edge. Knows nothing about relations: inside a block nothing shifts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sin

from numpy.random import Generator

from sfumato.native import kinds
from sfumato.native.blocks import Block, Part, side_by_side
from sfumato.native.kinds import is_one_of
from sfumato.native.reading import Reading

APART = 0.06  # between blocks
LARGEST = 0.64  # of the short edge: the longer side of a lone subject on a ground
LARGEST_BARE = 0.7  # … on a bare backdrop
LARGEST_ON = {"table": 0.46, "room": 0.56, "road": 0.56, "city": 0.56}
HELD = ("wearing", "holding", "reading")  # a mirrored wearer would lose its hat
SKY_SHARE = 0.4  # of the free height, kept for what flies over what stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The free part of the canvas. `ground` is where feet stand, None where nothing does.

    `water` is where boats float. `bare`: no scenery, so the whole group may stand in the middle.
    `largest` is how long the longer side of a thing may become.
    """

    left: float
    top: float
    right: float
    bottom: float
    ground: float | None
    water: float | None = None
    largest: float = LARGEST
    bare: bool = False
    shadows: bool = True

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def aspect(self) -> float:
        return self.width / self.height

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


def arrange(blocks: list[Block], area: Area, reading: Reading, rng: Generator) -> tuple[Part, ...]:
    """Every part at its final place, nothing outside the area but what a relation demands."""
    if not blocks:
        return ()
    flying = [b for b in blocks if _flies(b, reading)]
    standing = [b for b in blocks if not _flies(b, reading)]
    if area.bare and _better_stacked(blocks, area, reading):
        parts = _in_the_middle(blocks, area, reading)
    elif area.bare and flying and standing:
        parts = _on_the_ground(blocks, area, reading, sky=False)
    elif area.ground is None or not standing:
        parts = _in_the_middle(blocks, area, reading)
    else:
        parts = _on_the_ground(standing, area, reading, sky=bool(flying))
        if flying:
            top = min(p.top for p in parts)
            parts += _in_the_sky(flying, area, top, reading, rng)
    flips = _flips(parts, area, reading, rng)
    return tuple(_lively(p, area, reading, flips) for p in parts)


def _flies(block: Block, reading: Reading) -> bool:
    lone = len({p.mention for p in block.parts}) == 1
    concept = reading.mentions[block.main].concept
    return lone and is_one_of(concept, kinds.AIRBORNE)


def _on_the_ground(
    blocks: list[Block], area: Area, reading: Reading, *, sky: bool
) -> tuple[Part, ...]:
    """One row on the common ground line, as large as the width and the sky above allow."""
    assert area.ground is not None
    wading = any(_floats(b, reading) for b in blocks) and area.water is not None
    ground = area.water if wading and area.water is not None else area.ground
    free = (ground - area.top) * (1 - SKY_SHARE if sky else 1)
    row = side_by_side(blocks, APART)
    k = _scale(row, area.width, free, area.largest, reading)
    row = tuple(b.scaled(k) for b in row)
    if area.bare and not sky:
        # no horizon to stand on: the group's own middle goes a little below the canvas' middle
        tall = max(b.height for b in row)
        ground = min(area.bottom, area.y + tall / 2 + 0.02 * area.height)
    placed = tuple(b.moved(area.x, ground) for b in row)
    if area.bare:
        # on a bare backdrop what flies joins the row, as high as its tallest neighbour
        top = min(b.top for b in placed)
        placed = tuple(
            b.lifted().moved(0, top - b.top) if _flies(b, reading) else b for b in placed
        )
    if wading:
        placed = tuple(b.lifted() for b in placed)
    return tuple(p for b in placed for p in b.parts)


def _in_the_middle(blocks: list[Block], area: Area, reading: Reading) -> tuple[Part, ...]:
    """Rows about the middle of the area, as many as make the blocks largest."""
    best: tuple[Block, ...] = ()
    best_size = 0.0
    for rows in range(1, min(3, len(blocks)) + 1):
        stacked = _stacked(blocks, rows)
        whole = Block(parts=tuple(p for b in stacked for p in b.parts), main=0)
        k = _scale((whole,), area.width, 0.97 * area.height, area.largest, reading)
        if k > best_size * 1.08:
            best, best_size = (whole.scaled(k),), k
    whole = best[0].lifted()
    return whole.moved(area.x - whole.x, area.y - whole.y).parts


def _better_stacked(blocks: list[Block], area: Area, reading: Reading) -> bool:
    """Whether two rows would show things far larger than one row can."""
    one = side_by_side(blocks, APART)
    two = Block(parts=tuple(p for b in _stacked(blocks, 2) for p in b.parts), main=0)
    row = _scale(one, area.width, area.height, area.largest, reading)
    return len(blocks) > 1 and (
        _scale((two,), area.width, area.height, area.largest, reading) > 1.35 * row
    )


def _stacked(blocks: list[Block], rows: int) -> tuple[Block, ...]:
    out: list[Block] = []
    y, per_row = 0.0, -(-len(blocks) // rows)
    for start in range(0, len(blocks), per_row):
        row = side_by_side(blocks[start : start + per_row], APART)
        middle = max(b.height for b in row) / 2
        row = tuple(b.moved(0, y + middle - b.y) for b in row)
        out += row
        y += 2 * middle + APART
    return tuple(out)


def _in_the_sky(
    blocks: list[Block], area: Area, top: float, reading: Reading, rng: Generator
) -> tuple[Part, ...]:
    """Cells across the sky above what stands, a block in each, at slightly different heights."""
    floor = max(area.top + 0.2 * area.height, min(top - 0.03, area.top + 0.62 * area.height))
    cell = area.width / max(len(blocks), 2)
    first = 1 if len(blocks) == 1 and rng.uniform() < 0.6 else 0
    parts: tuple[Part, ...] = ()
    for i, block in enumerate(blocks):
        k = min(
            0.86 * cell / block.width,
            (floor - area.top) / block.height,
            0.37 * (1 + 0.2 * (_count(block) > 2)) / block.largest * _asked(block, reading),
        )
        block = block.scaled(k).lifted().deeper(-2)
        slack = max(0.0, floor - area.top - block.height)
        x = area.left + cell * (first + i + 0.5)
        y = area.top + block.height / 2 + slack * float(rng.uniform(0.1, 0.5))
        parts += block.moved(x - block.x, y - block.y).parts
    return parts


def _scale(
    row: tuple[Block, ...], width: float, height: float, largest: float, reading: Reading
) -> float:
    wide = max(b.right for b in row) - min(b.left for b in row)
    tall = max(b.height for b in row)
    biggest = max(b.largest for b in row)
    mentions = {p.mention for b in row for p in b.parts}
    asked = _asked(row[0], reading) if len(mentions) == 1 else 1.0
    return min(width / wide, height / tall, largest * min(asked, 1.25) / biggest)


def _asked(block: Block, reading: Reading) -> float:
    return kinds.WORD_SIZES[reading.mentions[block.main].size]


def _count(block: Block) -> int:
    return len(block.parts)


def _floats(block: Block, reading: Reading) -> bool:
    return any(is_one_of(reading.mentions[p.mention].concept, kinds.FLOATERS) for p in block.parts)


def _lively(part: Part, area: Area, reading: Reading, flips: Mapping[int, bool]) -> Part:
    """Small differences that a hand would make: who looks where, a tilt in a swarm."""
    mention = reading.mentions[part.mention]
    part = replace(part, flip=flips[part.mention])
    loose = not part.grounded and not reading.relations and mention.count > 1
    airy = is_one_of(mention.concept, kinds.AIRBORNE)
    if loose and airy and not is_one_of(mention.concept, kinds.TURNLESS):
        part = replace(part, rotation=8.0 * sin(97.0 * part.x + 57.0 * part.y))
    return part


def _flips(
    parts: tuple[Part, ...], area: Area, reading: Reading, rng: Generator
) -> Mapping[int, bool]:
    """Who is mirrored: drawings mostly look left, so those on the left turn to face the middle."""
    out = {}
    for mention in sorted({p.mention for p in parts}):
        own = [p for p in parts if p.mention == mention]
        middle = sum(p.x for p in own) / len(own)
        chance = float(rng.uniform()) < 0.3
        faces = is_one_of(reading.mentions[mention].concept, kinds.FACING)
        worn = any(r.kind in HELD and mention in (r.subject, r.object) for r in reading.relations)
        aside = abs(middle - area.x) > 0.06
        out[mention] = faces and not worn and (middle < area.x if aside else chance)
    return out
