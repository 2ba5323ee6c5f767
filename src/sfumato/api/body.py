"""A request's body as a JSON object, or a 4xx that says what is wrong with it.

Bounded: nothing beyond a limit is kept in memory, however much is sent. Knows no fields.
"""

import json
from contextlib import aclosing
from typing import Any, NoReturn

from starlette.requests import Request

from sfumato.api.incoming import incoming
from sfumato.errors import MalformedBody

LIMIT = 1_000_000


async def read_object(request: Request, limit: int = LIMIT) -> dict[str, Any]:
    """The body parsed as one JSON object, duplicate members and non-finite numbers refused."""
    check_type(request.headers.get("content-type", ""))
    return parse_object(await _read(request, limit))


def parse_object(body: bytes) -> dict[str, Any]:
    """`read_object` of a body that is here already."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"it is not UTF-8 (byte {error.start})") from error
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except RecursionError as error:
        raise _malformed("it is nested too deeply") from error
    except ValueError as error:
        raise _malformed(str(error)) from error
    if not isinstance(value, dict):
        raise _malformed("it must be an object")
    return value


def check_type(content_type: str) -> None:
    """MalformedBody unless it says JSON."""
    essence = content_type.partition(";")[0].strip().lower()
    if essence != "application/json":
        raise MalformedBody(
            f"Unsupported content type '{essence}'. Send the body as JSON with the header"
            " 'Content-Type: application/json'.",
            code="unsupported_content_type",
        )


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    async with aclosing(incoming(request, limit=limit)) as pieces:
        async for piece in pieces:
            body += piece
    return bytes(body)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _malformed(reason: str) -> MalformedBody:
    return MalformedBody(f"The body could not be parsed as JSON: {reason}.")
