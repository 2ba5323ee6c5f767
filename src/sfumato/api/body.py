"""A request's body as a JSON object, or a 4xx that says what is wrong with it.

Bounded: nothing beyond `LIMIT` bytes is kept in memory, however much is sent. Knows no fields.
"""

import json
from typing import Any, NoReturn

from starlette.requests import Request

from sfumato.errors import BodyTooLarge, MalformedBody

LIMIT = 1_000_000


async def read_object(request: Request) -> dict[str, Any]:
    """The body parsed as one JSON object, duplicate members and non-finite numbers refused."""
    _check_type(request.headers.get("content-type", ""))
    try:
        text = (await _read(request)).decode("utf-8")
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


async def _read(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 12 or int(declared) > LIMIT):
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > LIMIT:
            raise _too_large()
        body += chunk
    return bytes(body)


def _check_type(content_type: str) -> None:
    essence = content_type.partition(";")[0].strip().lower()
    if essence != "application/json":
        raise MalformedBody(
            f"Unsupported content type '{essence}'. Send the body as JSON with the header"
            " 'Content-Type: application/json'.",
            code="unsupported_content_type",
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _malformed(reason: str) -> MalformedBody:
    return MalformedBody(f"The body could not be parsed as JSON: {reason}.")


def _too_large() -> BodyTooLarge:
    return BodyTooLarge(f"The body is too large; the limit is {LIMIT:,} bytes.")
