"""What the contract tests ask for again and again, and how they look at what comes."""

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image

from tests.contract.clients import Answer

SMALL: dict[str, Any] = {
    "prompt": "an apple",
    "size": "816x816",
    "quality": "low",
    "model": "gpt-image-2",
}
USER, REQUEST = "image_generation_user_error", "invalid_request_error"
SMALL_TOKENS = 171  # of one picture of 816x816 at low quality, by OpenAI's formula

# Refusals are asked by every client in both modes. A picture costs more: every client asks for it
# in one mode, and where it is big, one client of each language.
FOUR = pytest.mark.speakers(
    "python-newest", "python-a-year-ago-strict", "node-newest-strict", "node-a-year-ago"
)
TWO = pytest.mark.speakers("python-newest", "node-newest-strict")
wire = pytest.mark.wire


def value_of(answer: Answer) -> Any:
    """What the call gave; fails with what it raised instead."""
    assert "raised" not in answer, answer
    return answer["value"]


def error_of(answer: Answer, raised: str) -> tuple[str, str | None, str | None]:
    """(type, code, param) of what was raised, which has an id and a message."""
    assert answer.get("raised") == raised, answer
    assert answer["request_id"].startswith("req_")
    assert answer["message"]
    return answer["error_type"], answer["code"], answer["param"]


def decoded(b64: str) -> bytes:
    return base64.b64decode(b64, validate=True)


def picture(b64: str) -> Image.Image:
    image = Image.open(io.BytesIO(decoded(b64)))
    image.load()
    return image


def first(answer: Answer) -> Image.Image:
    """The first picture of an ImagesResponse."""
    return picture(value_of(answer)["data"][0]["b64_json"])


def wire_json(value: Any) -> str:
    """A value as it stands on the wire, for the tables."""
    return f"`{json.dumps(value)}`"


def alphas(image: Image.Image) -> set[int]:
    """Every alpha that a picture has, 0 to 255."""
    histogram = image.convert("RGBA").getchannel("A").histogram()
    return {alpha for alpha, count in enumerate(histogram) if count}
