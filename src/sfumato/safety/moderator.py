"""The word list and the plugged-in classifiers together: what refuses, and what only judges.

A classifier that cannot be loaded or fails is an error of the request: nothing passes unseen. Knows
nothing about files or messages.
"""

from functools import cached_property

from sfumato.core import Pixels
from sfumato.errors import ServerError
from sfumato.safety import moderation
from sfumato.safety.classifiers import (
    NONE,
    PictureClassifier,
    TextClassifier,
    open_picture_classifier,
    open_text_classifier,
    refuse,
)
from sfumato.safety.moderation import Level, Stage
from sfumato.safety.verdict import Verdict, worst


class Moderator:
    """`text` and `picture` name the classifiers; see `classifiers`."""

    def __init__(self, text: str = NONE, picture: str = NONE) -> None:
        self._names = text, picture

    def check_text(self, prompt: str, level: Level) -> None:
        """ModerationBlocked when the word list or the classifier refuses the prompt."""
        moderation.check(prompt, level)
        if self._text is not None:
            refuse(self._text(prompt), level, "input")

    def check_picture(self, pixels: Pixels, level: Level, stage: Stage) -> None:
        """ModerationBlocked when the classifier refuses the picture; without one none is."""
        if self._picture is not None:
            refuse(self._picture(pixels), level, stage)

    def judge_text(self, text: str) -> Verdict:
        """What the word list and the classifier find."""
        found = moderation.judge(text)
        return found if self._text is None else worst([found, self._text(text)])

    def judge_picture(self, pixels: Pixels) -> Verdict:
        """What the classifier finds. ServerError without one."""
        if self._picture is None:
            raise ServerError("No picture classifier is set up on this server.")
        return self._picture(pixels)

    @property
    def sees(self) -> bool:
        """Whether there is a classifier of pictures."""
        return self._names[1] != NONE

    @cached_property
    def _text(self) -> TextClassifier | None:
        return open_text_classifier(self._names[0])

    @cached_property
    def _picture(self) -> PictureClassifier | None:
        return open_picture_classifier(self._names[1])
