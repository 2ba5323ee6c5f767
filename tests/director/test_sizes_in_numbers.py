import asyncio

import pytest

from sfumato.director.built_in import BuiltInDirector
from sfumato.director.decision import Draw, Wish
from sfumato.director.turns import Said, Shown

FOX = Shown(id="p", by="director", prompt="a fox", width=1024, height=1024)


def decide(text: str, *before: Shown) -> Draw:
    decision = asyncio.run(BuiltInDirector().decide([*before, Said(text=text, by="user")], Wish()))
    [draw] = decision.draws
    return draw


@pytest.mark.parametrize(
    "text", ["a fox at 1536x1024", "a fox, 1536 x 1024", "a fox in 1536×1024 px"]
)
def test_a_new_picture_gets_the_size_that_is_said(text: str) -> None:
    draw = decide(text)
    assert (draw.action, draw.prompt, draw.size) == ("generate", "a fox", "1536x1024")


@pytest.mark.parametrize("text", ["make it 1536x1024", "now at 1536x1024"])
def test_another_size_of_what_is_there(text: str) -> None:
    assert decide(text, FOX).size == "1536x1024"


def test_a_size_beside_other_wishes() -> None:
    draw = decide("now as a transparent png at 1536x1024", FOX)
    assert (draw.size, draw.background, draw.output_format) == ("1536x1024", "transparent", "png")
