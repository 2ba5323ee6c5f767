"""The built-in director: a table of conversations, then the tool's wishes, then any text."""

import asyncio
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sfumato.director.built_in import BuiltInDirector
from sfumato.director.decision import Decision, Wish
from sfumato.director.turns import Said, Shown, Turn
from sfumato.errors import ImageUserError, InvalidRequest
from tests.director.telling import (
    BATCH,
    CAT,
    CONVERSATIONS,
    HAT,
    PHOTO,
    TWO,
    drawn,
    told,
    upload,
    user,
)

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text("utf-8"))


def decide(*turns: Turn, wish: Wish | None = None) -> Decision:
    return asyncio.run(BuiltInDirector().decide(turns, wish or Wish()))


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in CASES.items() for text in texts]
)
def test_the_newest_words_mean_what_the_table_says(name: str, text: str) -> None:
    assert told(decide(*CONVERSATIONS[name], user(text))) == CASES[name][text]


@pytest.mark.parametrize(
    ("turns", "text", "prompt"),
    [
        (CAT, "make it blue", "a blue cat"),
        (CAT, "now at night", "a cat, at night"),
        (CAT, "add a hat", "a cat with a hat"),
        (HAT, "without the hat", "a cat"),
        (HAT, "make it blue", "a blue cat with a hat"),
        (TWO, "make it blue", "a blue fox on a sofa"),
        (TWO, "the first one, but red", "a red cat"),
        (TWO, "replace the fox with an owl", "an owl on a sofa"),
        (CAT, "make it orange", "an orange cat"),
        (CAT, "remove the background", "a cat, on a transparent background"),
        (CAT, "a dog", "a dog"),
        (CAT, "go back to the cat", "a cat"),
        (PHOTO, "make it blue", "make it blue"),
    ],
)
def test_the_action_generate_never_edits(turns: Sequence[Turn], text: str, prompt: str) -> None:
    decision = decide(*turns, user(text), wish=Wish(action="generate"))
    assert [(d.action, d.prompt, d.pictures) for d in decision.draws] == [("generate", prompt, ())]


@pytest.mark.parametrize("text", ["a dog", "another one", "three versions of a dog", "at night"])
def test_the_action_edit_never_generates(text: str) -> None:
    draws = decide(*CAT, user(text), wish=Wish(action="edit")).draws
    assert draws
    assert {(draw.action, draw.pictures) for draw in draws} == {("edit", ("A",))}


@pytest.mark.parametrize("text", ["make it blue", "a cat", "hello", ""])
def test_an_edit_without_a_picture_is_refused_and_names_the_tools(text: str) -> None:
    with pytest.raises(ImageUserError) as caught:
        decide(user(text), wish=Wish(action="edit"))
    assert (caught.value.param, caught.value.code) == ("tools", "invalid_value")


@pytest.mark.parametrize("text", ["a cat", "make it blue", "hello", "another one", ""])
def test_the_choice_none_gives_words_only(text: str) -> None:
    decision = decide(*CAT, user(text), wish=Wish(choice="none"))
    assert not decision.draws
    assert decision.text


@pytest.mark.parametrize(
    "text", ["hello", "why is the sky blue?", "thanks", "the ninth one", "undo", "don't draw", ""]
)
@pytest.mark.parametrize("turns", [CAT, TWO, PHOTO], ids=["cat", "two", "photo"])
def test_the_choice_required_always_draws(turns: Sequence[Turn], text: str) -> None:
    assert decide(*turns, user(text), wish=Wish(choice="required")).draws


def test_the_choice_required_draws_even_where_nothing_is_there() -> None:
    required = Wish(choice="required")
    assert decide(user("make it blue"), wish=required).draws[0].prompt == "make it blue"
    assert decide(user("put both together"), wish=required).draws
    with pytest.raises(InvalidRequest) as caught:
        decide(user(""), wish=required)
    assert caught.value.param == "input"


@pytest.mark.parametrize(
    "text", ["Please make it blue, thanks!", "what about a cat?", "the second one", "draw a dog"]
)
def test_a_masked_edit_keeps_the_words_as_they_are(text: str) -> None:
    (draw,) = decide(*CAT, *PHOTO, user(text), wish=Wish(masked=True)).draws
    assert (draw.action, draw.prompt, draw.pictures) == ("edit", text, ("U",))


def test_no_more_pictures_are_drawn_than_wished_and_the_words_say_so() -> None:
    decision = decide(user("ten versions of a cat"), wish=Wish(most=2))
    assert len(decision.draws) == 2
    assert "2 of 10" in decision.text
    assert len(decide(*CAT, user("999999 more"), wish=Wish(most=3)).draws) == 3


def test_a_chain_goes_on_from_the_newest_picture() -> None:
    turns: list[Turn] = [user("a cat")]
    for name, text in zip("ABCD", ("make it blue", "add a hat", "at night", ""), strict=True):
        (draw,) = decide(*turns).draws
        turns += [drawn(name, draw.prompt), user(text)]
        assert draw.pictures == (() if name == "A" else (chr(ord(name) - 1),))
    assert told(decide(*turns[:-1], user("another one"))) == (
        "generate: a blue cat with a hat, at night, another=True"
    )


def test_a_caption_tells_more_than_the_chain_of_prompts() -> None:
    turns = (*CAT, user("make it blue"), drawn("B", "make it blue", caption="a blue owl"))
    assert decide(*turns, user("another one")).draws[0].prompt == "a blue owl"
    assert decide(*turns, user("go back to the owl")).draws[0].pictures == ("B",)


def test_things_tell_pictures_apart() -> None:
    photos = (
        Shown(id="U", things=("fox", "tree")),
        user("keep this"),
        Shown(id="V", things=("boat",)),
        user("and this"),
        drawn("W", "a house"),
    )
    assert decide(*photos, user("the one with the boat at night")).draws[0].pictures == ("V",)
    assert decide(*photos, user("make the fox blue")).draws[0].pictures == ("U",)


def test_a_bigger_picture_keeps_its_ratio() -> None:
    wide = Shown(id="A", by="director", prompt="a cat", width=1536, height=1024)
    (draw,) = decide(user("a cat"), wide, user("in 4k")).draws
    assert draw.size == "3520x2336"
    (draw,) = decide(user("a cat"), wide, user("bigger")).draws
    assert draw.size == "3072x2048"


def test_pictures_may_stand_before_or_after_the_words_they_belong_to() -> None:
    for turns in ((upload("U"), user("make it blue")), (user("make it blue"), upload("U"))):
        assert decide(*turns).draws[0].pictures == ("U",)
    named = (*TWO, user("Same scene at night"), drawn("A", "a cat"))
    assert told(decide(*named)) == "edit A: at night"


def test_instructions_that_rules_cannot_follow_change_no_drawing() -> None:
    style = Wish(instructions="Always paint in oil and end with a joke.")
    assert decide(user("a cat"), wish=style).draws == decide(user("a cat")).draws


def test_trying_again_many_times_ends_at_the_last_request() -> None:
    again = [user("try again")] * 3000
    assert told(decide(user("a cat"), *again)) == "generate: a cat"


@pytest.mark.parametrize(
    "text",
    [
        "a cat " * 40_000,
        "make it blue and " * 10_000,
        "'" * 50_000,
        '"' * 50_001,
        "the first one " * 15_000,
        "the picture with the " * 8_000,
        "same " * 30_000,
        "don't " * 30_000,
        "as " * 50_000 + "webp",
        "in portrait " * 15_000,
        " " * 100_000 + "a cat",
        "a\n" * 60_000,
        "please, " * 30_000,
        "put the a of the b " * 10_000,
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("turns", [(), TWO], ids=["nothing", "two"])
def test_very_long_texts_are_decided_on(turns: Sequence[Turn], text: str) -> None:
    decision = decide(*turns, user(text))
    assert decision.draws or decision.text


WORDS = some.sampled_from(
    "a an the it them both this one picture second first make put use add remove without with hat"
    " cat blue red night at in on and but , . ? ! \" ' don't no another two more versions of same"
    " as webp landscape 4k bigger background transparent go back to undo try again combine together"
    " my photo I sent like please can you what how is , ; : 3 # ten instead not then".split(" ")
)
TEXTS = some.one_of(some.text(max_size=300), some.lists(WORDS, max_size=25).map(" ".join))
TURNS = some.lists(
    some.one_of(
        some.builds(Said, text=TEXTS, by=some.sampled_from(["user", "director"])),
        some.builds(
            Shown,
            id=some.sampled_from("ABCDEF"),
            by=some.sampled_from(["user", "director"]),
            prompt=some.none() | TEXTS,
            caption=some.none() | TEXTS,
        ),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(turns=TURNS, text=TEXTS, most=some.integers(1, 4))
def test_any_conversation_gives_a_decision(turns: list[Turn], text: str, most: int) -> None:
    decision = decide(*turns, user(text), wish=Wish(most=most))
    known = {turn.id for turn in turns if isinstance(turn, Shown)}
    assert decision.text
    assert len(decision.draws) <= most
    for draw in decision.draws:
        assert draw.prompt.strip()
        assert set(draw.pictures) <= known
        assert bool(draw.pictures) == (draw.action == "edit")
        assert draw.seed_of is None or draw.seed_of in known


@settings(max_examples=100, deadline=None)
@given(
    turns=TURNS,
    text=TEXTS,
    action=some.sampled_from(["auto", "generate", "edit"]),
    choice=some.sampled_from(["auto", "required"]),
    masked=some.booleans(),
)
def test_any_wish_is_honoured_or_refused(
    turns: list[Turn], text: str, action: str, choice: str, masked: bool
) -> None:
    wish = Wish(action=action, choice=choice, masked=masked)  # type: ignore[arg-type]  # drawn from the allowed values
    try:
        draws = decide(*turns, user(text), wish=wish).draws
    except (ImageUserError, InvalidRequest):
        empty = not text.strip() or not any(c.isalnum() for c in text)
        assert empty or not any(isinstance(turn, Shown) for turn in turns)
        return
    assert draws or choice == "auto"
    if action != "auto":
        assert {draw.action for draw in draws} <= {action}


def test_two_pictures_of_one_answer_are_counted_together() -> None:
    turns = (*TWO, *BATCH)
    assert decide(*turns, user("the second one at night")).draws[0].pictures == ("B",)
