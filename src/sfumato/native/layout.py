"""Compose: a Reading → a Scene. What was understood gets a place, a size and a light.

Relations hold exactly, counts stay countable, and the same seed gives the same Scene anywhere.
Knows nothing about words beyond the tables of `kinds`, and nothing about pixels.
"""

from dataclasses import replace

from numpy.random import PCG64, Generator

from sfumato.native import kinds, setting, typeset
from sfumato.native.arrange import Area, arrange
from sfumato.native.blocks import Block, Part, group
from sfumato.native.kinds import is_one_of
from sfumato.native.raster import Outline, outline
from sfumato.native.reading import Mention, Reading
from sfumato.native.relate import Head, Pair, relate
from sfumato.native.scene import MAX_THINGS, Scene, Thing
from sfumato.native.suited import suited
from sfumato.native.svg import sanitise
from sfumato.native.watering import Shelf, water

FRONTAL = Head(x=0.5, width=0.8)
WHOLE = "-whole"  # what the ids of figures end with that are a head on a body of ours
UPRIGHT = 1.5  # height over width from which such a figure stands like a person
LEAST = {2: 0.66, 3: 0.5}  # of so many kinds, the longer side of the smallest, of the largest's
LEAST_STRICT = 0.82  # … of two whose places were asked for exactly


def compose(
    reading: Reading,
    memory: Shelf,
    *,
    width: int,
    height: int,
    transparent: bool,
    seed: int,
) -> Scene:
    """Place everything of the reading on a canvas of `width` x `height` pixels."""
    rng = Generator(PCG64(seed))
    transparent = transparent or reading.transparent
    dressed = suited(reading, memory)
    reading = dressed.reading
    backdrop = setting.backdrop(reading, memory, rng)
    lettering, area = typeset.typeset(
        reading, backdrop, width, height, transparent=transparent, rng=rng
    )
    blocks = _related(reading, _blocks(reading, memory, area, dressed.shown, rng), memory, rng)
    placed = arrange(blocks, area, reading, rng)
    things = _things(reading, placed, width, height, shadows=area.shadows)
    things += water(reading, placed, memory, width, height)
    return Scene(
        backdrop=backdrop,
        things=things[:MAX_THINGS],
        lettering=lettering,
        style=reading.style or "flat",
        transparent=transparent,
        sticker=setting.is_sticker(reading),
    )


def _blocks(
    reading: Reading, memory: Shelf, area: Area, shown: frozenset[int], rng: Generator
) -> dict[int, Block]:
    """A block for every mention that memory can draw (or for all, when it can draw none).

    Those `shown` by another drawing have none.
    """
    drawn = [i for i, m in enumerate(reading.mentions) if m.asset is not None and i not in shown]
    drawn = drawn or list(range(len(reading.mentions)))
    room = max(1, MAX_THINGS // max(1, len(drawn)))
    blocks = {}
    parts = _told_apart(reading, {i: _part(i, reading.mentions[i], memory, rng) for i in drawn})
    for i, part in parts.items():
        mention = reading.mentions[i]
        airborne = is_one_of(mention.concept, kinds.AIRBORNE)
        grounded = area.ground is not None and not airborne
        crowd = 1.0 if len(drawn) > 1 else area.aspect
        bare = area.bare and not any(i in (r.subject, r.object) for r in reading.relations)
        rows = group(part, min(mention.count, room), grounded=grounded and not bare, aspect=crowd)
        floats = not grounded or (bare and len({p.y for p in rows.parts}) > 1)
        blocks[i] = rows.lifted() if floats else rows.each(_standing)
    return blocks


def _standing(part: Part) -> Part:
    return replace(part, grounded=True)


def _told_apart(reading: Reading, parts: dict[int, Part]) -> dict[int, Part]:
    """A mouse beside an elephant: smaller, and still large enough to be a mouse."""
    usual = [i for i in parts if reading.mentions[i].size == "normal"]
    if len(parts) not in LEAST or len(usual) < 2:
        return parts
    strict = any(r.kind in setting.STRICT for r in reading.relations)
    share = LEAST_STRICT if strict and len(parts) == 2 else LEAST[len(parts)]
    least = share * max(max(parts[i].width, parts[i].height) for i in usual)
    grown = {i: max(1.0, least / max(parts[i].width, parts[i].height)) for i in usual}
    return {
        i: replace(part, width=part.width * grown.get(i, 1), height=part.height * grown.get(i, 1))
        for i, part in parts.items()
    }


def _part(index: int, mention: Mention, memory: Shelf, rng: Generator) -> Part:
    size = kinds.natural_size(mention.concept) * kinds.WORD_SIZES[mention.size]
    wide, tall = 1.0, 1.0
    if mention.asset is not None:
        ink = outline(sanitise(memory.svg(mention.asset)))
        wide, tall = ink.width / ink.longest, ink.height / ink.longest
    size *= float(rng.uniform(0.97, 1.03))
    # a long low thing has less of a presence than its longest side says
    size *= (1 / max(0.35, min(wide, tall))) ** 0.3
    return Part(mention=index, width=wide * size, height=tall * size)


def _related(
    reading: Reading, blocks: dict[int, Block], memory: Shelf, rng: Generator
) -> list[Block]:
    """Join blocks along the relations; what stays apart comes apart, in the prompt's order."""
    home = {i: i for i in blocks}
    for relation in reading.relations:
        one, other = relation.subject, relation.object
        if one not in blocks or other not in blocks or home[one] == home[other]:
            continue
        if relation.kind == "next to" and _one_in_the_sky(reading, one, other):
            continue
        mentions = reading.mentions
        pair = Pair(
            subject=replace(blocks[home[one]], main=one),
            object=replace(blocks[home[other]], main=other),
            subject_words=mentions[one].concept,
            object_words=mentions[other].concept,
            head=_head(mentions[one], memory),
            rng=rng,
            carrier=_outline(mentions[other], memory),
            foot=_foot(mentions[other], memory),
        )
        joined = relate(relation.kind, pair)
        gone, kept = home[one], home[other]
        home = {i: kept if h == gone else h for i, h in home.items()}
        blocks[kept] = joined
    return [blocks[i] for i in dict.fromkeys(home.values())]


def _one_in_the_sky(reading: Reading, one: int, other: int) -> bool:
    """A wolf at the moon stands, and the moon is in the sky."""
    high = [is_one_of(reading.mentions[i].concept, kinds.SKY) for i in (one, other)]
    return high[0] != high[1]


def _head(mention: Mention, memory: Shelf) -> Head:
    ink = _outline(mention, memory)
    if ink is None:
        return FRONTAL
    head = Head(x=(ink.head_x - ink.left) / ink.width, width=ink.head_width / ink.width)
    if not (mention.asset or "").endswith(WHOLE):
        return head
    upright = ink.height > UPRIGHT * ink.width
    return replace(head, eyes=0.23 if upright else 0.34, neck=0.42 if upright else 0.55, whole=True)


def _outline(mention: Mention, memory: Shelf) -> Outline | None:
    return None if mention.asset is None else outline(sanitise(memory.svg(mention.asset)))


def _foot(mention: Mention, memory: Shelf) -> float:
    ink = _outline(mention, memory)
    return 0.5 if ink is None else ((ink.foot_left + ink.foot_right) / 2 - ink.left) / ink.width


def _things(
    reading: Reading, placed: tuple[Part, ...], width: int, height: int, *, shadows: bool
) -> tuple[Thing, ...]:
    short = min(width, height)
    across, down = width / short, height / short
    things = []
    for part in sorted(placed, key=lambda p: p.depth):
        mention = reading.mentions[part.mention]
        still = is_one_of(mention.concept, kinds.SHADOWLESS)
        things.append(
            Thing(
                concept=mention.concept,
                asset=mention.asset,
                colour=mention.colour,
                x=round(part.x / across, 5),
                y=round(part.y / down, 5),
                size=round(max(part.width, part.height), 5),
                rotation=round(part.rotation, 2),
                flip=part.flip,
                shadow=shadows and part.grounded and not still,
            )
        )
    return tuple(things)
