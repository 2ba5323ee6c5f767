"""A response as server-sent events, from any of them on, live or as they were kept.

Knows nothing about how a response is made.
"""

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sfumato.api.answer import JsonAnswer
from sfumato.api.pull import ClientGone, pull
from sfumato.api.responses.sharing import Sharing
from sfumato.api.responses.telling import Event
from sfumato.api.stream import HEARTBEAT, PING, QUIET

DELTA = "response.output_text.delta"


async def _nothing() -> None:
    return


class Listening(Response):
    """The events one by one, pings while it is quiet. `on_leave` when the client left early,
    `on_end` whatever happened."""

    media_type = "text/event-stream"

    def __init__(
        self,
        events: AsyncGenerator[Event],
        sharing: Sharing,
        *,
        obfuscated: bool = False,
        on_leave: Callable[[], Awaitable[None]] = _nothing,
        on_end: Callable[[], Awaitable[None]] = _nothing,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        super().__init__(None, headers=QUIET)
        del self.headers["content-length"]
        self._events = events
        self._sharing = sharing
        self._obfuscated = obfuscated
        self._on_leave = on_leave
        self._on_end = on_end
        self._heartbeat = heartbeat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with aclosing(pull(self._events, receive, heartbeat=self._heartbeat)) as pulled:
                start = {"type": "http.response.start", "status": 200}
                await send({**start, "headers": self.raw_headers})
                async for event in pulled:
                    await self._send(send, event)
                await send({"type": "http.response.body", "body": b""})
        except ClientGone:
            await self._on_leave()
            raise
        finally:
            await self._on_end()

    async def _send(self, send: Send, event: Event | None) -> None:
        if event is None:
            await send({"type": "http.response.body", "body": PING, "more_body": True})
            return
        if self._obfuscated and event["type"] == DELTA:
            padding = secrets.token_urlsafe(12)[: secrets.randbelow(16) + 1]
            event = {**event, "obfuscation": padding}
        await self._sharing.send(send, event)


class Answered(JsonAnswer):
    """A whole answer; `on_end` once it was sent, or could not be."""

    def __init__(self, value: Any, on_end: Callable[[], Awaitable[None]]) -> None:
        super().__init__(value)
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._on_end()


async def replayed(events: Sequence[Mapping[str, Any]], after: int) -> AsyncGenerator[Event]:
    """Kept events behind number `after`."""
    for event in events:
        if event["sequence_number"] > after:
            yield dict(event)
