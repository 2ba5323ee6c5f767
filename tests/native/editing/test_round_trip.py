"""Synthetic instructions and back: every change said in every way, on every thing of the scene."""

from collections.abc import Callable, Iterator

import pytest

from sfumato.native.editing.changes import Change, Handle, Move, Recolour, Remove, Replace, Resize
from sfumato.native.editing.instruction import understand
from sfumato.native.editing.stage import Stage
from sfumato.native.scene import COLOURS, Scene

NEW = ("cat", "house", "umbrella", "guitar", "rocket")
WAYS = {"left": (-0.2, 0), "right": (0.2, 0), "up": (0, -0.2), "down": (0, 0.2)}


def _said(scene: Scene) -> Iterator[tuple[str, Change]]:
    """As training's captions say it, and as people do."""
    for index, thing in enumerate(scene.things):
        name, which = thing.concept, (Handle(index=index),)
        yield f"remove the {name}", Remove(which=which)
        for colour in COLOURS:
            change = Recolour(which=which, colour=colour)
            yield f"make the {name} {colour}", change
            yield f"paint the {name} {colour}", change
            yield f"change the {name}'s colour to {colour}", change
        for way, (right, down) in WAYS.items():
            yield f"move the {name} {way}", Move(which=which, right=right, down=down)
        yield f"make the {name} bigger", Resize(which=which, factor=1.35)


@pytest.mark.parametrize("prompt", ["a fox and a castle", "a red apple on a chair", "an octopus"])
def test_what_is_said_of_a_thing_is_understood_of_that_thing(
    prompt: str, stage: Stage, scene_of: Callable[[str], Scene]
) -> None:
    scene = scene_of(prompt)
    wrong = [
        said for said, meant in _said(scene) if understand(said, scene, stage).changes != (meant,)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "said", ["replace the {} with a {}", "turn the {} into a {}", "a {1} instead of the {0}"]
)
def test_a_thing_is_replaced_by_what_was_named(
    said: str, stage: Stage, scene_of: Callable[[str], Scene]
) -> None:
    scene = scene_of("a fox and a castle")
    for index, thing in enumerate(scene.things):
        for new in NEW:
            (change,) = understand(said.format(thing.concept, new), scene, stage).changes
            assert isinstance(change, Replace)
            assert change.which == (Handle(index=index),)
            assert change.mention.concept == new
