"""Does the picture show what was asked? Suites rendered, and scored by the judge.

Two columns: *from noise* (memory off) and *with memory*. Knows nothing about files or reports.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sfumato.core import Memory
from sfumato.evals.judge import Recogniser, Sight
from sfumato.evals.rendering import Renderer, render
from sfumato.evals.suites import Case, Suite

COLUMNS: Mapping[str, Memory] = {"from_noise": "off", "with_memory": "on"}

Note = Callable[[str], None]


def adherence(engine: Renderer, judge: Recogniser, suite: Suite, note: Note) -> dict[str, Any]:
    """{"labels", "chance", "pictures", column: {"top1", …, "per_label"}} of one suite."""
    columns = {
        column: _column(engine, judge, suite, memory, note) for column, memory in COLUMNS.items()
    }
    return {
        "kind": suite.kind,
        "labels": len(suite.labels),
        "chance": round(1 / len(suite.labels), 4),
        "pictures": len(suite.cases) * len(suite.seeds),
        "size": suite.size,
        "quality": suite.quality,
        "seeds": list(suite.seeds),
        **columns,
    }


def score(cases: Sequence[Case], answers: Sequence[str]) -> dict[str, Any]:
    """Mean over pictures and per label; `answers` are in the order of `cases`."""
    right: dict[str, list[bool]] = defaultdict(list)
    for case, answer in zip(cases, answers, strict=True):
        right[case.label].append(answer == case.label)
    every = [r for rights in right.values() for r in rights]
    return {
        "top1": _share(every),
        "right": sum(every),
        "per_label": {label: _share(rights) for label, rights in right.items()},
    }


def _column(
    engine: Renderer, judge: Recogniser, suite: Suite, memory: Memory, note: Note
) -> dict[str, Any]:
    cases = [case for case in suite.cases for _ in suite.seeds]
    sights = []
    for case in suite.cases:
        note(case.prompt)
        for seed in suite.seeds:
            picture = render(
                engine,
                case.prompt,
                seed=seed,
                size=suite.size,
                quality=suite.quality,
                memory=memory,
            )
            sights.append(judge.see([picture.pixels]))
    answers = [judge.top(sight, suite.kind, suite.labels)[0] for sight in sights]
    return score(cases, answers) | _nouns(judge, suite, cases, sights, answers)


def _nouns(
    judge: Recogniser,
    suite: Suite,
    cases: Sequence[Case],
    sights: Sequence[Sight],
    answers: Sequence[str],
) -> dict[str, Any]:
    """In a colour suite, also whether the thing is right, and both together."""
    if not suite.nouns:
        return {}
    nouns = [
        judge.top(sight, "concept", suite.nouns)[0] == c.noun
        for sight, c in zip(sights, cases, strict=True)
    ]
    colours = [answer == case.label for answer, case in zip(answers, cases, strict=True)]
    return {
        "noun_top1": _share(nouns),
        "both": _share([n and c for n, c in zip(nouns, colours, strict=True)]),
    }


def _share(rights: Sequence[bool]) -> float:
    return round(sum(rights) / len(rights), 4)
