import pytest

from sfumato.api.wording import asked_shape, asks_transparent


@pytest.mark.parametrize(
    ("prompt", "shape"),
    [
        ("three red apples on a blue table", "square"),
        ("a portrait of an old sailor", "portrait"),
        ("Vertical poster of a whale", "portrait"),
        ("a mountain landscape at dawn", "landscape"),
        ("a wide beach", "landscape"),
        ("panorama of a city", "landscape"),
        ("a cat with wide eyes", "square"),
        ("a wide-eyed owl", "square"),
        ("a portrait of a painter in front of a landscape", "square"),
        ('a sign that says "wide load"', "square"),
        ("", "square"),
    ],
)
def test_words_ask_for_a_shape(prompt: str, shape: str) -> None:
    assert asked_shape(prompt) == shape


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("a sticker of a cat", True),
        ("Stickers with fruit", True),
        ("app icon, a rocket", True),
        ("a fox on a transparent background", True),
        ("a fox, transparent", True),
        ("a sticker of a cat with no background", True),
        ("a glass of water", False),
        ("a transparent vase on a table", False),
        ("an icon of a bell on a red background", False),
        ('a card that says "sticker"', False),
    ],
)
def test_words_ask_for_a_transparent_background(prompt: str, asked: bool) -> None:
    assert asks_transparent(prompt) is asked
