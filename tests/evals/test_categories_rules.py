"""GenEval's rules, held against things that were found beyond doubt."""

from pathlib import Path

import pytest

from sfumato.evals.categories_rules import related, verdict
from sfumato.evals.categories_suites import Category, Relation, read_categories
from sfumato.evals.detect import Found, SceneJudge
from tests.evals.scene_toys import seen, write_judge, write_suites


@pytest.fixture(scope="module")
def evals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evals")
    write_suites(folder)
    write_judge(folder)
    return folder


@pytest.fixture(scope="module")
def judge(evals: Path) -> SceneJudge:
    return SceneJudge(evals / "judge")


@pytest.fixture(scope="module")
def suites(evals: Path) -> dict[str, Category]:
    return {category.name: category for category in read_categories(evals)}


def lacks(judge: SceneJudge, category: Category, *things: Found) -> tuple[str, ...]:
    return verdict(judge, category, category.cases[0], things).lacks


def test_a_thing_must_be_found_and_named(judge: SceneJudge, suites: dict[str, Category]) -> None:
    suite = suites["single_object"]
    assert lacks(judge, suite, seen("cat")) == ()
    assert lacks(judge, suite, seen(None)) == ("no cat",)
    assert lacks(judge, suite) == ("no cat",)


def test_both_things_must_be_there(judge: SceneJudge, suites: dict[str, Category]) -> None:
    assert lacks(judge, suites["two_objects"], seen("cat"), seen("cat")) == ("no car",)


def test_a_count_is_exact(judge: SceneJudge, suites: dict[str, Category]) -> None:
    suite = suites["counting"]
    assert lacks(judge, suite, seen("cat"), seen("cat")) == ()
    assert lacks(judge, suite, *[seen("cat")] * 3) == ("3 of 2 cat",)


def test_a_colour_is_asked_of_the_surest_thing(
    judge: SceneJudge, suites: dict[str, Category]
) -> None:
    suite = suites["colour_binding"]
    red, blue = seen("cat"), seen("car", colour="blue")
    assert lacks(judge, suite, red, blue) == ()
    exchanged = (seen("cat", colour="blue"), seen("car", colour="red"))
    assert lacks(judge, suite, *exchanged) == ("cat blue, not red", "car red, not blue")


def test_a_relation_is_asked_when_both_are_there(
    judge: SceneJudge, suites: dict[str, Category]
) -> None:
    suite = suites["position"]
    assert lacks(judge, suite, seen("cat", y=0.2), seen("dog", y=0.8)) == ()
    assert lacks(judge, suite, seen("cat", y=0.8), seen("dog", y=0.2)) == ("not above",)
    assert lacks(judge, suite, seen("cat", y=0.8)) == ("no dog",)


@pytest.mark.parametrize(
    ("relation", "x", "y"),
    [("left of", 0.2, 0.5), ("right of", 0.8, 0.5), ("above", 0.5, 0.2), ("below", 0.5, 0.8)],
)
def test_relations_are_seen_from_the_second_thing(relation: Relation, x: float, y: float) -> None:
    assert related(relation, seen("cat", x, y), seen("dog"))
    assert not related(relation, seen("dog"), seen("cat", x, y))


def test_middles_that_nearly_meet_are_in_no_relation() -> None:
    assert not related("left of", seen("cat", 0.48), seen("dog"))
