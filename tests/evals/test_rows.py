"""Scores are found wherever a card has them; the default of a task is the better column."""

import pytest

from sfumato.evals.rows import defaults, rows
from sfumato.evals.scores import SCORES
from tests.evals.cards import card, first_schema


def test_a_row_has_both_columns_and_its_bound() -> None:
    found = {row.name: row for row in rows(card())}
    assert found["80 nouns"].values == {"from_noise": 0.25, "with_memory": 0.9}
    assert found["80 nouns"].ceiling == 0.72
    assert found["80 nouns"].best == "with_memory"
    assert found["warm picture, low"].values == {"": 1.0}
    assert found["warm picture, low"].best is None


def test_the_lower_distance_is_the_better_one() -> None:
    found = {row.name: row for row in rows(card())}
    assert found["KID to held-out drawings"].best == "with_memory"
    assert found["KID to held-out drawings"].ceiling == 0.002


def test_a_star_is_every_category_that_is_there() -> None:
    part = {
        "categories": {
            name: {"from_noise": {"share": 0.1}, "ceiling": {"held_out": {"share": 0.8}}}
            for name in ("counting", "position")
        }
    }
    found = [(row.name, row.ceiling) for row in rows(card(categories=part))]
    assert ("· counting", 0.8) in found
    assert ("· position", 0.8) in found


def test_a_number_that_was_not_measured_is_no_row() -> None:
    part = {"overall": {"from_noise": {"share": None}, "with_memory": {"share": 0.5}}}
    (row,) = (row for row in rows(card(categories=part)) if row.name == "six categories")
    assert row.values == {"with_memory": 0.5}
    assert row.best is None


def test_the_first_schema_shares_rows() -> None:
    assert {"80 nouns", "warm picture, low"} <= {row.name for row in rows(first_schema())}


@pytest.mark.parametrize(("memory", "better"), [(0.9, "with_memory"), (0.1, "from_noise")])
def test_a_task_names_the_better_column_and_what_really_ships(memory: float, better: str) -> None:
    part = {"overall": {"from_noise": {"share": 0.4}, "with_memory": {"share": memory}}}
    found = defaults(card(categories=part))["generation"]
    assert found["better"] == better
    assert found["shipped"] == "with_memory"


def test_no_two_scores_have_one_name_in_a_part() -> None:
    assert len({(score.part, score.name) for score in SCORES}) == len(SCORES)
