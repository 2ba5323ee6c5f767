from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sfumato.core import Frame, ImageParams, Picture, Pixels
from sfumato.evals.lettering import (
    Answer,
    Case,
    edit_distance,
    measure,
    normal,
    read_suite,
    score,
)
from sfumato.registry.snapshot import Snapshot
from tests.repo.project import ROOT

GROUPS = ("words_8", "words_20", "phrases", "chinese")
SUITE = ROOT / "evals" / "suites" / "lettering.toml"
SMALL = """
name = "small"
seed = 3
quality = "low"
[[case]]
text = "OPEN"
prompt = 'a sign that says "{text}"'
group = "word"
size = "64x32"
noise = true
[[case]]
text = "Mind the gap"
prompt = 'a card that says "{text}"'
group = "phrase"
size = "32x64"
"""


class Scribe:
    """An engine whose pictures hide their prompt in their first pixels."""

    def __init__(self) -> None:
        self.asked: list[ImageParams] = []

    def load(self, snapshot: Snapshot) -> None: ...

    def generate(self, params: ImageParams) -> Iterator[Frame]:
        self.asked.append(params)
        words = params.prompt.split('"')[1] if params.memory == "on" else "?"
        pixels = np.zeros((params.height, params.width, 4), np.uint8)
        data = np.frombuffer(words.encode().ljust(32), np.uint8)
        pixels[0, : len(data), 0] = data
        yield Picture(
            pixels=pixels,
            seed=params.seed,
            steps=1,
            t0=1.0,
            pipeline_revision="toy",
            scene={},
        )


class Eyes:
    """Reads what Scribe hides, but takes p for b."""

    def read(self, picture: Pixels) -> tuple[str, ...]:
        return (bytes(picture[0, :32, 0]).decode().rstrip().replace("p", "b"),)


def answer(text: str, *runs: str) -> Answer:
    case = Case(text=text, prompt=text, group="word", width=64, height=64, noise=False)
    return Answer(case=case, runs=runs)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "small.toml").write_text(SMALL, "utf-8")
    return tmp_path / "small.toml"


def test_every_case_is_rendered_at_its_size_and_few_from_noise(small: Path) -> None:
    engine = Scribe()
    measure(engine, small, lambda line: None, Eyes())
    asked = [(p.memory, p.width, p.height, p.seed) for p in engine.asked]
    assert asked == [("off", 64, 32, 3), ("on", 64, 32, 3), ("on", 32, 64, 3)]


def test_the_columns_count_what_was_read_right(small: Path) -> None:
    card = measure(Scribe(), small, lambda line: None, Eyes())
    assert card["from_noise"]["words_8"]["exact"] == 0.0
    assert card["with_memory"]["words_8"] == {
        "exact": 1.0,
        "but_for_case": 1.0,
        "right": 1,
        "of": 1,
    }
    assert card["with_memory"]["phrases"]["exact"] == 0.0
    assert card["with_memory"]["edit_distance"] == pytest.approx(0.05)
    assert [m["read"] for m in card["with_memory"]["misses"]] == ["Mind the gab"]
    assert card["ceiling"] is None


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("kitten", "sitting", 3), ("abc", "", 3), ("flaw", "lawn", 2)],
)
def test_edit_distances_are_levenshteins(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def test_lines_and_kinds_of_quotes_do_not_count_but_case_does() -> None:
    assert normal("Don’t  look\nback！") == normal("Don't look back!")
    assert normal("Open") != normal("OPEN")


def test_words_fall_into_groups_by_their_length() -> None:
    card = score([answer("a" * 8, "a" * 8), answer("b" * 9, "c"), answer("d" * 21, "d" * 21)])
    counted = {group: (card[group]["right"], card[group]["of"]) for group in GROUPS}
    assert counted == {"words_8": (1, 1), "words_20": (1, 2), "phrases": (0, 0), "chinese": (0, 0)}
    assert card["phrases"]["exact"] is None


def test_a_file_that_is_no_suite_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text("name = 'odd'", "utf-8")
    with pytest.raises(ValueError, match=r"odd\.toml"):
        read_suite(tmp_path / "odd.toml")


def test_the_committed_suite_has_words_of_every_length_and_asks_for_them_once() -> None:
    suite = read_suite(SUITE)
    words = {len(case.text) for case in suite.cases if case.group == "word"}
    assert min(words) <= 4 and max(words) == 20
    assert len({case.text for case in suite.cases}) == len(suite.cases) == 60
    assert all(case.text in case.prompt for case in suite.cases)
    assert 4 <= sum(case.noise for case in suite.cases) <= 10


def test_words_may_stand_among_others_which_is_told_apart() -> None:
    wheel = answer("OPEN", "_", "OPEN", "O")
    assert wheel.exact and not wheel.alone
    assert answer("I am here", "I am", "here").alone
    assert not answer("OPEN", "OPE").exact
    assert not answer("Mind the gap", "Mind", "O", "the gap").exact


def test_nothing_read_is_as_far_as_can_be() -> None:
    assert answer("OPEN").distance == 1.0


def test_capitals_count_and_are_forgiven_apart() -> None:
    assert not answer("Sqh", "sqh").exact and answer("Sqh", "sqh").but_for_case
    assert not answer("Sqh", "sgh").but_for_case
