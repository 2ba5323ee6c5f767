"""What a picture costs in tokens, by OpenAI's published formula for gpt-image-2.

Found by OpenAI's users, and equal to OpenAI's own table to the token. Knows nothing about HTTP.
"""

import math
from collections.abc import Mapping
from typing import Any

from sfumato.api.sizes import sheet_size
from sfumato.core import ImageParams, Quality, Usage

AXIS: Mapping[Quality, int] = {"low": 16, "medium": 48, "high": 96}  # the formula's a
PARTIAL_TOKENS = 100
PATCH, MOST_PATCHES = 32, 1536


def picture_tokens(width: int, height: int, quality: Quality) -> int:
    """ceil(a·b·(2,000,000 + W·H) / 4,000,000) with b = round-half-up(a·short/long)."""
    a, long, short = AXIS[quality], max(width, height), min(width, height)
    b = (2 * a * short + long) // (2 * long)
    return -(-a * b * (2_000_000 + width * height) // 4_000_000)


def input_tokens(width: int, height: int) -> int:
    """What a picture that is read costs: its 32-pixel patches, at most 1536 of them.

    Small pictures are enlarged to a long edge of 1024, by 2 at most; those with more patches are
    shrunk by sqrt(1536 / patches), then in steps of one per cent until they fit.
    """
    grow = min(2.0, max(1.0, 1024 / max(width, height)))
    across, down = width * grow, height * grow
    patches = _patches(across, down)
    if patches > MOST_PATCHES:
        shrink = math.sqrt(MOST_PATCHES / patches)
        while (patches := _patches(across * shrink, down * shrink)) > MOST_PATCHES:
            shrink *= 0.99
    return patches


def usage(
    params: ImageParams,
    *,
    text_tokens: int,
    pictures: int,
    partials_sent: int = 0,
    inputs: bool = True,
) -> Usage:
    """The text and the input pictures once, `pictures` pictures, 100 for every partial image sent.

    `inputs` false: they were counted before. A GIF costs what the sheet of its frames would.
    """
    read = sum(input_tokens(p.width, p.height) for p in params.inputs) if inputs else 0
    output = pictures * output_tokens(params) + partials_sent * PARTIAL_TOKENS
    return Usage(text_tokens=text_tokens, image_tokens_in=read, output_tokens=output)


def output_tokens(params: ImageParams) -> int:
    """What one picture of these params costs."""
    size = params.width, params.height
    if params.frames > 1:
        size = sheet_size(*size, params.frames)
    return picture_tokens(*size, params.quality)


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


def _patches(width: float, height: float) -> int:
    return math.ceil(width / PATCH) * math.ceil(height / PATCH)
