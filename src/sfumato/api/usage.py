"""What a picture costs in tokens, by OpenAI's published formula for gpt-image-2.

Found by OpenAI's users, and equal to OpenAI's own table to the token. Knows nothing about HTTP.
"""

from collections.abc import Mapping
from typing import Any

from sfumato.core import ImageParams, Quality, Usage

AXIS: Mapping[Quality, int] = {"low": 16, "medium": 48, "high": 96}  # the formula's a
PARTIAL_TOKENS = 100


def picture_tokens(width: int, height: int, quality: Quality) -> int:
    """ceil(a·b·(2,000,000 + W·H) / 4,000,000) with b = round-half-up(a·short/long)."""
    a, long, short = AXIS[quality], max(width, height), min(width, height)
    b = (2 * a * short + long) // (2 * long)
    return -(-a * b * (2_000_000 + width * height) // 4_000_000)


def usage(params: ImageParams, *, text_tokens: int, pictures: int, partials_sent: int = 0) -> Usage:
    """The text once, `pictures` pictures, 100 for every partial image that was sent."""
    each = picture_tokens(params.width, params.height, params.quality)
    output = pictures * each + partials_sent * PARTIAL_TOKENS
    return Usage(text_tokens=text_tokens, image_tokens_in=0, output_tokens=output)


def usage_member(spent: Usage) -> dict[str, Any]:
    """The `usage` member of an answer and of a completed event."""
    return {
        "total_tokens": spent.total_tokens,
        "input_tokens": spent.input_tokens,
        "output_tokens": spent.output_tokens,
        "input_tokens_details": {
            "text_tokens": spent.text_tokens,
            "image_tokens": spent.image_tokens_in,
        },
        "output_tokens_details": {"image_tokens": spent.output_tokens, "text_tokens": 0},
    }
