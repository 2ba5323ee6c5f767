import pytest

from sfumato.api.usage import input_tokens, picture_tokens, usage, usage_member
from sfumato.core import ImageParams, InputPicture, Quality

PUBLISHED = {  # OpenAI's table for gpt-image-2: low, medium, high
    (1024, 1024): (196, 1756, 7024),
    (1536, 1024): (158, 1372, 5488),
    (1024, 1536): (158, 1372, 5488),
    (1280, 720): (106, 947, 3787),
    (1536, 864): (120, 1078, 4312),
    (1152, 864): (144, 1294, 5176),
    (2048, 1152): (157, 1413, 5650),
    (2560, 1440): (205, 1843, 7370),
    (2048, 2048): (397, 3568, 14272),
    (2880, 2880): (659, 5930, 23719),
    (3840, 2160): (371, 3336, 13342),
}
QUALITIES: tuple[Quality, ...] = ("low", "medium", "high")


@pytest.mark.parametrize(("size", "row"), PUBLISHED.items())
def test_a_picture_costs_what_openais_table_says(
    size: tuple[int, int], row: tuple[int, int, int]
) -> None:
    assert tuple(picture_tokens(*size, quality) for quality in QUALITIES) == row


def test_the_text_counts_once_pictures_each_and_partials_a_hundred() -> None:
    params = ImageParams(prompt="x", quality="low", n=3)
    spent = usage(params, text_tokens=7, pictures=3, partials_sent=2)
    assert usage_member(spent) == {
        "input_tokens": 7,
        "output_tokens": 3 * 196 + 200,
        "total_tokens": 7 + 3 * 196 + 200,
        "input_tokens_details": {"text_tokens": 7, "image_tokens": 0},
        "output_tokens_details": {"image_tokens": 3 * 196 + 200, "text_tokens": 0},
    }


@pytest.mark.parametrize(
    ("width", "height", "patches"),
    [
        (1024, 1024, 1024),
        (1536, 1024, 1536),
        (1536, 1536, 1521),
        (2048, 1152, 1508),
        (1280, 720, 920),
        (512, 512, 1024),  # doubled, as far as pictures are
        (100, 100, 49),
        (1, 1, 1),
    ],
)
def test_an_input_picture_costs_its_patches(width: int, height: int, patches: int) -> None:
    assert input_tokens(width, height) == patches
    assert input_tokens(height, width) == patches


@pytest.mark.parametrize("size", [(4000, 3000), (6000, 4000), (8192, 10), (10, 8192), (3, 7)])
def test_no_input_picture_costs_more_than_1536_or_less_than_one(size: tuple[int, int]) -> None:
    assert 1 <= input_tokens(*size) <= 1536


def test_inputs_are_counted_once_and_a_gif_as_its_sheet() -> None:
    picture = InputPicture(key="k", sha256="s", width=1024, height=1024)
    params = ImageParams(prompt="x", inputs=(picture, picture))
    spent = usage(params, text_tokens=5, pictures=3)
    assert (spent.image_tokens_in, spent.input_tokens) == (2048, 2053)
    assert spent.output_tokens == 3 * 1756
    assert usage(params, text_tokens=0, pictures=1, inputs=False).input_tokens == 0
    animated = ImageParams(prompt="x", width=512, height=512, frames=16, output_format="gif")
    assert usage(animated, text_tokens=0, pictures=1).output_tokens == 3568  # of 2048x2048
