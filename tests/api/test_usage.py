import pytest

from sfumato.api.usage import picture_tokens, usage, usage_member
from sfumato.core import ImageParams, Quality

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
