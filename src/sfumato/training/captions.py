"""Sampled scenes → captions: the inverse of the planner. Knows nothing about pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
STYLE_WORDS = {
    "flat": ("flat style", "flat illustration", "in flat style"),
    "gradient": ("soft gradient style", "glossy 3d style", "in gradient style"),
    "noto": ("noto style", "emoji style", "in noto style"),
    "fx": ("simple style", "cartoon style", "in simple style"),
    "icon": ("icon style", "as an icon", "pictogram style"),
}
RELATIONS = {
    "left of": ("to the left of", "left of", "on the left of"),
    "right of": ("to the right of", "right of", "on the right of"),
    "above": ("above", "over", "hovering above"),
    "below": ("below", "under", "beneath"),
    "next to": ("next to", "beside", "and"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A thing as it is spoken of: its title, count and colour."""

    title: str
    count: int = 1
    colour: str | None = None


def caption(
    nouns: Sequence[Noun],
    relation: str | None,
    backdrop: str | None,
    style: str | None,
    words: str | None,
    rng: np.random.Generator,
) -> str:
    """One of many ways to say it: things, their relation, where, the words on it, which style."""
    text = phrase(nouns[0], rng)
    for noun in nouns[1:]:
        link = _pick(RELATIONS[relation], rng) if relation else "and"
        text = f"{text} {link} {phrase(noun, rng)}"
    if words:
        text = _pick((f'{text} with the word "{words}"', f'{text} that says "{words}"'), rng)
    if backdrop:
        text = f"{text} {backdrop}"
    if style and style in STYLE_WORDS:
        said = _pick(STYLE_WORDS[style], rng)
        text = f"{text}, {said}" if rng.random() < 0.8 else f"{said}, {text}"
    return text


def phrase(noun: Noun, rng: np.random.Generator) -> str:
    """ "a red apple", "three cats", "fox": with article, number or bare."""
    name = f"{noun.colour} {noun.title}" if noun.colour else noun.title
    if noun.count > 1:
        return f"{NUMBERS[noun.count]} {plural(name)}"
    if rng.random() < 0.2:
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def plural(name: str) -> str:
    """Regular English plurals; irregular nouns come out as people type them in a hurry."""
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


def _pick(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
