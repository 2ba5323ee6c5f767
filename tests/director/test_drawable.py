"""What the built-in director decides is what the native model understands: the shipped snapshot."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import sfumato
from sfumato.core import EditInputs, ImageParams, Picture, Source
from sfumato.director.built_in import BuiltInDirector
from sfumato.director.decision import Draw, Wish
from sfumato.director.turns import Turn
from sfumato.engines.native import NativeEngine
from sfumato.native.editing.instruction import understand
from sfumato.native.editing.stage import Stage
from sfumato.native.scene import scene_from_json
from sfumato.registry.snapshot import read_snapshot
from tests.director.telling import drawn, upload, user

SIZE = 96
SHIPPED = Path(sfumato.__file__).parent / "snapshots"
PROMPT = "a fox wearing a top hat next to a tree on a meadow"
FOX: tuple[Turn, ...] = (user(PROMPT), drawn("A", PROMPT))


@pytest.fixture(scope="module")
def engine() -> Iterator[NativeEngine]:
    native = NativeEngine(threads=2)
    native.load(read_snapshot(max(SHIPPED.glob("*.json"))))
    yield native
    native.unload()


def _generate(engine: NativeEngine, prompt: str) -> Picture:
    params = ImageParams(prompt=prompt, width=SIZE, height=SIZE, seed=5, quality="low")
    *_, picture = engine.generate(params)
    assert isinstance(picture, Picture)
    return picture


@pytest.fixture(scope="module")
def fox(engine: NativeEngine) -> Picture:
    return _generate(engine, PROMPT)


def _draw(*turns: Turn) -> Draw:
    (draw,) = asyncio.run(BuiltInDirector().decide(turns, Wish())).draws
    return draw


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Could you make it blue, please?", "recolour fox: blue"),
        ("blue", "recolour fox: blue"),
        ("same but red", "recolour fox: red"),
        ("how about green?", "recolour fox: green"),
        ("can it be pink?", "recolour fox: pink"),
        ("I want it to be purple", "recolour fox: purple"),
        ("make it blue, not red", "recolour fox: blue"),
        ("make it blue, and don't change anything else", "recolour fox: blue"),
        ("no, make the hat red", "recolour top hat: red"),
        ("I want the hat to be red", "recolour top hat: red"),
        ("now at night", "light: night"),
        ("what about at night?", "light: night"),
        ("the first picture at night", "light: night"),
        ("now in winter", "weather: snow"),
        ("could it wear a scarf?", "add scarf, wearing fox"),
        ("it needs a scarf", "add scarf, wearing fox"),
        ("and a balloon", "add balloon"),
        ("without the hat", "remove top hat"),
        ("I don't want the hat", "remove top hat"),
        ("a bigger hat", "resize top hat: 1.35 times"),
        ("a dog instead", "replace fox: dog"),
        ("same but a dog", "replace fox: dog"),
        ("now put it on a beach", "backdrop: beach"),
        ("remove the background", "backdrop: none"),
        ("transparent background, as webp", "backdrop: none"),
        ("the sky should be pink", "backdrop: the same pink"),
        ("as webp", ""),
    ],
)
def test_an_instruction_arrives_in_words_that_the_edit_grammar_knows(
    engine: NativeEngine, fox: Picture, text: str, told: str
) -> None:
    model = engine.model
    stage = Stage(
        memory=model.memory, encode=model.encoder, fonts=model.fonts, width=SIZE, height=SIZE
    )
    draw = _draw(*FOX, user(text))
    assert draw.action == "edit"
    read = understand(draw.prompt, scene_from_json(fox.scene), stage)
    assert (read.unmatched, "; ".join(read.said)) == ((), told)


@pytest.mark.parametrize("text", ["put both together", "put the house next to the fox"])
def test_two_pictures_are_put_together(engine: NativeEngine, fox: Picture, text: str) -> None:
    house = _generate(engine, "a house")
    draw = _draw(*FOX, user("a house"), drawn("B", "a house"), user(text))
    shown = {"A": fox, "B": house}
    sources = tuple(Source(pixels=shown[i].pixels, scene=shown[i].scene) for i in draw.pictures)
    params = ImageParams(prompt=draw.prompt, width=SIZE, height=SIZE, seed=5, quality="low")
    *_, after = engine.edit(params, EditInputs(pictures=sources))
    assert isinstance(after, Picture)
    assert {"fox", "house"} <= {thing["concept"] for thing in after.scene["things"]}


def test_a_photo_becomes_the_background(engine: NativeEngine, fox: Picture) -> None:
    photo = np.full((SIZE, SIZE, 4), (40, 120, 200, 255), np.uint8)
    draw = _draw(*FOX, upload("U"), user("use this as the background"))
    assert draw.pictures == ("U", "A")
    sources = (Source(pixels=photo), Source(pixels=fox.pixels, scene=fox.scene))
    params = ImageParams(prompt=draw.prompt, width=SIZE, height=SIZE, seed=5, quality="low")
    *_, after = engine.edit(params, EditInputs(pictures=sources))
    assert isinstance(after, Picture)
    same = (after.pixels == photo).all(-1)
    assert same[0].all()
    assert not same.all()
