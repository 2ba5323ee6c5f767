"""What a change does to a Scene, and that everything else stays exactly as it is."""

from collections.abc import Callable

import pytest

from sfumato.native.editing.instruction import understand
from sfumato.native.editing.stage import Stage, overlap
from sfumato.native.scene import Scene, scene_from_json

Composed = Callable[[str], Scene]
FOX = "a fox wearing a top hat next to a deciduous tree on a meadow"


def _after(said: str, stage: Stage, scene: Scene) -> Scene:
    found = understand(said, scene, stage)
    assert found.changes, said
    scene_from_json(found.scene.to_json())  # valid, whatever was done to it
    return found.scene


@pytest.mark.parametrize(
    "said",
    [
        "make the tree blue",
        "remove the tree",
        "make the tree bigger",
        "move the tree up",
        "replace the tree with a house",
        "flip the tree",
        "add a balloon",
        "add a cat behind the tree",
        "add a bird on the tree",
        "put a rocket in the top left",
    ],
)
def test_what_is_not_named_is_kept_exactly(said: str, stage: Stage, scene_of: Composed) -> None:
    before = scene_of(FOX)
    after = _after(said, stage, before)
    rest = [t for t in before.things if t.concept != "deciduous tree"]
    assert [t for t in after.things if t in rest] == rest
    assert after.backdrop == before.backdrop


def test_what_is_worn_goes_with_its_wearer(stage: Stage, scene_of: Composed) -> None:
    before = scene_of(FOX)
    fox, hat = (next(t for t in before.things if t.concept == c) for c in ("fox", "top hat"))
    moved = _after("move the fox down", stage, before)
    new_fox, new_hat = (next(t for t in moved.things if t.concept == c) for c in ("fox", "top hat"))
    assert new_hat.y - hat.y == pytest.approx(new_fox.y - fox.y, abs=1e-4)
    assert {t.concept for t in _after("remove the fox", stage, before).things} == {"deciduous tree"}


def test_a_new_thing_stands_free_of_the_others_where_there_is_room(
    stage: Stage, scene_of: Composed
) -> None:
    before = scene_of("a small fox on a meadow")
    after = _after("add a balloon", stage, before)
    (new,) = [t for t in after.things if t not in before.things]
    boxes = [stage.part(t) for t in before.things]
    assert all(overlap(stage.part(new), box) == 0 for box in boxes)


@pytest.mark.parametrize(
    ("relation", "sign"),
    [("to the left of", (-1, 0)), ("to the right of", (1, 0)), ("above", (0, -1))],
)
def test_a_new_thing_stands_as_the_relation_says(
    relation: str, sign: tuple[int, int], stage: Stage, scene_of: Composed
) -> None:
    before = scene_of("a fox on a meadow")
    after = _after(f"add a balloon {relation} the fox", stage, before)
    (new,) = [t for t in after.things if t not in before.things]
    fox = before.things[0]
    assert (new.x - fox.x) * sign[0] >= 0 and (new.y - fox.y) * sign[1] >= 0
    assert (new.x, new.y) != (fox.x, fox.y)


@pytest.mark.parametrize("side", ["left", "right", "top left", "bottom right"])
def test_a_side_is_kept(side: str, stage: Stage, scene_of: Composed) -> None:
    after = _after(f"add a balloon in the {side}", stage, scene_of("a fox on a meadow"))
    balloon = next(t for t in after.things if t.concept == "balloon")
    assert (balloon.x < 0.5) == ("left" in side)
    if " " in side:
        assert (balloon.y < 0.5) == ("top" in side)


def test_feet_stay_on_the_ground_when_a_thing_grows(stage: Stage, scene_of: Composed) -> None:
    before = scene_of("a small fox on a meadow")
    after = _after("make it bigger", stage, before)
    old, new = stage.part(before.things[0]), stage.part(after.things[0])
    assert new.height > old.height
    assert new.bottom == pytest.approx(old.bottom, abs=1e-4)


def test_two_things_take_each_others_place(stage: Stage, scene_of: Composed) -> None:
    before = scene_of("a fox next to a castle")
    after = _after("swap the fox and the castle", stage, before)
    (one, other), (first, second) = before.things, after.things
    assert (one.x < other.x) == (first.x > second.x)
    assert [t.size for t in after.things] == [t.size for t in before.things]


@pytest.mark.parametrize("number", ["one", "two", "six"])
def test_a_count_is_exact(number: str, stage: Stage, scene_of: Composed) -> None:
    after = _after(f"there should be {number} balloons", stage, scene_of("three balloons"))
    assert len(after.things) == {"one": 1, "two": 2, "six": 6}[number]


def test_backdrop_light_and_weather_leave_things_where_they_are(
    stage: Stage, scene_of: Composed
) -> None:
    before = scene_of(FOX)
    for said in ("put it on the beach", "now at night", "make it snow", "make the sky pink"):
        after = _after(said, stage, before)
        assert after.backdrop != before.backdrop
        assert after.things == before.things


def test_nothing_stands_on_a_shadow_in_space(stage: Stage, scene_of: Composed) -> None:
    after = _after("put it in space", stage, scene_of(FOX))
    assert not any(t.shadow for t in after.things)
