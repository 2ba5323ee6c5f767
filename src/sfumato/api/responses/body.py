"""A body that may hold pictures: the long strings in it lie on disk, and only where one may stand.

Knows no other field.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request

from sfumato.api.backend import Backend
from sfumato.api.input_pictures import MOST
from sfumato.api.long_json import LongString, read_long_object
from sfumato.api.responses.wire import path
from sfumato.errors import InvalidRequest

DEPTH = 5  # input, item, content, part, URL
PLACES = re.compile(
    r"(?:input|items)\[\d+\](?:\.content\[\d+\]\.image_url|\.result)"
    r"|tools\[\d+\]\.input_image_mask\.image_url",
    re.ASCII,
)


@asynccontextmanager
async def picture_body(request: Request, backend: Backend) -> AsyncIterator[dict[str, Any]]:
    """The body as one JSON object; `LongString` stands for a long one until this ends.

    InvalidRequest names a long string that is no picture.
    """
    body = await read_long_object(
        request, backend.store.inputs.spool, strings=MOST + 1, depth=DEPTH
    )
    try:
        _check(body.members, "")
        yield body.members
    finally:
        await asyncio.to_thread(body.discard)


async def whole(text: str | LongString) -> str:
    """All of a string, wherever it lies."""
    return text if isinstance(text, str) else await asyncio.to_thread(text.text)


def _check(value: Any, place: str, depth: int = DEPTH) -> None:
    match value:
        case dict() if depth:
            for name, member in value.items():
                _check(member, path(place, [name]), depth - 1)
        case list() if depth:
            for index, member in enumerate(value):
                _check(member, path(place, [index]), depth - 1)
        case LongString() if not PLACES.fullmatch(place):
            raise InvalidRequest(
                f"Invalid '{place}': it is too long.", param=place, code="string_above_max_length"
            )
