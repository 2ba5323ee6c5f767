import itertools
from math import hypot

import pytest

from sfumato.native.motion import moved
from sfumato.native.scene import Lettering, Scene, Thing, scene_from_json

CAT = Thing(concept="cat", asset="a/cat", x=0.3, y=0.6, size=0.3)
HAT = Thing(concept="hat", asset="a/hat", x=0.31, y=0.45, size=0.12)
BIRD = Thing(concept="bird", asset="a/bird", x=0.8, y=0.2, size=0.15)
SCENE = Scene(things=(CAT, HAT, BIRD), lettering=(Lettering(text="Hi"),))
PROMPTS = [
    "a cat",
    "a bouncing cat",
    "a spinning cat",
    "a dancing cat",
    "it flies",
    "a running cat",
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_motion_is_a_loop_without_a_jump(prompt: str) -> None:
    phases = [moved(SCENE, index / 64, prompt) for index in range(65)]
    for before, after in itertools.pairwise(phases):
        for a, b in zip(before.things, after.things, strict=True):
            assert hypot(a.x - b.x, a.y - b.y) < 0.03
    for first, last in zip(phases[0].things, phases[-1].things, strict=True):
        assert (first.x, first.y) == pytest.approx((last.x, last.y))
        assert abs(first.rotation - last.rotation) % 360 == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_something_moves_and_words_stand_still(prompt: str) -> None:
    half = moved(SCENE, 0.25, prompt)
    assert half.things != SCENE.things
    assert half.lettering == SCENE.lettering
    assert scene_from_json(half.to_json()) == half


@pytest.mark.parametrize("prompt", PROMPTS)
def test_what_touches_moves_as_one(prompt: str) -> None:
    def between(scene: Scene) -> float:
        cat, hat, _ = scene.things
        return hypot(cat.x - hat.x, cat.y - hat.y)

    for index in range(8):
        assert between(moved(SCENE, index / 8, prompt)) == pytest.approx(between(SCENE))


def test_what_flies_drifts_while_the_others_bob() -> None:
    shown = moved(SCENE, 0.0, "a cat and a bird")
    assert shown.things[2].x != BIRD.x
    assert shown.things[0].x == pytest.approx(CAT.x)


def test_an_empty_scene_stays_empty() -> None:
    assert moved(Scene(), 0.3, "jump") == Scene()
