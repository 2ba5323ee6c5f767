"""A stage on the small memory of the planner's tests, and scenes composed there."""

from collections.abc import Callable

import pytest

from sfumato.native.editing.stage import Stage
from sfumato.native.layout import compose
from sfumato.native.memory import Memory
from sfumato.native.plan import read
from sfumato.native.scene import Scene
from tests.native.shelf import LetterEncoder

SIZE = 96


@pytest.fixture(scope="session")
def stage(shelf: Memory) -> Stage:
    return Stage(memory=shelf, encode=LetterEncoder(), fonts=None, width=SIZE, height=SIZE)


@pytest.fixture(scope="session")
def scene_of(shelf: Memory) -> Callable[[str], Scene]:
    """The scene of a prompt, on the stage's canvas."""

    def composed(prompt: str) -> Scene:
        reading = read(prompt, shelf, LetterEncoder())
        return compose(reading, shelf, width=SIZE, height=SIZE, transparent=False, seed=3)

    return composed
