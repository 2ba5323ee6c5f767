"""GenEval's six categories as data files: prompts with what each picture must hold.

The categories are those of Ghosh, Hajishirzi and Schmidt (2023), "GenEval", in our own domain.
Knows nothing about engines or recognisers. Never tune anything on these prompts.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from sfumato.core import Quality

Relation: TypeAlias = Literal["left of", "right of", "above", "below"]

FOLDER = Path("suites", "categories")
CATEGORIES = (
    "single_object",
    "two_objects",
    "counting",
    "colours",
    "position",
    "colour_binding",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A thing to recognise. `group` is its group among emoji; `depicted_by` are emoji of it."""

    name: str
    group: str
    depicted_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`count` of a thing, in a colour when one was asked."""

    noun: str
    colour: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCase:
    """One prompt. `relation` says where the first thing is, seen from the second."""

    prompt: str
    things: tuple[Wanted, ...]
    relation: Relation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category's cases, each rendered once per seed, `size` pixels square."""

    name: str
    seeds: tuple[int, ...]
    size: int
    quality: Quality
    cases: tuple[CategoryCase, ...]

    @property
    def nouns(self) -> tuple[str, ...]:
        """The choices that the judge has, in order of first mention."""
        return tuple(dict.fromkeys(thing.noun for case in self.cases for thing in case.things))

    @property
    def colours(self) -> tuple[str, ...]:
        """The choices of colour, in order of first mention; empty when none is asked."""
        asked = (thing.colour for case in self.cases for thing in case.things)
        return tuple(dict.fromkeys(colour for colour in asked if colour))


def read_nouns(evals: Path) -> Mapping[str, Noun]:
    """Every noun of the categories by name. ValueError when the file is not a list of nouns."""
    path = evals / FOLDER / "nouns.toml"
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["noun"]
        nouns = [Noun(**row | {"depicted_by": tuple(row["depicted_by"])}) for row in rows]
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name} is not a list of nouns: {error!r}") from error
    return {noun.name: noun for noun in nouns}


def read_categories(evals: Path) -> tuple[Category, ...]:
    """The six, in GenEval's order. ValueError names a file that is not a category or a noun that
    the list of nouns lacks."""
    known = read_nouns(evals)
    found = tuple(_read(evals / FOLDER / f"{name}.toml") for name in CATEGORIES)
    for category in found:
        for noun in category.nouns:
            if noun not in known:
                raise ValueError(f"{category.name}.toml asks for '{noun}', which is no known noun.")
    return found


def _read(path: Path) -> Category:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        cases = tuple(_case(case) for case in raw.pop("case"))
        category = Category(**raw | {"seeds": tuple(raw["seeds"])}, cases=cases)
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name} is not a category: {error!r}") from error
    relations = (None, *get_args(Relation))
    if category.quality not in get_args(Quality) or any(
        case.relation not in relations for case in cases
    ):
        raise ValueError(f"{path.name} is not a category: unknown quality or relation.")
    return category


def _case(raw: dict[str, Any]) -> CategoryCase:
    return CategoryCase(**raw | {"things": tuple(Wanted(**thing) for thing in raw["things"])})
