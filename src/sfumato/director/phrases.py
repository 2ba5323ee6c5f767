"""The tables of phrases.toml, compiled once. Knows no conversation."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Words that ask `field` to be `value`; with `stays` they also belong to the prompt."""

    field: str
    value: str
    words: re.Pattern[str]
    stays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Patterns without regard to case; tables in the order in which they are tried."""

    polite: re.Pattern[str]
    polite_tail: re.Pattern[str]
    ask: re.Pattern[str]
    picture_of: re.Pattern[str]
    order: re.Pattern[str]
    fragment: re.Pattern[str]
    subject: re.Pattern[str]
    quality: re.Pattern[str]
    reworded: tuple[tuple[re.Pattern[str], str], ...]
    asked: tuple[Asked, ...]
    answers: tuple[tuple[re.Pattern[str], str], ...]
    question: re.Pattern[str]
    chore: re.Pattern[str]
    foreign: frozenset[str]
    english: frozenset[str]


@cache
def phrases() -> Phrases:
    """Read and compiled on first use."""
    raw = tomllib.loads(files("sfumato.director").joinpath("phrases.toml").read_text("utf-8"))
    on, there = raw["verbs_on"], raw["that_is_there"]
    return Phrases(
        polite=_compiled(rf"(?:(?:{raw['polite_head']})\b[\s,!.:]*)+(?=\S)"),
        polite_tail=_compiled(rf"(?:[\s,]+(?:{raw['polite_tail']})[\s.!?]*)+$"),
        ask=_compiled(rf"(?:{raw['ask']})\s+(?=\S)"),
        picture_of=_compiled(rf"(?:{raw['picture_of']})\s+(?=\S)"),
        order=_compiled(rf"(?:(?:{raw['verbs']})\b|(?:{on}) (?:{there})\b)"),
        fragment=_compiled(rf"(?:{raw['fragment']})\b"),
        subject=_compiled(raw["subject"]),
        quality=_compiled(rf"(?:(?:much|even|a bit|more|less|not so) )?(?:{raw['qualities']})"),
        reworded=tuple((_compiled(row["was"]), row["now"]) for row in raw["reworded"]),
        asked=(*_formats(raw), *(_asked(row, raw["frames"]["shape"]) for row in raw["asked"])),
        answers=tuple((_compiled(row["asks"]), row["text"]) for row in raw["answers"]),
        question=_compiled(raw["other"]["question"]),
        chore=_compiled(raw["other"]["chore"]),
        foreign=frozenset(raw["foreign"].split()),
        english=frozenset(raw["english"].split()),
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def _formats(raw: dict[str, Any]) -> tuple[Asked, ...]:
    frame = raw["frames"]["format"]
    return tuple(
        _whole("output_format", name, frame.replace("FORMAT", said), stays=False)
        for name, said in raw["formats"].items()
    )


def _asked(row: dict[str, str], frame: str) -> Asked:
    said = row.get("kept") or row["said"]
    if shape := row.get("shape"):
        said = f"{said}|{frame.replace('SHAPE', shape)}"
    return _whole(row["field"], row["value"], said, stays="kept" in row)


def _whole(field: str, value: str, said: str, *, stays: bool) -> Asked:
    """Whole words, and not what is asked not to be."""
    whole = rf"(?<![\w-])(?<!not )(?<!n't )(?:{said})(?![\w-])"
    return Asked(field=field, value=value, words=_compiled(whole), stays=stays)
