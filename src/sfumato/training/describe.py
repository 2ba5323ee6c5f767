"""Reading → caption, in one of many wordings: the planner's inverse. Knows nothing about pixels."""

from collections.abc import Sequence

import numpy as np

from sfumato.native.reading import Mention, Reading
from sfumato.training.captions import NUMBERS, plural

LINKS = {
    "left of": ("to the left of", "left of", "on the left side of"),
    "right of": ("to the right of", "right of", "on the right of"),
    "above": ("above", "over", "hovering above"),
    "below": ("below", "under", "beneath", "underneath"),
    "on": ("on", "on top of", "standing on"),
    "in": ("in", "inside"),
    "behind": ("behind",),
    "in front of": ("in front of",),
    "next to": ("next to", "beside", "near"),
    "holding": ("holding", "carrying", "that holds"),
    "wearing": ("wearing", "that wears"),
    "riding": ("riding", "riding on"),
    "reading": ("reading",),
    "watering": ("watering",),
}
PLACES = {
    "meadow": ("in a meadow", "on a hill", "in the park", "on the grass"),
    "sky": ("in the sky",),
    "sea": ("on the sea", "by a lake", "on a river"),
    "beach": ("on the beach", "at the beach"),
    "snow": ("in the snow", "on the ice"),
    "city": ("in a city", "in the city"),
    "road": ("on a road", "on the street"),
    "room": ("in a room", "in the kitchen"),
    "space": ("in space", "in outer space"),
    "forest": ("in a forest", "in the woods"),
    "desert": ("in the desert",),
}
SIZES = {
    "tiny": ("tiny", "miniature"),
    "small": ("small", "little"),
    "large": ("big", "large"),
    "huge": ("huge", "giant", "enormous"),
}
OPENINGS = ("", "", "", "a picture of ", "an illustration of ", "please draw ", "show me ")


def describe(reading: Reading, rng: np.random.Generator) -> str:
    """One of many ways to ask for `reading`: its first mention, relations, place, words, style."""
    text = _pick(OPENINGS, rng) + noun_phrase(reading.mentions[0], rng)
    related = {relation.object: relation.kind for relation in reading.relations}
    for index, mention in enumerate(reading.mentions[1:], start=1):
        link = _pick(LINKS[related[index]], rng) if index in related else "and"
        text = f"{text} {link} {noun_phrase(mention, rng)}"
    if reading.backdrop in PLACES:
        text = f"{text} {_pick(PLACES[reading.backdrop], rng)}"
    if reading.night:
        text = f"{text} {_pick(('at night', 'in the moonlight'), rng)}"
    for words in reading.words:
        text = f'{text}, {_pick(("with the words", "that says"), rng)} "{words.text}"'
    if reading.transparent:
        text = f"{text}, {_pick(('transparent background', 'sticker'), rng)}"
    return text


def noun_phrase(mention: Mention, rng: np.random.Generator) -> str:
    """ "three tiny red foxes"."""
    size = _pick(SIZES[mention.size], rng) if mention.size in SIZES else None
    name = plural(mention.concept) if mention.count > 1 else mention.concept
    said = " ".join(filter(None, (size, mention.colour, name)))
    if mention.count > 1:
        number = NUMBERS[mention.count] if rng.random() < 0.8 else str(mention.count)
        return f"{number} {said}"
    return f"{'an' if said[0] in 'aeiou' else 'a'} {said}"


def _pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
