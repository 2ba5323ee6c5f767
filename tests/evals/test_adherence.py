"""Scores are shares of right answers; both columns are rendered."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sfumato.core import Frame, ImageParams, Picture
from sfumato.evals.adherence import adherence, score
from sfumato.evals.judge import Recogniser
from sfumato.evals.rendering import open_engine
from sfumato.evals.suites import Case, read_suite
from sfumato.registry.snapshot import Snapshot


def case(label: str) -> Case:
    return Case(prompt=f"a {label}", label=label)


def test_top1_is_the_share_of_right_answers_overall_and_per_label() -> None:
    found = score([case("cat"), case("cat"), case("dog")], ["cat", "dog", "dog"])
    assert found["top1"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["right"] == 2
    assert found["per_label"] == {"cat": 0.5, "dog": 1.0}


def test_answers_must_be_as_many_as_cases() -> None:
    with pytest.raises(ValueError, match="shorter"):
        score([case("cat"), case("dog")], ["cat"])


class Recording:
    """A FakeEngine's pictures, and what was asked of it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.engine = open_engine(snapshot, 1)
        self.asked: list[ImageParams] = []

    def load(self, snapshot: Snapshot) -> None:
        self.engine.load(snapshot)

    def generate(self, params: ImageParams) -> Iterator[Frame]:
        self.asked.append(params)
        return self.engine.generate(params)


def test_every_case_is_rendered_with_every_seed_in_both_columns(
    snapshot: Snapshot, evals: Path
) -> None:
    engine = Recording(snapshot)
    suite = read_suite(evals / "suites" / "nouns.toml")
    found = adherence(engine, Recogniser(evals / "judge"), suite, lambda line: None)
    asked = [(p.memory, p.prompt, p.seed) for p in engine.asked]
    assert asked == [
        (memory, prompt, seed)
        for memory in ("off", "on")
        for prompt in ("a cat", "a dog")
        for seed in (1, 2)
    ]
    assert found["pictures"] == 4
    assert found["chance"] == 0.5


def test_the_score_is_what_the_judge_says_of_the_engines_pictures(
    snapshot: Snapshot, evals: Path
) -> None:
    judge = Recogniser(evals / "judge")
    suite = read_suite(evals / "suites" / "nouns.toml")
    found = adherence(open_engine(snapshot, 1), judge, suite, lambda line: None)
    engine = open_engine(snapshot, 1)
    right = []
    for one in suite.cases:
        for seed in suite.seeds:
            params = ImageParams(
                prompt=one.prompt, seed=seed, width=64, height=64, quality="low", memory="off"
            )
            *_, picture = engine.generate(params)
            assert isinstance(picture, Picture)
            right.append(
                judge.top(judge.see([picture.pixels]), "concept", suite.labels)[0] == one.label
            )
    assert found["from_noise"]["top1"] == pytest.approx(np.mean(right))


def test_a_colour_suite_also_asks_for_the_thing(snapshot: Snapshot, evals: Path) -> None:
    suite = read_suite(evals / "suites" / "colours.toml")
    found = adherence(
        open_engine(snapshot, 1), Recogniser(evals / "judge"), suite, lambda line: None
    )
    for column in ("from_noise", "with_memory"):
        both = found[column]["both"]
        assert both <= min(found[column]["top1"], found[column]["noun_top1"])
