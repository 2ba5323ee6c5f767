from pathlib import Path

import pytest

from sfumato.evals.planning import expected, score
from sfumato.training.wordings import sample, several
from tests.native.shelf import LetterEncoder, open_shelf


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("mouse", "mice"),
        ("wolf", "wolves"),
        ("sheep", "sheep"),
        ("fox", "foxes"),
        ("cherry", "cherries"),
    ],
)
def test_plurals_are_those_of_books(one: str, many: str) -> None:
    assert several(one) == many
    assert several(f"red {one}") == f"red {many}"


def test_the_same_seed_words_the_same_captions_and_most_are_read_back(tmp_path: Path) -> None:
    with_names = open_shelf(tmp_path)
    pairs = list(sample(with_names, 3, 150, people=("girl", "boy", "man")))
    assert pairs == list(sample(with_names, 3, 150, people=("girl", "boy", "man")))
    cases = [expected(caption, reading) for caption, reading in pairs]
    result = score(cases, with_names, LetterEncoder())
    with_names.close()
    assert result["right"] >= 0.9, result["wrong"]
