"""Random readings in many wordings: what people call things, and how they put them together.

Richer than `describe`: synonyms, measures ("a pair of"), relative clauses, fronted places,
negation, irregular plurals, British and American spelling. Knows nothing about pixels.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sfumato.native.lexicon import IRREGULAR_NOUNS, Lexicon, lexicon
from sfumato.native.memory import Asset, Memory
from sfumato.native.reading import Mention, Reading, Relation, Words
from sfumato.native.scene import COLOURS
from sfumato.training.captions import NUMBERS, plural
from sfumato.training.describe import LINKS, SIZES

CATEGORIES = ("Animals & Nature", "Food & Drink", "Objects", "Travel & Places", "Activities")
PEOPLE = tuple("girl boy man woman robot astronaut farmer witch princess king chef wizard".split())
MEASURES: Mapping[int, tuple[str, ...]] = {
    2: ("a pair of", "a couple of"),
    3: ("a trio of", "a few"),
    5: ("several",),
    6: ("half a dozen",),
    12: ("a dozen", "one dozen"),
}
SPELT: Mapping[str, tuple[str, ...]] = {
    "grey": ("grey", "gray", "silver"),
    "purple": ("purple", "violet"),
    "turquoise": ("turquoise", "teal"),
    "red": ("red", "crimson"),
    "blue": ("blue", "navy blue"),
}
IDLE = ("cute", "old", "shiny", "wooden", "happy", "beautiful", "metal", "striped")
PLACES: Mapping[str, tuple[str, ...]] = {
    "meadow": ("in a meadow", "in a park", "on a farm", "in the countryside"),
    "beach": ("on a beach", "at the seaside", "by the shore"),
    "snow": ("in the snow", "in the arctic"),
    "city": ("in a city", "in the middle of a town", "downtown"),
    "road": ("on a street", "on the highway", "on a motorway"),
    "room": ("in a living room", "in a kitchen", "in a library"),
    "space": ("in outer space", "in space"),
    "forest": ("in a forest", "in the woods", "in a jungle"),
    "desert": ("in the desert", "among the sand dunes"),
    "mountains": ("in the mountains", "in the alps"),
}
ABSENT = ("people", "a hat", "trees", "clouds", "a car", "flowers")
DENIALS = ("without", "with no", "but no")
OPENINGS = ("", "", "", "a photo of ", "an image of ", "draw ", "please paint ", "I'd like ")
POSITIONS = (
    "left of",
    "right of",
    "above",
    "below",
    "behind",
    "in front of",
    "next to",
    "on",
    "in",
)
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "holding": ("is holding", "holds", "is carrying"),
    "wearing": ("wears", "is wearing"),
    "riding": ("rides", "is riding"),
}
PEOPLE_WEAR = "scarf|sunglasses|crown|top hat".split("|")
PEOPLE_HOLD = "umbrella|balloon|guitar|candle|camera|kite|banana|pizza".split("|")
PEOPLE_RIDE = "bicycle|horse|skateboard|elephant".split("|")
BELONGINGS = {"wearing": PEOPLE_WEAR, "holding": PEOPLE_HOLD, "riding": PEOPLE_RIDE}
PLURALS = {one: many for many, one in IRREGULAR_NOUNS.items() if many not in ("kids", "persons")}
SAME = ("sheep", "fish", "deer", "scissors", "grapes", "cherries", "pancakes", "salmon")
HALVES = ("wolf", "leaf", "loaf", "shelf", "scarf")


def sample(
    memory: Memory, seed: int, number: int, people: Sequence[str] = PEOPLE
) -> Iterator[tuple[str, Reading]]:
    """`number` pairs of a caption and the reading that it was made from.

    ValueError when memory lacks one of the `people` or what they hold, wear and ride.
    """
    rng = np.random.default_rng(seed)
    names = _names(memory)
    for _ in range(number):
        yield _caption(rng, names, people, memory)


def _names(memory: Memory) -> list[tuple[str, Asset]]:
    """Everything that has a plain name: one that no table of the grammar claims."""
    known = lexicon()
    out = []
    for asset in memory:
        if asset.style != "flat" or asset.category not in CATEGORIES:
            continue
        for name in asset.names[:3]:
            found = memory.find(name)
            if _is_plain(name, known) and found is not None and found.title == asset.title:
                out.append((name, asset))
    return out


def _is_plain(name: str, known: Lexicon) -> bool:
    words = name.split()
    claimed = {*known.colours, *known.sizes, *known.numbers, *known.materials, *known.adjectives}
    return (
        len(words) < 3
        and name.replace(" ", "").isalpha()
        and not claimed & set(words)
        and name not in known.places
        and name not in known.holders
        and name not in known.themes
        and name not in known.verbs
        and name not in known.times
        and name not in known.weathers
        and "photo" not in name
        and not name.endswith("s")
    )


def _caption(
    rng: np.random.Generator,
    names: Sequence[tuple[str, Asset]],
    people: Sequence[str],
    memory: Memory,
) -> tuple[str, Reading]:
    form = rng.random()
    if form < 0.25:
        text, mentions, relations = _acting(rng, people, memory)
    elif form < 0.6:
        text, mentions, relations = _placed(rng, names)
    else:
        text, mentions, relations = _listed(rng, names)
    place = _pick(tuple(PLACES), rng) if rng.random() < 0.4 else None
    night = bool(rng.random() < 0.15)
    words: tuple[Words, ...] = ()
    if place is not None:
        said = _pick(PLACES[place], rng)
        front = rng.random() < 0.25
        text = f"{said}, {text}" if front else f"{text} {said}"
    if night:
        text += _pick((" at night", ", at midnight", " in the moonlight"), rng)
    if rng.random() < 0.15:
        text += f", {_pick(DENIALS, rng)} {_pick(ABSENT, rng)}"
    elif rng.random() < 0.12:
        words = (Words(text="Open 24 hours"),)
        text += _pick((', with the words "Open 24 hours"', ', the text "Open 24 hours"'), rng)
    reading = Reading(
        mentions=mentions, relations=relations, backdrop=place, night=night, words=words
    )
    return _pick(OPENINGS, rng) + text, reading


def _acting(
    rng: np.random.Generator, people: Sequence[str], memory: Memory
) -> tuple[str, tuple[Mention, ...], tuple[Relation, ...]]:
    """Somebody with something: "a girl who is holding two red balloons"."""
    kind = _pick(tuple(ACTIONS), rng)
    who, name = _pick(people, rng), _pick(BELONGINGS[kind], rng)
    found = _asset(memory, who)
    one = Mention(concept=found.title, asset=found.id)
    other = _mention(_asset(memory, name), rng, single=True)
    verb = _pick(ACTIONS[kind], rng)
    link = _pick((f"{_pick(('that', 'who', ', who'), rng)} {verb}", kind, verb), rng)
    text = f"{_phrase(who, one, rng)} {link} {_phrase(name, other, rng)}".replace(" ,", ",")
    return text, (one, other), (Relation(subject=0, kind=kind, object=1),)


def _placed(
    rng: np.random.Generator, names: Sequence[tuple[str, Asset]]
) -> tuple[str, tuple[Mention, ...], tuple[Relation, ...]]:
    """Two things and where they stand: in a row, in a relative clause, or the place first."""
    (name, one), (other_name, other) = _two(rng, names)
    kind = _pick(POSITIONS, rng)
    link = _pick(LINKS[kind], rng)
    first, second = _phrase(name, one, rng), _phrase(other_name, other, rng)
    form = rng.random()
    if form < 0.55:
        return f"{first} {link} {second}", (one, other), (_first(kind),)
    verb = "are" if one.count > 1 else "is"
    if form < 0.75:
        return f"{first} that {verb} {link} {second}", (one, other), (_first(kind),)
    if form < 0.9 and kind not in ("on", "in"):
        text = f"{link} {second} there {verb} {first}"
        return text, (other, one), (Relation(subject=1, kind=kind, object=0),)
    return f"there {verb} {first} {link} {second}", (one, other), (_first(kind),)


def _first(kind: str) -> Relation:
    return Relation(subject=0, kind=kind, object=1)


def _listed(
    rng: np.random.Generator, names: Sequence[tuple[str, Asset]]
) -> tuple[str, tuple[Mention, ...], tuple[Relation, ...]]:
    """One, two or three kinds of things beside each other."""
    if rng.random() < 0.4:
        name, asset = names[int(rng.integers(len(names)))]
        mention = _mention(asset, rng)
        return _phrase(name, mention, rng), (mention,), ()
    (name, one), (other_name, other) = _two(rng, names)
    join = _pick((" and ", ", ", " as well as "), rng)
    return f"{_phrase(name, one, rng)}{join}{_phrase(other_name, other, rng)}", (one, other), ()


def _two(
    rng: np.random.Generator, names: Sequence[tuple[str, Asset]]
) -> tuple[tuple[str, Mention], tuple[str, Mention]]:
    while True:
        first, second = (names[int(i)] for i in rng.integers(len(names), size=2))
        if first[1].title != second[1].title:
            made = [(name, _mention(asset, rng)) for name, asset in (first, second)]
            return made[0], made[1]


def _mention(asset: Asset, rng: np.random.Generator, *, single: bool = False) -> Mention:
    colour = _pick(tuple(COLOURS), rng) if rng.random() < 0.35 else None
    counts = (2, 3, 4, 5, 6, 7, 12)
    count = int(counts[int(rng.integers(len(counts)))]) if rng.random() < 0.35 else 1
    return Mention(
        concept=asset.title,
        asset=asset.id,
        count=1 if single else count,
        colour=colour,
        size=_pick(("normal", "normal", "normal", *SIZES), rng),
    )


def _phrase(name: str, mention: Mention, rng: np.random.Generator) -> str:
    """ "a pair of tiny teal foxes"."""
    size = _pick(SIZES[mention.size], rng) if mention.size in SIZES else None
    idle = _pick(IDLE, rng) if rng.random() < 0.15 else None
    colour = _pick(SPELT.get(mention.colour, (mention.colour,)), rng) if mention.colour else None
    noun = several(name) if mention.count > 1 else name
    said = " ".join(filter(None, (size, idle, colour, noun)))
    if mention.count == 1:
        return f"{'an' if said[0] in 'aeiou' else 'a'} {said}"
    if mention.count in MEASURES and rng.random() < 0.4:
        return f"{_pick(MEASURES[mention.count], rng)} {said}"
    number = "twelve" if mention.count == 12 else NUMBERS[mention.count]
    return f"{number if rng.random() < 0.7 else mention.count} {said}"


def several(name: str) -> str:
    """The plural as it is written in books: mice, wolves, sheep."""
    head, _, last = name.rpartition(" ")
    if last in SAME:
        many = last
    elif last in PLURALS:
        many = PLURALS[last]
    elif last in HALVES:
        many = last[:-1] + "ves"
    elif last in ("knife", "wife"):
        many = last[:-2] + "ves"
    elif last in ("tomato", "potato", "volcano", "mango", "mosquito"):
        many = last + "es"
    else:
        many = plural(last)
    return f"{head} {many}".strip()


def _asset(memory: Memory, name: str) -> Asset:
    found = memory.find(name)
    if found is None:
        raise ValueError(f"memory has no {name}")
    return found


def _pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
