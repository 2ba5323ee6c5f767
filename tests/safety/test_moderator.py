import numpy as np
import pytest

from sfumato.errors import ModerationBlocked, ServerError
from sfumato.safety.moderator import Moderator

RED = np.full((4, 4, 4), (255, 0, 0, 255), np.uint8)
WHITE = np.full((4, 4, 4), 255, np.uint8)


def test_without_classifiers_the_word_list_is_asked_and_every_picture_passes() -> None:
    moderator = Moderator()
    moderator.check_picture(RED, "auto", "output")
    moderator.check_text("GO AWAY", "auto")
    assert not moderator.judge_text("GO AWAY").flagged
    with pytest.raises(ModerationBlocked):
        moderator.check_text("gore", "auto")
    with pytest.raises(ServerError):
        moderator.judge_picture(RED)


def test_a_text_classifier_judges_beside_the_word_list() -> None:
    moderator = Moderator(text="tests.safety.judges:Shouting")
    both = moderator.judge_text("GORE AND MORE GORE")
    assert both.found() == ("harassment", "violence", "violence/graphic")
    for text in ("GO AWAY", "gore"):
        with pytest.raises(ModerationBlocked, match="input stage"):
            moderator.check_text(text, "auto")
    moderator.check_text("go away", "auto")


def test_a_picture_classifier_judges_and_refuses() -> None:
    moderator = Moderator(picture="tests.safety.judges:Red")
    assert moderator.judge_picture(RED).found() == ("violence",)
    moderator.check_picture(WHITE, "auto", "input")
    with pytest.raises(ModerationBlocked, match="output stage"):
        moderator.check_picture(RED, "low", "output")


def test_nothing_passes_a_classifier_that_cannot_be_loaded() -> None:
    moderator = Moderator(text="tests.safety.judges:Absent", picture="tests.safety.judges:Absent")
    with pytest.raises(AttributeError):
        moderator.check_text("a red bird", "low")
    with pytest.raises(AttributeError):
        moderator.check_picture(WHITE, "low", "input")
