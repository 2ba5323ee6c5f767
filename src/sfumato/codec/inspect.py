"""What is in a picture that somebody sent. Knows nothing about jobs."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfumato.codec.credentials import Credentials
from sfumato.codec.decode import decode
from sfumato.codec.provenance import read_recipe
from sfumato.core import Source
from sfumato.errors import InvalidRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFacts:
    """`file_sha256` is of the file, `pixels_sha256` of its pixels."""

    width: int
    height: int
    media_type: str
    has_alpha: bool
    file_sha256: str
    pixels_sha256: str
    recipe: Mapping[str, Any] | None
    ours: bool


def inspect(data: bytes, credentials: Credentials, *, param: str = "image") -> InputFacts:
    pixels = decode(data)
    try:
        recipe, ours = read_recipe(data, credentials)
    except InvalidRequest:
        recipe, ours = None, False
    return InputFacts(
        width=pixels.shape[1],
        height=pixels.shape[0],
        media_type="image/png",
        has_alpha=bool((pixels[..., 3] < 255).any()),
        file_sha256=hashlib.sha256(data).hexdigest(),
        pixels_sha256=Source(pixels=pixels).sha256,
        recipe=recipe,
        ours=ours,
    )
