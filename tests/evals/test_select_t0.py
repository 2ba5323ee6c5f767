"""t0 is the critic's choice among what painting visibly changed; draws go to the most painted."""

from dataclasses import replace
from pathlib import Path

from sfumato.evals.judge import Recogniser
from sfumato.evals.select_t0 import Point, choose, curve
from sfumato.evals.suites import read_suite
from sfumato.registry.snapshot import Snapshot


def point(t0: float, likelihood: float, share: float) -> Point:
    return Point(quality="low", t0=t0, top1=0, likelihood=likelihood, painted_share=share)


def test_the_critics_favourite_among_the_visible_wins() -> None:
    points = [point(0.2, 0.9, 0.01), point(0.4, 0.8, 0.2), point(0.8, 0.5, 0.7)]
    assert choose(points).t0 == 0.4


def test_a_draw_goes_to_the_most_painted() -> None:
    assert choose([point(0.4, 0.8000, 0.2), point(0.6, 0.7996, 0.4)]).t0 == 0.6
    assert choose([point(0.4, 0.8000, 0.2), point(0.6, 0.7994, 0.4)]).t0 == 0.4


def test_where_painting_shows_nowhere_the_most_painted_is_taken() -> None:
    assert choose([point(0.2, 0.9, 0.0), point(0.8, 0.4, 0.03)]).t0 == 0.8


def test_the_curve_renders_every_t0_of_the_grid(snapshot: Snapshot, evals: Path) -> None:
    suite = replace(read_suite(evals / "suites" / "nouns.toml"), seeds=(1,))
    critic = Recogniser(evals / "judge", "critic")
    points = list(curve(snapshot, critic, suite, "low", grid=(0.3, 0.7), threads=1))
    assert [p.t0 for p in points] == [0.3, 0.7]
    assert all(0 <= p.likelihood <= 1 for p in points)
