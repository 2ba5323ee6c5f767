"""The scores that a card has, found by their paths, and the better column of each task.

Knows nothing about how numbers are made or shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sfumato.core import ImageParams
from sfumato.evals.adherence import COLUMNS
from sfumato.evals.scores import SCORES, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A score found on a card: column → number ("" when it has no columns), and its bound.

    `star` is what the path's `*` stood for.
    """

    name: str
    star: str
    score: Score
    values: Mapping[str, float]
    ceiling: float | None

    @property
    def best(self) -> str | None:
        """The better column; None with one column, equal ones, or where neither is better."""
        if self.score.better == "neither" or len(set(self.values.values())) < 2:
            return None
        choose = max if self.score.better == "higher" else min
        return choose(self.values, key=lambda column: self.values[column])


def rows(card: Mapping[str, Any]) -> Iterator[Row]:
    """Every score that the card has, in the order of `SCORES`."""
    for score in SCORES:
        part = card.get(score.part, {})
        for star in _stars(part, score.path):
            values = dict(_values(part, score.path.replace("*", star)))
            ceiling = _number(part, score.ceiling.replace("*", star)) if score.ceiling else None
            name = score.name.replace("*", star.replace("_", " "))
            yield Row(name=name, star=star, score=score, values=values, ceiling=ceiling)


def defaults(card: Mapping[str, Any]) -> dict[str, Any]:
    """task → the better column by its score, and the column that the task ships with.

    What ships is what a request gets that does not say: `ImageParams` decides, not this card.
    """
    shipped = next(c for c, memory in COLUMNS.items() if memory == ImageParams(prompt="").memory)
    return {
        row.score.task: {
            "by": row.name,
            "better": row.best or shipped,
            "shipped": shipped,
            **row.values,
        }
        for row in rows(card)
        if row.score.task
    }


def _stars(part: Mapping[str, Any], path: str) -> list[str]:
    """What `*` may stand for so that the path leads to a number; [""] or [] without a star."""
    found = []
    before, star, _ = path.partition("*")
    for column in COLUMNS if "{column}" in path else [""]:
        inside = _at(part, before.replace("{column}", column).strip(".")) if star else {"": 0}
        for key in inside if isinstance(inside, Mapping) else ():
            if _number(part, path.replace("{column}", column).replace("*", key)) is not None:
                found.append(key)
    return list(dict.fromkeys(found))


def _values(part: Mapping[str, Any], path: str) -> Iterator[tuple[str, float]]:
    for column in COLUMNS if "{column}" in path else [""]:
        number = _number(part, path.replace("{column}", column))
        if number is not None:
            yield column, number


def _number(part: Mapping[str, Any], path: str) -> float | None:
    value = _at(part, path)
    return float(value) if isinstance(value, bool | int | float) else None


def _at(part: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path; None when nothing does. Keys may themselves have spaces."""
    found: Any = part
    for key in path.split(".") if path else ():
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found
