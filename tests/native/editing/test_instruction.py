"""Instructions in, changes in words out: what people write, on one small scene."""

from collections.abc import Callable

import pytest

from sfumato.native.editing.instruction import understand
from sfumato.native.editing.stage import Stage
from sfumato.native.scene import Lettering, Scene

Composed = Callable[[str], Scene]
FOX = "a fox wearing a top hat next to a deciduous tree on a meadow"

ON_A_FOX = {
    "make it blue": "recolour fox: blue",
    "Could you please turn the fox green?": "recolour fox: green",
    "change the colour of the hat to red": "recolour top hat: red",
    "make the fox green and the hat red": "recolour fox: green; recolour top hat: red",
    "make the fox and the tree pink": "recolour fox, deciduous tree: pink",
    "make the animal orange": "recolour fox: orange",
    "purple": "recolour fox: purple",
    "remove the hat": "remove top hat",
    "no hat": "remove top hat",
    "take the tree away": "remove deciduous tree",
    "remove the fox and the tree": "remove fox, deciduous tree",
    "remove everything except the fox": "remove deciduous tree, top hat",
    "make it blue and remove the hat": "recolour fox: blue; remove top hat",
    "remove the hat, then make it bigger": "remove top hat; resize fox: 1.35 times",
    "replace the tree with a house": "replace deciduous tree: house",
    "turn the fox into a cat": "replace fox: cat",
    "a cat instead of the fox": "replace fox: cat",
    "swap the fox and the tree": "swap fox and deciduous tree",
    "add a balloon": "add balloon",
    "add a blue balloon above the tree": "add blue balloon, above deciduous tree",
    "add a bird on the left": "add bird, left",
    "add a cat on the left and a bird in the top right": "add cat, left; add bird, top right",
    "put an umbrella in the top right corner": "add umbrella, top right",
    "add two cats": "add 2 x cat",
    "add another tree": "add deciduous tree",
    "give it sunglasses": "add sunglasses, wearing fox",
    "make the fox wear a scarf": "add scarf, wearing fox",
    "with a scarf": "add scarf, wearing fox",
    "add a balloon and make it green": "add balloon; recolour balloon: green",
    "move the fox left": "move fox: -0.20 right, +0.00 down",
    "move it up a bit": "move fox: +0.00 right, -0.10 down",
    "move the fox to the right of the tree": "move fox: right of deciduous tree",
    "move the tree to the bottom left corner": "move deciduous tree: bottom left",
    "make the tree smaller": "resize deciduous tree: 0.72 times",
    "make the hat twice as big": "resize top hat: 2.00 times",
    "shrink the tree by 50%": "resize deciduous tree: 0.50 times",
    "flip the fox": "flip fox",
    "rotate the tree by 30 degrees": "turn deciduous tree: 30 degrees",
    "turn it upside down": "turn fox: 180 degrees",
    "redraw it, in flat style": "restyle: flat",
    "it should wear a scarf": "add scarf, wearing fox",
    "put it on the left": "move fox: left",
    "I want the hat to be green": "recolour top hat: green",
    "add more trees": "add 3 x deciduous tree",
    "make the background a gradient from blue to pink": "backdrop: gradient blue pink",
    "remove the hat but keep the tree": "remove top hat",
    "write Hello at the top": 'write "Hello", top',
    'add a sign that says "Den"': 'write "Den", on a sign',
    "make it a sticker": "restyle: sticker",
    "change the background to a beach": "backdrop: beach",
    "put it on the beach": "backdrop: beach",
    "make the background blue": "backdrop: plain blue",
    "make the sky pink": "backdrop: the same pink",
    "remove the background": "backdrop: none",
    "put it on a transparent background": "backdrop: none",
    "now at night": "light: night",
    "make it night and let it snow": "light: night; weather: snow",
    "now at night with snow": "light: night; weather: snow",
    "make it rain": "weather: rain",
    'write "Hello" at the top': 'write "Hello", top',
}


@pytest.mark.parametrize(("said", "told"), ON_A_FOX.items())
def test_an_instruction_is_understood(
    said: str, told: str, stage: Stage, scene_of: Composed
) -> None:
    found = understand(said, scene_of(FOX), stage)
    assert "; ".join(found.said) == told
    assert found.unmatched == ()


ON_APPLES = {
    "make the second apple green": "recolour red apple 2 of 3: green",
    "make the last one yellow": "recolour red apple 3 of 3: yellow",
    "make the left apple blue": "recolour red apple 1 of 3: blue",
    "make two of the apples green": "recolour red apple 1 of 3, red apple 2 of 3: green",
    "two apples instead of three": "remove red apple 3 of 3",
    "there should be five apples": "add 2 x red apple",
}


@pytest.mark.parametrize(("said", "told"), ON_APPLES.items())
def test_which_of_several_is_meant(said: str, told: str, stage: Stage, scene_of: Composed) -> None:
    scene = scene_of("three red apples on a table")
    assert "; ".join(understand(said, scene, stage).said) == told


def test_the_plural_means_all_of_them(stage: Stage, scene_of: Composed) -> None:
    scene = scene_of("three red apples on a table")
    for said in ("make them blue", "make the apples blue", "make all apples blue"):
        after = understand(said, scene, stage).scene
        assert [thing.colour for thing in after.things] == ["blue"] * 3


def test_words_on_the_picture_are_changed_and_removed(stage: Stage) -> None:
    scene = Scene(lettering=(Lettering(text="Open", holder="sign"),))
    changed = understand('change the text to "Closed"', scene, stage).scene
    assert [words.text for words in changed.lettering] == ["Closed"]
    assert changed.lettering[0].holder == "sign"
    said = understand('make the sign say "Sold out"', scene, stage).scene
    assert said.lettering[0].text == "Sold out"
    assert understand("remove the sign", scene, stage).scene.lettering == ()
    assert understand('delete the words "Open"', scene, stage).scene.lettering == ()
    assert understand("make the text red", scene, stage).scene.lettering[0].colour == "#e5383b"


@pytest.mark.parametrize(
    "said",
    [
        "remove the dog",
        "frobnicate the quux",
        "make it happier",
        "make the dog blue",
        "add a zorb",
        "make it black and white",
        "remove the second fox",
        "mirror the picture",
        "undo",
    ],
)
def test_what_is_not_there_or_not_understood_is_reported(
    said: str, stage: Stage, scene_of: Composed
) -> None:
    found = understand(said, scene_of(FOX), stage)
    assert found.changes == ()
    assert found.scene == scene_of(FOX)
    assert found.unmatched


def test_the_part_that_is_understood_is_followed(stage: Stage, scene_of: Composed) -> None:
    found = understand("remove the hat and remove the dog", scene_of(FOX), stage)
    assert found.said == ("remove top hat",)
    assert found.unmatched == ("the dog",)
