"""The edit suite is whole and honest, and its checks can fail."""

from pathlib import Path

import numpy as np
import pytest

from sfumato.evals.editing_region import grown, untouched
from sfumato.evals.editing_suite import KINDS, EditCase, read_edits
from sfumato.evals.judge import Recogniser

EVALS = Path(__file__).parents[2] / "evals"
SUITE = read_edits(EVALS / "suites" / "edits.toml")


def test_every_kind_of_edit_is_asked_for() -> None:
    kinds = {case.kind for case in (*SUITE.scenes, *SUITE.masked, *SUITE.instructions)}
    assert kinds == set(KINDS)
    assert (len(SUITE.scenes), len(SUITE.masked), len(SUITE.instructions)) == (34, 12, 10)


def test_the_judge_has_a_word_for_everything_it_must_see() -> None:
    judge = Recogniser(EVALS / "judge")
    assert len(judge.vectors("concept", SUITE.labels)) == len(SUITE.labels)
    assert all((case.box or case.disc) and case.shows for case in SUITE.masked)


def test_a_mask_is_clear_inside_and_keeps_the_rest() -> None:
    box = EditCase(prompt="", edit="", box=(0.25, 0.5, 0.75, 1.0)).mask(8)
    assert (box == 0).sum() == 16 and box[7, 2] == 0 and box[7, 1] == 255
    disc = EditCase(prompt="", edit="", disc=(0.5, 0.5, 0.25)).mask(64)
    assert (disc == 0).mean() == pytest.approx(np.pi / 16, rel=0.05)


def test_growing_is_euclidean() -> None:
    point = np.zeros((41, 41), bool)
    point[20, 20] = True
    y, x = np.nonzero(grown(point, 9))
    assert np.hypot(y - 20, x - 20).max() <= 9
    assert len(y) == pytest.approx(np.pi * 81, rel=0.05)


def test_one_changed_pixel_outside_is_seen() -> None:
    before = np.zeros((10, 10, 4), np.uint8)
    after = before.copy()
    touched = np.zeros((10, 10), bool)
    touched[:2] = True
    after[0] = 255
    assert untouched(before, after, touched) == {"canvas": 0.8, "identical": 1, "changed": 0}
    after[9, 9] = 255
    assert untouched(before, after, touched)["identical"] == pytest.approx(79 / 80)


def test_a_file_of_another_form_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "edits.toml").write_text('name = "x"\n')
    with pytest.raises(ValueError, match=r"edits\.toml"):
        read_edits(tmp_path / "edits.toml")
