"""KID: by the paper's sums, nothing between halves of one thing, much between strangers."""

from pathlib import Path

import numpy as np
import pytest

from sfumato.evals.fidelity import SUBSETS, Sample, features, kernel, kid, measure, squared_mmd
from sfumato.evals.judge import Recogniser
from tests.evals.reference_toys import made_of, toy_reference

HELD = toy_reference().rows(held_out=True)


@pytest.fixture(scope="module")
def judge(evals: Path) -> Recogniser:
    return Recogniser(evals / "judge")


def test_the_estimate_is_the_papers_sum_over_pairs() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(5, 3))
    within_x = sum((x[i] @ x[j] / 3 + 1) ** 3 for i in range(4) for j in range(4) if i != j) / 12
    within_y = sum((y[i] @ y[j] / 3 + 1) ** 3 for i in range(5) for j in range(5) if i != j) / 20
    across = sum((a @ b / 3 + 1) ** 3 for a in x for b in y) / 20
    assert squared_mmd(x, y) == pytest.approx(within_x + within_y - 2 * across)
    assert kernel(x, y).shape == (4, 5)


def test_it_is_unbiased() -> None:
    rng = np.random.default_rng(1)
    alike = [squared_mmd(*rng.normal(size=(2, 30, 8))) for _ in range(200)]
    x, y = rng.normal(size=(2, 20, 30, 8))
    apart = [squared_mmd(*pair) for pair in zip(x, y + 1, strict=True)]
    assert abs(np.mean(alike)) < 3 * np.std(alike) / np.sqrt(200)
    assert min(apart) > max(alike)


def test_a_memory_that_draws_the_very_drawings_is_at_no_distance_and_not_below() -> None:
    rng = np.random.default_rng(2)
    titles = np.array([f"thing {i % 40}" for i in range(80)])
    drawn = Sample(features=rng.normal(size=(80, 8)), titles=titles)
    found = kid(drawn, drawn)
    error = found["deviation"] / np.sqrt(SUBSETS)
    paired = squared_mmd(drawn.features, drawn.features)
    assert paired < 3 * -error  # what comparing each drawing with itself would have given
    assert abs(found["kid"]) < 3 * error


def test_features_have_a_mean_square_of_one(judge: Recogniser) -> None:
    found = features(judge, toy_reference().pictures([0, 1]))
    assert np.allclose((found**2).mean(axis=1), 1)


def test_real_drawings_score_like_the_floor_and_grey_ones_far_worse(judge: Recogniser) -> None:
    real = measure(made_of(toy_reference().pictures(HELD)), judge)
    grey = measure(made_of([np.full((64, 64, 4), 128, np.uint8)] * len(HELD)), judge)
    assert real["from_noise"] == real["with_memory"]
    assert real["from_noise"]["kid"] <= real["floor"]["kid"] + real["floor"]["deviation"]
    far = real["from_noise"]["kid"] + real["floor"]["deviation"]
    assert grey["from_noise"]["kid"] > far
    assert grey["floor"] == real["floor"]
    assert grey["held_out"] == len(HELD)
