import asyncio

import pytest

from sfumato.director.built_in import BuiltInDirector
from sfumato.director.decision import Decision, Wish
from sfumato.director.instructing import ONLY_FRAMES
from sfumato.director.turns import Said, Shown, Turn


def decide(instructions: str, *turns: Turn) -> Decision:
    wish = Wish(instructions=instructions)
    return asyncio.run(BuiltInDirector().decide(turns, wish))


def test_instructions_frame_what_is_drawn() -> None:
    said = decide("Always use a transparent background, as webp.", Said(text="a fox", by="user"))
    [draw] = said.draws
    assert (draw.background, draw.output_format) == ("transparent", "webp")
    assert ONLY_FRAMES not in said.text


@pytest.mark.parametrize("instructions", ["Use webp", "answer with WEBP files", "as a webp"])
def test_a_format_is_found_however_it_is_said(instructions: str) -> None:
    said = decide(instructions, Said(text="a fox", by="user"))
    assert said.draws[0].output_format == "webp"
    assert ONLY_FRAMES not in said.text


def test_the_words_win_over_the_instructions() -> None:
    [draw] = decide("Images in portrait.", Said(text="a fox in landscape", by="user")).draws
    assert draw.size == "1536x1024"
    [draw] = decide("Images in portrait.", Said(text="a fox", by="user")).draws
    assert draw.size == "1024x1536"


def test_an_edit_keeps_the_size_of_its_picture() -> None:
    shown = Shown(id="p", by="director", prompt="a fox")
    said = decide("Images in portrait.", shown, Said(text="make it blue", by="user"))
    assert [draw.size for draw in said.draws] == [None]


@pytest.mark.parametrize("instructions", ["You are a pirate.", "Talk like Yoda, and use webp."])
def test_what_rules_cannot_follow_is_said(instructions: str) -> None:
    assert ONLY_FRAMES in decide(instructions, Said(text="a fox", by="user")).text


@pytest.mark.parametrize("instructions", ["", "  "])
def test_no_instructions_are_none(instructions: str) -> None:
    assert ONLY_FRAMES not in decide(instructions, Said(text="a fox", by="user")).text
