from pathlib import Path

import pytest

from sfumato.evals.planning import FACETS, Expected, read_suite, score
from sfumato.native.memory import Memory
from sfumato.native.scene import BACKGROUNDS, WEATHERS
from tests.native.shelf import LetterEncoder, open_shelf

SUITE = Path(__file__).parents[2] / "evals/suites/planning.toml"
CAT = ("cat", 1, None, "normal")
DOGS = ("dog", 2, "red", "tiny")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Memory:
    return open_shelf(tmp_path_factory.mktemp("planning"))


def facets(case: Expected, shelf: Memory) -> dict[str, float | None]:
    found: dict[str, float | None] = score([case], shelf, LetterEncoder())["facets"]
    return found


def test_a_caption_that_is_read_right_is_right_in_every_facet_that_it_has(shelf: Memory) -> None:
    case = Expected(
        text="a cat next to two tiny red dogs on a beach at night",
        things=(CAT, DOGS),
        relations=frozenset({(0, "next to", 1)}),
        place="beach",
        night=True,
    )
    assert facets(case, shelf) == {**dict.fromkeys(FACETS, 1.0), "words": None}


@pytest.mark.parametrize(
    ("things", "wrong"),
    [
        ((CAT, ("dog", 3, "red", "tiny")), "count"),
        ((CAT, ("dog", 2, "blue", "tiny")), "colour"),
        ((CAT, ("dog", 2, "red", "huge")), "size"),
        ((CAT, DOGS, ("fox", 1, None, "normal")), "concept"),
        ((CAT,), "concept"),
    ],
)
def test_every_fault_is_counted_in_its_own_facet(
    things: tuple[tuple[str, int, str | None, str], ...], wrong: str, shelf: Memory
) -> None:
    result = score(
        [Expected(text="a cat and two tiny red dogs", things=things)], shelf, LetterEncoder()
    )
    assert result["right"] == 0.0
    assert wrong in result["wrong"][0]["facets"]


def test_a_relation_the_wrong_way_round_is_wrong(shelf: Memory) -> None:
    case = Expected(
        text="a cat left of a dog",
        things=(CAT, ("dog", 1, None, "normal")),
        relations=frozenset({(1, "left of", 0)}),
    )
    assert facets(case, shelf)["relation"] == 0.0


def test_the_written_suite_is_sound() -> None:
    cases = read_suite(SUITE)
    assert len(cases) == len({case.text for case in cases}) >= 60
    for case in cases:
        assert case.place in (None, *BACKGROUNDS)
        assert case.weather in WEATHERS
        assert all(max(s, o) < len(case.things) for s, _, o in case.relations)
