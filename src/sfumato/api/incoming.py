"""The bytes of a request's body as they come: bounded in size and in time. Knows no format."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.requests import Request

from sfumato.api.backend import backend_of
from sfumato.errors import BodyTooLarge, TooSlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds that a body may take: between two pieces, and in all."""

    stall: float
    total: float


async def incoming(request: Request, *, limit: int) -> AsyncGenerator[bytes]:
    """Pieces of the body. BodyTooLarge above `limit` bytes, as soon as that is known.

    TooSlow when nothing comes for long, or not all of it in time; ClientDisconnect when it ends
    early.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 12 or int(declared) > limit):
        raise too_large(limit)
    pace = _pace(request)
    clock = asyncio.get_running_loop().time
    end, received = clock() + pace.total, 0
    pieces = request.stream()
    while (piece := await _next(pieces, min(end, clock() + pace.stall), pace)) is not None:
        received += len(piece)
        if received > limit:
            raise too_large(limit)
        if piece:
            yield piece


def too_large(limit: int) -> BodyTooLarge:
    """The refusal of a body above `limit` bytes."""
    return BodyTooLarge(f"The body is too large; the limit is {limit:,} bytes.")


async def _next(pieces: AsyncGenerator[bytes], deadline: float, pace: Pace) -> bytes | None:
    try:
        async with asyncio.timeout_at(deadline):
            return await anext(pieces, None)
    except TimeoutError as error:
        raise TooSlow(
            f"The body came too slowly: at most {pace.stall:g} s may pass without any of it, and"
            f" {pace.total:g} s in all. Send it again over a faster connection."
        ) from error


def _pace(request: Request) -> Pace:
    settings = backend_of(request).settings
    return Pace(stall=settings.upload_stall, total=settings.upload_timeout)
