"""Where a new thing goes in a finished Scene: a free spot, or the place that a relation names.

What is there already stays exactly where it is. Units: fractions of the short edge. Knows no
words but the tables of `kinds`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from numpy.random import PCG64, Generator

from sfumato.native import kinds
from sfumato.native.blocks import Block, Part
from sfumato.native.editing.stage import Stage, overlap
from sfumato.native.kinds import is_one_of, natural_size
from sfumato.native.relate import Pair, relate
from sfumato.native.scene import Scene, Thing

HOLDING = ("holding", "wearing", "riding", "reading", "watering")  # who does it is there already
SMALLEST, LARGEST = 0.09, 0.62
LONE = 0.55  # the size of the first thing
SKY_LARGEST = 0.3
EDGE = 0.015
GRID = 21
# How much smaller a new thing may become, and the share of itself that it may then have in common
# with others: first where there is room, then a little before them, then small.
ROOM = ((1.0, 0.04), (0.85, 0.04), (0.72, 0.06), (0.85, 0.4), (0.72, 0.5), (0.55, 0.3))
MARGIN = 0.03
LEAST_SIZES = {"behind": 0.85, "in front of": 0.85, "wearing": 1.0, "riding": 1.0, "holding": 0.9}
NO_ROOM = 0.8  # cost from which there is no room beside a thing, only before it
BACK_ROW = 0.62  # of a thing's height: how far a second row stands above the first
STEP_NEARER = 0.3  # … and how far below the row one stands before it
BEHIND = 0.55  # share of itself that a thing of the back row may have hidden
SIDES = {  # (from, to) of the canvas, across and down; None: where such things stand
    "left": ((0.0, 0.4), None),
    "right": ((0.6, 1.0), None),
    "centre": ((0.35, 0.65), None),
    "top": ((0.0, 1.0), (0.0, 0.4)),
    "bottom": ((0.0, 1.0), (0.6, 1.0)),
    "top left": ((0.0, 0.4), (0.0, 0.4)),
    "top right": ((0.6, 1.0), (0.0, 0.4)),
    "bottom left": ((0.0, 0.4), (0.6, 1.0)),
    "bottom right": ((0.6, 1.0), (0.6, 1.0)),
}


def natural_part(thing: Thing, size_word: str, scene: Scene, stage: Stage) -> Part:
    """The thing as large as it is beside what stands there, at no place yet."""
    scales = [t.size / natural_size(t.concept) for t in scene.things if t.asset is not None]
    k = median(scales) if scales else LONE / natural_size(thing.concept)
    longest = natural_size(thing.concept) * kinds.WORD_SIZES[size_word] * k
    if is_one_of(thing.concept, kinds.AIRBORNE) and scales:
        longest = min(longest, SKY_LARGEST * kinds.WORD_SIZES[size_word])
    longest = min(LARGEST, max(SMALLEST, longest))
    wide, tall = stage.shape(thing.asset)
    return Part(mention=0, width=wide * longest, height=tall * longest)


def in_a_row(part: Part, thing: Thing, scene: Scene, stage: Stage) -> Part | None:
    """A place for one more of the same, as large: beside the others, or in a row behind them.

    Where both rows are full, a little before them. None when that is full, too.
    """
    spots = list(_spots(part, thing, scene, stage, None))
    taken = stage.boxes(scene)
    own = part.width * part.height
    free = [s for s in spots if sum(overlap(_grown(s, MARGIN / 3), b) for b in taken) <= 0.02 * own]
    if not free and all(s.grounded for s in spots):
        fronts = [b for b in taken if abs(b.bottom - spots[0].bottom) < 0.05]
        raised = [
            replace(s, y=s.y - BACK_ROW * part.height, depth=-1.0, grounded=False) for s in spots
        ]
        others = [b for b in taken if b not in fronts]
        free = [
            s
            for s in raised
            if sum(overlap(s, b) for b in others) <= 0.02 * own
            and sum(overlap(s, b) for b in fronts) <= BEHIND * own
        ]
        free = free or _before(part, spots, taken)
    return min(free, key=lambda s: abs(s.x - stage.across / 2), default=None)


def _before(part: Part, spots: Sequence[Part], taken: Sequence[Part]) -> list[Part]:
    """Places a step nearer than the row, where what is behind can still be seen."""
    own = part.width * part.height
    nearer = [replace(s, y=s.y + STEP_NEARER * part.height, depth=1.0) for s in spots]
    return [
        s
        for s in nearer
        if all(overlap(s, b) <= BEHIND * min(own, b.width * b.height) for b in taken)
        and sum(overlap(s, b) for b in taken) <= 2 * BEHIND * own
    ]


def free_spot(part: Part, thing: Thing, scene: Scene, stage: Stage, side: str | None) -> Part:
    """The least covered of the places where such a thing may be; smaller where there is no room."""
    taken = stage.boxes(scene)
    far = 0.6 if side else 0.15
    for shrink, crowded in ROOM:
        tried = replace(part, width=part.width * shrink, height=part.height * shrink)
        own = tried.width * tried.height
        scored = []
        for spot in _spots(tried, thing, scene, stage, side):
            near = _grown(spot, MARGIN)
            covered = sum(overlap(near, box) / own for box in taken)
            if covered <= crowded:
                scored.append((covered + far * _eccentric(spot, side, stage), spot.x, spot))
        if scored:
            return min(scored, key=lambda found: found[:2])[2]
    smallest = replace(part, width=part.width * 0.5, height=part.height * 0.5)
    spots = list(_spots(smallest, thing, scene, stage, side)) or [smallest]
    return min(spots, key=lambda spot: sum(overlap(spot, box) for box in taken))


def beside(
    new: Part,
    thing: Thing,
    kind: str,
    anchors: Sequence[Thing],
    scene: Scene,
    stage: Stage,
    *,
    least_size: float = 0.0,
) -> Part:
    """`new` in relation `kind` (of reading.RELATIONS) to the anchors, which do not move.

    The part's depth is above 0 when it stands before the anchors, below 0 behind them. Where the
    canvas has too little room it becomes smaller, down to `least_size` of what the relation asks.
    """
    least_size = max(least_size, LEAST_SIZES.get(kind, 0.5))
    best, least = None, float("inf")
    others = [stage.part(t) for t in scene.things if t not in anchors]
    for seed in range(4 if kind in ("next to", "behind", "in front of", "holding", "below") else 1):
        spot = _joined(new, thing, kind, anchors, stage, seed)
        if kind == "next to" and seed % 2:
            spot = _joined(new, thing, "right of", anchors, stage, seed)
        inside = _inside(spot, anchors, stage, least_size)
        cost = sum(overlap(inside, o) for o in others) / (inside.width * inside.height)
        cost += 2 * (1 - inside.width / spot.width)
        if cost < least - 1e-9:
            best, least = inside, cost
    assert best is not None
    if kind == "next to" and least > NO_ROOM and thing.concept != anchors[0].concept:
        return beside(new, thing, "in front of", anchors, scene, stage, least_size=least_size)
    return best


def _joined(
    new: Part, thing: Thing, kind: str, anchors: Sequence[Thing], stage: Stage, seed: int
) -> Part:
    """The new part after `relate`, with everything scaled and shifted so that the anchors stay."""
    old = Block(parts=tuple(stage.part(t, mention=1) for t in anchors), main=1)
    old = _about_origin(old)
    grounded = any(p.grounded for p in old.parts)
    placed = replace(new, mention=0, x=0.0, y=-new.height / 2, depth=0.0, grounded=grounded)
    fresh = Block(parts=(placed,), main=0)
    mine, theirs = thing.concept, anchors[0].concept
    acting = kind in HOLDING
    pair = Pair(
        subject=old if acting else fresh,
        object=fresh if acting else old,
        subject_words=theirs if acting else mine,
        object_words=mine if acting else theirs,
        head=stage.head(anchors[0]),
        rng=_coin(seed),
        carrier=stage.ink(thing.asset if acting else anchors[0].asset),
        foot=stage.foot(thing if acting else anchors[0]),
    )
    joined = relate(kind, pair)
    after = next(p for p in joined.parts if p.mention == 1)
    spot = next(p for p in joined.parts if p.mention == 0)
    before = stage.part(anchors[0])
    k = before.width / after.width
    return replace(
        spot,
        width=spot.width * k,
        height=spot.height * k,
        x=before.x + (spot.x - after.x) * k,
        y=before.y + (spot.y - after.y) * k,
        depth=spot.depth - after.depth,
    )


def _coin(seed: int) -> Generator:
    """Numbers whose first says heads for even seeds and tails for odd ones."""
    rng = Generator(PCG64(0))
    for tried in range(64):
        rng = Generator(PCG64(tried))
        if (Generator(PCG64(tried)).uniform() < 0.5) == (seed % 2 == 0):
            break
    return rng


def _about_origin(block: Block) -> Block:
    return block.moved(-block.x, -block.bottom)


def _inside(spot: Part, anchors: Sequence[Thing], stage: Stage, least: float) -> Part:
    """Smaller about its point nearest to the anchor until the canvas holds it, then shifted in."""
    anchor = stage.part(anchors[0])
    x = min(spot.right, max(spot.left, anchor.x))
    y = spot.bottom if spot.grounded else min(spot.bottom, max(spot.top, anchor.y))
    rooms = (
        (x - EDGE, x - spot.left),
        (stage.across - EDGE - x, spot.right - x),
        (y - EDGE, y - spot.top),
        (stage.down - EDGE - y, spot.bottom - y),
    )
    k = max(least, min([1.0, *(room / wanted for room, wanted in rooms if wanted > 1e-9)]))
    small = replace(
        spot,
        width=spot.width * k,
        height=spot.height * k,
        x=x + (spot.x - x) * k,
        y=y + (spot.y - y) * k,
    )
    return within(small, stage)


def within(part: Part, stage: Stage) -> Part:
    """Shifted so that the canvas holds it, as far as it is no larger than the canvas."""
    return replace(
        part,
        x=_held(part.x, part.width, stage.across),
        y=_held(part.y, part.height, stage.down),
    )


def _held(middle: float, size: float, room: float) -> float:
    half = size / 2 + EDGE
    return room / 2 if 2 * half > room else min(room - half, max(half, middle))


def _spots(
    part: Part, thing: Thing, scene: Scene, stage: Stage, side: str | None
) -> Iterator[Part]:
    """Places on a grid: on the ground, in the air, or anywhere where nothing stands."""
    area = stage.area(scene)
    wide, tall = SIDES.get(side or "", ((0.0, 1.0), None))
    flies = is_one_of(thing.concept, kinds.AIRBORNE)
    ground = ground_of(scene, stage)
    grounded = not flies and tall is None and ground is not None
    lowest = area.bottom - part.height / 2
    if flies and tall is None and ground is not None:
        lowest = max(area.top + part.height / 2, 0.5 * ground)
    top, bottom = tall or (0.0, 1.0)
    for i in range(GRID):
        x = area.left + part.width / 2 + i / (GRID - 1) * (area.width - part.width)
        if not wide[0] <= x / stage.across <= wide[1] and area.width > part.width:
            continue
        if grounded:
            assert ground is not None
            yield replace(part, x=x, y=ground - part.height / 2, grounded=True)
            continue
        for j in range(GRID):
            y = area.top + part.height / 2 + j / (GRID - 1) * (lowest - area.top - part.height / 2)
            if top <= y / stage.down <= bottom:
                yield replace(part, x=x, y=y, grounded=False)


def ground_of(scene: Scene, stage: Stage) -> float | None:
    """Where feet stand: where those of the scene do, else where its backdrop has them."""
    feet = [stage.part(t).bottom for t in scene.things if t.shadow]
    if feet:
        return median(feet)
    area = stage.area(scene)
    if area.ground is None:
        return None
    bare = [stage.part(t).bottom for t in scene.things]
    return median(bare) if area.bare and bare else area.ground


def _grown(part: Part, by: float) -> Part:
    return replace(part, width=part.width + 2 * by, height=part.height + 2 * by)


def _eccentric(spot: Part, side: str | None, stage: Stage) -> float:
    """How far from the middle of the room that was asked for."""
    wide, tall = SIDES.get(side or "", ((0.0, 1.0), None))
    x = spot.x / stage.across - sum(wide) / 2
    y = spot.y / stage.down - (sum(tall) / 2 if tall else 0.5)
    return abs(x) + (abs(y) if tall or not spot.grounded else 0.0)
