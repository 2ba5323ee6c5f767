"""The word list of `words.toml` and how it is held against a text. English only.

Knows nothing about what a find leads to.
"""

import codecs
import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from sfumato.safety.folding import plain_words, unleeted

Weight: TypeAlias = Literal["low", "auto", "report"]

NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen"
)
AGE = rf"(?:\d|1[0-7]|{NUMBERS.replace(' ', '|')}) ?(?:yo|y o|year old|years old|yr old)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Looks for `terms`; with `near`, only if one of those is `within` words away (0: anywhere).

    `weight` is the weakest check that refuses a prompt for it; nothing does for "report".
    """

    category: str
    weight: Weight
    terms: re.Pattern[str]
    near: re.Pattern[str] | None = None
    within: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """A text as plain words, in every reading: as it `stands`, without the innocent phrases that
    hold a term (`kept`), and without the terms that it wishes away besides (`meant`)."""

    stands: tuple[str, ...]
    kept: tuple[str, ...]
    meant: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """The parsed data file. `negated` terms are forgiven by rules without `near` alone."""

    rules: tuple[Rule, ...]
    innocent: re.Pattern[str]
    negated: re.Pattern[str]

    def read(self, text: str) -> Readings:
        plain = plain_words(text)
        stands = tuple({plain, *unleeted(plain)})
        kept = tuple(self.innocent.sub("", words) for words in stands)
        return Readings(
            stands=stands, kept=kept, meant=tuple(self.negated.sub("", words) for words in kept)
        )


def applies(rule: Rule, readings: Readings) -> bool:
    """Whether the text holds what the rule looks for."""
    if rule.near is None:
        return any(rule.terms.search(words) for words in readings.meant)
    return any(_are_near(rule, rule.near, words) for words in readings.kept)


def nearly_applies(rule: Rule, readings: Readings) -> bool:
    """Whether its words stand there, if only innocently, wished away or too far apart."""
    near = rule.near
    return any(
        rule.terms.search(words) and (near is None or near.search(words))
        for words in readings.stands
    )


@cache
def word_list() -> WordList:
    """The list that comes with the package."""
    raw = tomllib.loads((files("sfumato.safety") / "words.toml").read_text("utf-8"))
    minors = raw["minors"]["terms"]
    simple = [_rule(entry) for entry in raw["rule"]]
    pairs = [_pair(entry, minors) for entry in raw["pair"]]
    terms = [term for entry in raw["rule"] for term in _terms(entry)]
    negated = f"(?:{'|'.join(raw['negations'])}) (?:{'|'.join(terms)})"
    return WordList(
        rules=(*simple, *pairs), innocent=_pattern(raw["innocent"]), negated=_pattern([negated])
    )


def _are_near(rule: Rule, near: re.Pattern[str], words: str) -> bool:
    if not rule.within:
        return bool(rule.terms.search(words) and near.search(words))
    second = list(_places(near, words))
    return any(
        bisect_left(second, place - rule.within) < bisect_left(second, place + rule.within + 1)
        for place in _places(rule.terms, words)
    )


def _places(pattern: re.Pattern[str], words: str) -> Iterator[int]:
    """Of each match how many words stand before it, growing."""
    place = end = 0
    for match in pattern.finditer(words):
        place += words.count(" ", end, match.start())
        end = match.start()
        yield place


def _rule(entry: Mapping[str, Any]) -> Rule:
    pattern = _pattern(_terms(entry))
    return Rule(category=entry["category"], weight=entry["level"], terms=pattern)


def _pair(entry: Mapping[str, Any], minors: list[str]) -> Rule:
    first = [term for name in entry["first"] for term in (minors if name == "$minor" else [name])]
    return Rule(
        category=entry["category"],
        weight=entry["level"],
        terms=_pattern([*first, AGE]),
        near=_pattern(entry["second"]),
        within=entry["within"],
    )


def _terms(entry: Mapping[str, Any]) -> list[str]:
    terms: list[str] = entry["terms"]
    return [codecs.decode(t, "rot13") for t in terms] if entry.get("rot13") else terms


def _pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """Whole words and their plurals; each word of the text has a space on both sides."""
    return re.compile(rf"(?<= )(?:{'|'.join(terms)})(?:e?s)?(?= )")
