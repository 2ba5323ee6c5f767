"""The seam for classifiers, with ones that are tiny and real."""

import sys
import types

import numpy as np
import pytest

from sfumato.core import Pixels
from sfumato.errors import ModerationBlocked, ServerError
from sfumato.safety.classifiers import (
    check_classifier,
    open_picture_classifier,
    open_text_classifier,
    refuse,
)
from sfumato.safety.moderation import Level
from sfumato.safety.verdict import Verdict

VARIABLE = "SFUMATO_IMAGE_MODERATION"


def painted(share: float) -> Pixels:
    pixels = np.full((10, 10, 4), 255, np.uint8)
    pixels[: round(10 * share), :, 1:3] = 0
    return pixels


def test_a_picture_classifier_is_found_by_its_name_and_judges() -> None:
    name = "tests.safety.judges:Red"
    check_classifier(name, VARIABLE)
    classifier = open_picture_classifier(name)
    assert classifier is not None
    assert classifier(painted(0.7)).found() == ("violence",)
    assert not classifier(painted(0.3)).flagged


def test_a_text_classifier_is_found_by_its_name_and_judges() -> None:
    classifier = open_text_classifier("tests.safety.judges:Shouting")
    assert classifier is not None
    assert classifier("GO AWAY now").flagged
    assert not classifier("go away").flagged


def test_without_one_there_is_none() -> None:
    check_classifier("none", VARIABLE)
    assert open_picture_classifier("none") is None
    assert open_text_classifier("none") is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nudenet", "needs the Python package 'nudenet'"),
        ("no_such_package_here:Class", "'no_such_package_here'"),
        ("no.such.package:Class", "'no.such.package'"),
        ("red", "write none, nudenet or module:Class"),
        ("", "write none, nudenet or module:Class"),
        (":Class", "write none, nudenet or module:Class"),
    ],
)
def test_one_that_is_not_there_is_told_to_the_operator(
    name: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nudenet", None)  # as if it were not installed
    with pytest.raises(ServerError, match=VARIABLE) as caught:
        check_classifier(name, VARIABLE)
    assert words in caught.value.message


def test_the_lower_strength_bears_more_than_the_higher() -> None:
    unsure, sure = Verdict(scores={"sexual": 0.7}), Verdict(scores={"sexual": 0.95})
    refuse(Verdict(scores={"sexual": 0.4}), "auto", "output")
    refuse(unsure, "low", "output")
    refused: list[tuple[Verdict, Level]] = [(unsure, "auto"), (sure, "auto"), (sure, "low")]
    for verdict, level in refused:
        with pytest.raises(ModerationBlocked, match="at the output stage") as caught:
            refuse(verdict, level, "output")
        assert (caught.value.stage, caught.value.categories) == ("output", ("sexual",))


def test_nudenet_is_shown_the_opaque_picture_and_its_surest_exposed_part_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Pixels] = []

    class NudeDetector:  # the interface of the package that is not installed here
        def detect(self, picture: Pixels) -> list[dict[str, object]]:
            shown.append(picture)
            return [
                {"class": "FACE_FEMALE", "score": 0.9, "box": [0, 0, 1, 1]},
                {"class": "FEMALE_BREAST_EXPOSED", "score": 0.6, "box": [0, 0, 1, 1]},
                {"class": "BUTTOCKS_EXPOSED", "score": 0.4, "box": [0, 0, 1, 1]},
            ]

    package = types.ModuleType("nudenet")
    package.NudeDetector = NudeDetector  # type: ignore[attr-defined]  # a module takes any
    monkeypatch.setitem(sys.modules, "nudenet", package)
    monkeypatch.delitem(sys.modules, "sfumato.safety.nudenet", raising=False)
    classifier = open_picture_classifier("nudenet")
    monkeypatch.delitem(sys.modules, "sfumato.safety.nudenet")
    assert classifier is not None
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[0] = (255, 128, 0, 255)
    assert classifier(pixels).scores == {"sexual": 0.6}
    assert shown[0][0].tolist() == [[0, 128, 255, 255]] * 3
    assert shown[0][1].tolist() == [[255, 255, 255, 255]] * 3
    classifier(np.zeros((3_000, 20, 4), np.uint8))
    assert max(shown[1].shape) <= 1_280
