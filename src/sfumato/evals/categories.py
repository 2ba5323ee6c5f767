"""Adherence in GenEval's six categories, by the scene judge, with its ceiling beside every score.

Two columns: *from noise* (memory off) and *with memory*. The ceiling is the judge's own accuracy,
by the same rules, on drawings of known truth (`training.judge_scene_ceiling`). Knows nothing about
files of results or pages.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sfumato.core import Pixels, Quality
from sfumato.evals.adherence import COLUMNS
from sfumato.evals.categories_rules import Verdict, verdict
from sfumato.evals.categories_suites import (
    CATEGORIES,
    Category,
    CategoryCase,
    Noun,
    read_categories,
    read_nouns,
)
from sfumato.evals.detect import Found, SceneJudge
from sfumato.evals.rendering import Renderer, render

KNOWN = ("Animals & Nature", "Food & Drink")  # groups that training config `cpu` learns
GROUPS = ("held_out", "learnt")  # of styles, by what the judge knows of them
MOST_LACKS = 8  # listed a category and column

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One picture of a case with what was found in it."""

    case: CategoryCase
    pixels: Pixels
    things: tuple[Found, ...]
    verdict: Verdict


def measure(
    engine: Renderer,
    evals: Path,
    note: Note,
    *,
    quality: Quality | None = None,
    only: Sequence[str] = (),
    seeds: int | None = None,
) -> dict[str, Any]:
    """The card's part: category → {"ceiling", column: {"share", "relative", …}}, and "overall".

    `quality` overrides the suites' own; `only` names categories, all when empty; `seeds` takes the
    first so many only. FileNotFoundError when `evals` lacks the judge; ValueError for a damaged
    suite or an unknown category.
    """
    judge, nouns = SceneJudge(evals / "judge"), read_nouns(evals)
    found: dict[str, Any] = {}
    for category in chosen(evals, quality=quality, only=only, seeds=seeds):
        rows = {column: list(judged(engine, judge, category, column, note)) for column in COLUMNS}
        found[category.name] = report(judge, category, rows, nouns)
    return {"categories": found, "overall": overall(found)}


def chosen(
    evals: Path,
    *,
    quality: Quality | None = None,
    only: Sequence[str] = (),
    seeds: int | None = None,
) -> list[Category]:
    """The suites to measure, with the first `seeds` of their seeds. ValueError for no category."""
    for name in only:
        if name not in CATEGORIES:
            raise ValueError(f"'{name}' is no category; known: {', '.join(CATEGORIES)}.")
    return [
        replace(c, quality=quality or c.quality, seeds=c.seeds[:seeds])
        for c in read_categories(evals)
        if not only or c.name in only
    ]


def judged(
    engine: Renderer, judge: SceneJudge, category: Category, column: str, note: Note
) -> Iterator[Judged]:
    """Render every case with every seed, and judge it."""
    for case in category.cases:
        note(f"{category.name}, {column.replace('_', ' ')}: {case.prompt}")
        for seed in category.seeds:
            picture = render(
                engine,
                case.prompt,
                seed=seed,
                size=category.size,
                quality=category.quality,
                memory=COLUMNS[column],
            )
            yield look(judge, category, case, picture.pixels)


def look(judge: SceneJudge, category: Category, case: CategoryCase, pixels: Pixels) -> Judged:
    """One picture, judged."""
    things = judge.look(pixels)
    found = verdict(judge, category, case, things)
    return Judged(case=case, pixels=pixels, things=things, verdict=found)


def report(
    judge: SceneJudge,
    category: Category,
    rows: Mapping[str, Sequence[Judged]],
    nouns: Mapping[str, Noun],
) -> dict[str, Any]:
    """One category, both columns."""
    ceiling = judge.card.get("ceiling", {}).get(category.name)
    return {
        "prompts": len(category.cases),
        "pictures": len(category.cases) * len(category.seeds),
        "nouns": len(category.nouns),
        "size": category.size,
        "quality": category.quality,
        "seeds": list(category.seeds),
        "ceiling": ceiling,
        **{column: _column(found, nouns, ceiling) for column, found in rows.items()},
    }


def tally(rows: Sequence[Judged], nouns: Mapping[str, Noun]) -> dict[str, Any]:
    """{"share", "right", "known": {"share", "pictures"}}: all, and those of KNOWN nouns alone."""
    known = [row for row in rows if all(nouns[t.noun].group in KNOWN for t in row.case.things)]
    return {
        "share": _share(rows),
        "right": sum(row.verdict.right for row in rows),
        "known": {"share": _share(known), "pictures": len(known)},
    }


def overall(
    categories: Mapping[str, Any], columns: Sequence[str] = tuple(COLUMNS)
) -> dict[str, Any]:
    """column → the mean share of the categories, the mean ceiling, and the one over the other."""
    return {column: _overall(list(categories.values()), column) for column in columns}


def _column(
    rows: Sequence[Judged], nouns: Mapping[str, Noun], ceiling: Mapping[str, Any] | None
) -> dict[str, Any]:
    found = tally(rows, nouns)
    lacks = Counter(lack for row in rows for lack in row.verdict.lacks)
    ceilings = {group: _of(ceiling, group) for group in GROUPS}
    return found | {
        **_relatives(found["share"], ceilings),
        "lacks": dict(lacks.most_common(MOST_LACKS)),
    }


def _overall(categories: Sequence[Mapping[str, Any]], column: str) -> dict[str, Any]:
    share = _mean([c[column]["share"] for c in categories])
    known = _mean([c[column]["known"]["share"] for c in categories])
    ceilings = {g: _mean([_of(c["ceiling"], g) for c in categories]) for g in GROUPS}
    return {
        "share": share,
        "known": known,
        "ceiling": ceilings,
        **_relatives(share, ceilings),
    }


def _of(ceiling: Mapping[str, Any] | None, group: str) -> float | None:
    return None if ceiling is None else ceiling[group]["share"]


def _share(rows: Sequence[Judged]) -> float | None:
    return round(sum(row.verdict.right for row in rows) / len(rows), 4) if rows else None


def _mean(values: Sequence[float | None]) -> float | None:
    """None when any is unknown: half a mean is none."""
    if not values or any(value is None for value in values):
        return None
    return round(sum(value for value in values if value is not None) / len(values), 4)


def _relatives(
    share: float | None, ceilings: Mapping[str, float | None]
) -> dict[str, float | None]:
    """The share over each group's ceiling, and over the higher one, which is what counts.

    Memory draws in styles that the judge learnt, so the held-out ceiling alone would flatter it.
    """
    each = {f"relative_{group}": _relative(share, ceilings[group]) for group in GROUPS}
    known = [value for value in each.values() if value is not None]
    return {"relative": min(known) if len(known) == len(GROUPS) else None, **each}


def _relative(share: float | None, ceiling: float | None) -> float | None:
    return round(share / ceiling, 4) if share is not None and ceiling else None
