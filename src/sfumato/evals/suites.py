"""Evaluation suites: data files of prompts with what each must show. Knows nothing about engines.

Never tune anything on these prompts: they are for reporting.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from sfumato.core import Background, Quality

Kind = Literal["concept", "colour", "sheet"]
Aspect = Literal["square", "landscape", "portrait"]
ASPECTS: Mapping[Aspect, float] = {"square": 1.0, "landscape": 3 / 2, "portrait": 2 / 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One prompt. `label` is the right answer, empty on a contact sheet, which is only looked at;
    `noun` is what carries the colour in a colour suite.

    `depicted_by` and `icons` name open pictures of the label (emoji titles; plain icon names).
    A sheet's cases may stand in a `group` and ask for another aspect or background.
    """

    prompt: str
    label: str = ""
    noun: str | None = None
    depicted_by: tuple[str, ...] = ()
    icons: tuple[str, ...] = ()
    group: str = ""
    aspect: Aspect = "square"
    background: Background = "opaque"

    def canvas(self, size: int) -> tuple[int, int]:
        """(width, height) whose longer side is `size` pixels."""
        ratio = ASPECTS[self.aspect]
        return (size, round(size / ratio)) if ratio >= 1 else (round(size * ratio), size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Cases, each rendered once per seed, `size` pixels square; scored top-1 of `labels`."""

    name: str
    kind: Kind
    seeds: tuple[int, ...]
    size: int
    quality: Quality
    cases: tuple[Case, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The choices in file order, each once."""
        return tuple(dict.fromkeys(case.label for case in self.cases if case.label))

    @property
    def nouns(self) -> tuple[str, ...]:
        """What carries the colours, in file order, each once."""
        return tuple(dict.fromkeys(case.noun for case in self.cases if case.noun))


def read_suite(path: Path) -> Suite:
    """Parse one suite; ValueError names the file when it is not one."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        suite = Suite(
            name=raw["name"],
            kind=raw["kind"],
            seeds=tuple(raw["seeds"]),
            size=raw["size"],
            quality=raw["quality"],
            cases=tuple(_case(case) for case in raw["case"]),
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name} is not a suite: {error!r}") from error
    if suite.kind not in get_args(Kind) or suite.quality not in get_args(Quality):
        raise ValueError(f"{path.name} is not a suite: unknown kind or quality.")
    for case in suite.cases:
        if case.aspect not in ASPECTS or case.background not in get_args(Background):
            raise ValueError(f"{path.name}: unknown aspect or background of {case.prompt!r}.")
    return suite


def _case(raw: dict[str, Any]) -> Case:
    return Case(
        depicted_by=tuple(raw.pop("depicted_by", ())), icons=tuple(raw.pop("icons", ())), **raw
    )
