"""The measure of the six categories: its suites, its columns and its ceilings."""

import json
from pathlib import Path

import numpy as np
import pytest

from sfumato.evals.categories import look, measure, overall, tally
from sfumato.evals.categories_look import sheet_of
from sfumato.evals.categories_suites import CATEGORIES, FOLDER, read_categories, read_nouns
from sfumato.evals.detect import SceneJudge
from sfumato.evals.rendering import open_engine
from sfumato.evals.suites import read_suite
from sfumato.registry.snapshot import Snapshot
from tests.evals.scene_toys import write_judge, write_suites

SHIPPED = Path(__file__).parents[2] / "evals"


@pytest.fixture
def toys(tmp_path: Path) -> Path:
    write_suites(tmp_path)
    write_judge(tmp_path)
    return tmp_path


def ignore(line: str) -> None:
    """Nobody listens."""


def test_each_shipped_category_has_twenty_prompts_and_two_seeds() -> None:
    found = read_categories(SHIPPED)
    assert [category.name for category in found] == list(CATEGORIES)
    for category in found:
        assert len({case.prompt for case in category.cases}) == 20
        assert len(category.seeds) == 2
        assert category.quality == "high"


def test_no_prompt_of_the_categories_chooses_settings() -> None:
    tuning = {case.prompt for case in read_suite(SHIPPED / "suites" / "tuning.toml").cases}
    asked = {case.prompt for category in read_categories(SHIPPED) for case in category.cases}
    assert not tuning & asked


def test_the_shipped_judge_knows_every_noun_and_colour() -> None:
    judge = SceneJudge(SHIPPED / "judge")
    assert judge.nouns == tuple(read_nouns(SHIPPED))
    for category in read_categories(SHIPPED):
        assert set(category.colours) <= set(judge.colours)
        assert {"held_out", "learnt"} == set(judge.card["ceiling"][category.name])


def test_counts_go_from_one_to_four() -> None:
    counting = next(c for c in read_categories(SHIPPED) if c.name == "counting")
    assert {case.things[0].count for case in counting.cases} == {1, 2, 3, 4}


def test_a_measure_has_both_columns_beside_the_ceiling(toys: Path, snapshot: Snapshot) -> None:
    card = toys / "judge" / "scenes.json"
    ceiling = {"held_out": {"share": 0.5}, "learnt": {"share": 1.0}}
    facts = json.loads(card.read_text("utf-8"))
    facts["ceiling"] = dict.fromkeys(CATEGORIES, ceiling)
    card.write_text(json.dumps(facts), "utf-8")
    heard: list[str] = []
    found = measure(open_engine(snapshot, 1), toys, heard.append, quality="high")
    assert set(found["categories"]) == set(CATEGORIES)
    for category in found["categories"].values():
        assert category["quality"] == "high"
        assert category["pictures"] == 2
        for column in ("from_noise", "with_memory"):
            part = category[column]
            assert part["relative_held_out"] == pytest.approx(part["share"] / 0.5)
            assert part["relative"] == part["relative_learnt"] == part["share"]  # the stricter
            assert part["right"] == round(part["share"] * 2)
    assert found["overall"]["with_memory"]["ceiling"] == {"held_out": 0.5, "learnt": 1.0}
    assert "single_object, from noise: a cat" in heard
    json.dumps(found)


def test_without_a_ceiling_nothing_is_relative(toys: Path, snapshot: Snapshot) -> None:
    engine = open_engine(snapshot, 1)
    found = measure(engine, toys, ignore, only=["counting"], seeds=1)
    assert list(found["categories"]) == ["counting"]
    assert found["categories"]["counting"]["pictures"] == 1
    assert found["overall"]["from_noise"]["relative"] is None


def test_an_unknown_category_is_refused(toys: Path, snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="'shapes' is no category"):
        measure(open_engine(snapshot, 1), toys, ignore, only=["shapes"])


def test_an_unknown_noun_is_named(toys: Path) -> None:
    path = toys / FOLDER / "counting.toml"
    path.write_text(path.read_text("utf-8").replace("cat", "yeti"), "utf-8")
    with pytest.raises(ValueError, match=r"counting\.toml asks for 'yeti'"):
        read_categories(toys)


def test_the_sub_score_is_of_the_nouns_that_were_learnt(toys: Path) -> None:
    judge, nouns = SceneJudge(toys / "judge"), read_nouns(toys)
    binding, single = (
        next(c for c in read_categories(toys) if c.name == name)
        for name in ("colour_binding", "single_object")
    )
    rows = [
        look(judge, c, c.cases[0], np.full((64, 64, 4), 255, np.uint8)) for c in (binding, single)
    ]
    assert tally(rows, nouns)["known"]["pictures"] == 1  # a car is none of them
    assert sheet_of(judge, binding, rows[:1])[:4] == b"RIFF"


def test_an_overall_without_pictures_is_none() -> None:
    assert overall({}, ("with_memory",))["with_memory"]["share"] is None
