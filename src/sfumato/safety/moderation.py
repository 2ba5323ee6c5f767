"""A prompt against the word list of `words.toml`, in one of two strengths. English only.

A word list is a coarse sieve, and this is all that it claims to be. Knows nothing about pictures,
accounts or models.
"""

import codecs
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from sfumato.errors import ModerationBlocked
from sfumato.safety.folding import plain_words, unleeted

Level: TypeAlias = Literal["auto", "low"]

NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen"
)
AGE = rf"(?:\d|1[0-7]|{NUMBERS.replace(' ', '|')}) ?(?:yo|y o|year old|years old|yr old)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Refuses `terms`; with `near`, only if one of those is `within` words away (0: anywhere)."""

    category: str
    level: Level
    terms: re.Pattern[str]
    near: re.Pattern[str] | None = None
    within: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """The parsed data file. `negated` terms are forgiven by rules without `near` alone."""

    rules: tuple[Rule, ...]
    innocent: re.Pattern[str]
    negated: re.Pattern[str]


def check(prompt: str, level: Level) -> None:
    """ModerationBlocked when the word list refuses the prompt; its message names the categories."""
    found = violations(prompt, level)
    if found:
        raise ModerationBlocked(
            "Your request was rejected by the safety system at the input stage. If you believe this"
            " is an error, tell whoever runs this server and include the request ID of this answer"
            f" (header x-request-id). safety_violations=[{', '.join(found)}]."
        )


def violations(prompt: str, level: Level) -> tuple[str, ...]:
    """The categories that `level` refuses in a prompt, sorted; empty when it may pass."""
    word_list = _word_list()
    plain = plain_words(prompt)
    readings = [word_list.innocent.sub("", words) for words in (plain, *unleeted(plain))]
    rules = (rule for rule in word_list.rules if level == "auto" or rule.level == "low")
    return tuple(sorted({rule.category for rule in rules if _refuses(rule, readings)}))


def _refuses(rule: Rule, readings: Iterable[str]) -> bool:
    if rule.near is not None:
        return any(_are_near(rule, rule.near, words) for words in readings)
    negated = _word_list().negated
    return any(rule.terms.search(negated.sub("", words)) for words in readings)


def _are_near(rule: Rule, near: re.Pattern[str], words: str) -> bool:
    first = [words.count(" ", 0, match.start()) for match in rule.terms.finditer(words)]
    second = [words.count(" ", 0, match.start()) for match in near.finditer(words)]
    if not rule.within:
        return bool(first and second)
    return any(abs(a - b) <= rule.within for a in first for b in second)


@cache
def _word_list() -> WordList:
    raw = tomllib.loads((files("sfumato.safety") / "words.toml").read_text("utf-8"))
    minors = raw["minors"]["terms"]
    simple = [_rule(entry) for entry in raw["rule"]]
    pairs = [_pair(entry, minors) for entry in raw["pair"]]
    terms = [term for entry in raw["rule"] for term in _terms(entry)]
    negated = f"(?:{'|'.join(raw['negations'])}) (?:{'|'.join(terms)})"
    return WordList(
        rules=(*simple, *pairs), innocent=_pattern(raw["innocent"]), negated=_pattern([negated])
    )


def _rule(entry: Mapping[str, Any]) -> Rule:
    pattern = _pattern(_terms(entry))
    return Rule(category=entry["category"], level=entry["level"], terms=pattern)


def _pair(entry: Mapping[str, Any], minors: list[str]) -> Rule:
    first = [term for name in entry["first"] for term in (minors if name == "$minor" else [name])]
    return Rule(
        category=entry["category"],
        level=entry["level"],
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
