"""What is in a picture that somebody sent, looked at whole before a job is accepted.

Knows nothing about jobs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sfumato.codec.credentials import Credentials
from sfumato.codec.decode import opened, upright
from sfumato.codec.kinds import PICTURES
from sfumato.codec.provenance import read_recipe
from sfumato.core import Source
from sfumato.errors import InvalidRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFacts:
    """`width` x `height` upright; `has_alpha`: some pixel is not opaque.

    `file_sha256` is of the file, `pixels_sha256` of its pixels as `Source.sha256`. A `recipe` that
    is not `ours` was not signed here, or the file was changed since: it is a hint.
    """

    width: int
    height: int
    media_type: str
    has_alpha: bool
    file_sha256: str
    pixels_sha256: str
    recipe: Mapping[str, Any] | None
    ours: bool


def inspect(data: bytes, credentials: Credentials, *, param: str = "image") -> InputFacts:
    """Decode it once, so that what is cut off is found now. Refusals as of `decode`."""
    with opened(data, param=param) as picture:
        media_type = PICTURES[picture.kind]
        pixels = upright(picture)
    height, width = pixels.shape[:2]
    try:
        recipe, ours = read_recipe(data, credentials)
    except InvalidRequest:
        recipe, ours = None, False
    return InputFacts(
        width=width,
        height=height,
        media_type=media_type,
        has_alpha=int(pixels[..., 3].min()) < 255,
        file_sha256=hashlib.sha256(data).hexdigest(),
        pixels_sha256=Source(pixels=pixels).sha256,
        recipe=recipe,
        ours=ours,
    )
