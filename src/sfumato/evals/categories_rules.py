"""GenEval's rules: is what the judge found what the prompt asked for?

After Ghosh, Hajishirzi and Schmidt (2023): a thing counts when it is found and named; a count must
be exact; a colour and a relation are asked of the surest thing of that name. Knows nothing about
pictures or networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from sfumato.evals.categories_suites import Category, CategoryCase, Relation, Wanted
from sfumato.evals.detect import Found, SceneJudge

APART = 0.1  # of both things' extents: nearer middles are neither beside nor above each other
AXIS = 0.5  # a direction's share along the asked axis; both axes hold on a diagonal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`lacks` says in words what is wrong, empty when nothing is."""

    lacks: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the picture holds all that was asked."""
        return not self.lacks


def verdict(
    judge: SceneJudge, category: Category, case: CategoryCase, things: Sequence[Found]
) -> Verdict:
    """Hold what was found (surest first) against one case."""
    named = [(judge.noun_of(thing, category.nouns), thing) for thing in things]
    exact = category.name == "counting"
    lacks: list[str] = []
    surest: list[Found] = []
    for wanted in case.things:
        kin = [thing for noun, thing in named if noun == wanted.noun]
        surest += kin[:1]
        lacks += _number(wanted, len(kin), exact=exact) or _colour(judge, category, wanted, kin)
    if case.relation is not None and len(surest) == 2 and not related(case.relation, *surest):
        lacks.append(f"not {case.relation}")
    return Verdict(lacks=tuple(lacks))


def related(relation: Relation, one: Found, other: Found) -> bool:
    """Whether `one` is in this relation to `other`."""
    away = [
        _beyond(a - b, APART * (s + t))
        for a, b, s, t in zip(one.middle, other.middle, one.size, other.size, strict=True)
    ]
    length = hypot(*away)
    if not length:
        return False
    across, down = away[0] / length, away[1] / length
    along = {"left of": -across, "right of": across, "above": -down, "below": down}
    return along[relation] > AXIS


def _number(wanted: Wanted, found: int, *, exact: bool) -> list[str]:
    if exact and found != wanted.count:
        return [f"{found} of {wanted.count} {wanted.noun}"]
    return [] if found >= wanted.count else [f"no {wanted.noun}"]


def _colour(
    judge: SceneJudge, category: Category, wanted: Wanted, kin: Sequence[Found]
) -> list[str]:
    if wanted.colour is None:
        return []
    seen = judge.colour_of(kin[0], category.colours)
    return [] if seen == wanted.colour else [f"{wanted.noun} {seen}, not {wanted.colour}"]


def _beyond(offset: float, slack: float) -> float:
    return max(abs(offset) - slack, 0.0) * (1 if offset > 0 else -1)
