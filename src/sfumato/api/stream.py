"""The streaming answer: server-sent events, one picture's frame after the other.

A frame is asked for only when the bytes of the one before have left for the client: the work moves
at the pace of whoever waits for it. Knows nothing about how frames are made.
"""

import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sfumato.api.answer import shape
from sfumato.api.base64_json import Base64, LargeJson
from sfumato.api.pull import ClientGone, pull
from sfumato.api.usage import usage, usage_member
from sfumato.core import EncodedImage, EncodedPreview, ImageParams
from sfumato.errors import ServerError, SfumatoError
from sfumato.jobs.job import JobEvent
from sfumato.store.objects import Objects

HEARTBEAT = 15.0  # seconds; proxies commonly cut a silent connection after 30 to 60
PING = b": ping\n\n"
QUIET = {"cache-control": "no-store", "x-accel-buffering": "no"}  # for proxies

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """What the events of a request are called."""

    partial: str
    completed: str

    @classmethod
    def of(cls, params: ImageParams) -> "Kinds":
        task = "image_edit" if params.inputs else "image_generation"
        return cls(partial=f"{task}.partial_image", completed=f"{task}.completed")


class Source(Protocol):
    """What tells events: a job, whose work ends with its reader, or one that outlives it."""

    def events(self) -> AsyncGenerator[JobEvent, None]: ...

    async def __aenter__(self) -> object: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class EventStream(Response):
    """Partial images and completed pictures of one job as they come; pings while it is quiet."""

    media_type = "text/event-stream"

    def __init__(
        self,
        job: Source,
        messages: "Messages",
        headers: Mapping[str, str],
        *,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        super().__init__(None, headers={**headers, **QUIET})
        del self.headers["content-length"]
        self._job = job
        self._messages = messages
        self._heartbeat = heartbeat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pulled = pull(self._job.events(), receive, heartbeat=self._heartbeat)
        async with self._job, aclosing(pulled):
            headers = self.raw_headers
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            try:
                async for event in pulled:
                    await deliver(send, self._messages.of(event))
            except ClientGone:
                raise
            except Exception as error:
                await deliver(send, error_message(error))
            await send({"type": "http.response.body", "body": b""})


class Messages:
    """Turns a job's events into messages; counts what was sent, for usage has to tell it."""

    def __init__(
        self,
        params: ImageParams,
        text_tokens: int,
        extra: Mapping[str, Any],
        objects: Objects | None = None,
    ) -> None:
        """With `objects`, pictures that come without their bytes are read from there."""
        self._params = params
        self._objects = objects
        self._kinds = Kinds.of(params)
        self._text_tokens = text_tokens
        self._inputs_told = False
        self._extra = extra
        self._partials: Counter[int] = Counter()

    async def of(self, event: JobEvent | None) -> AsyncIterator[bytes]:
        """The pieces of the message for `event`; a ping for None, nothing for Progress."""
        match event:
            case None:
                yield PING
            case EncodedPreview():
                async for piece in message(self._kinds.partial, self._partial(event)):
                    yield piece
            case EncodedImage():
                async for piece in message(self._kinds.completed, self._completed(event)):
                    yield piece

    def _partial(self, event: EncodedPreview) -> dict[str, Any]:
        self._partials[event.index] += 1
        picture = {
            "partial_image_index": event.partial_index,
            "b64_json": Base64(source=event.path or event.data),
        }
        return self._members() | picture

    def _completed(self, event: EncodedImage) -> dict[str, Any]:
        """Usage is this picture's; what was read is counted in the first completed event only."""
        text, self._text_tokens = self._text_tokens, 0
        first, self._inputs_told = not self._inputs_told, True
        partials = self._partials[event.index]
        spent = usage(
            self._params, text_tokens=text, pictures=1, partials_sent=partials, inputs=first
        )
        told = {"usage": usage_member(spent), **self._extra}
        return self._members() | told | {"b64_json": Base64(source=self._source(event))}

    def _source(self, event: EncodedImage) -> bytes | Path:
        if event.data or self._objects is None:
            return event.data
        return self._objects.path(event.object_key)

    def _members(self) -> dict[str, Any]:
        return {"created_at": int(time.time()), **shape(self._params)}


async def error_message(error: Exception) -> AsyncIterator[bytes]:
    """An error after the first byte: OpenAI's clients raise it from the member `error`."""
    if not isinstance(error, SfumatoError):
        log.error("a stream failed", exc_info=error)
        error = ServerError("The server failed while it made this picture. Its log says why.")
    async for piece in message("error", error.envelope()):
        yield piece


async def message(kind: str, members: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """One server-sent event, in pieces: `members` with their `type` first."""
    yield f"event: {kind}\ndata: ".encode()
    async for piece in LargeJson.of({"type": kind, **members}).pieces():
        yield piece
    yield b"\n\n"


async def deliver(send: Send, message: AsyncIterator[bytes]) -> None:
    """Hand over every piece, then wait until the transport has passed all of them on.

    The server's `send` waits before it writes, not after: an empty piece, which puts nothing on the
    wire, is what waits for the pieces before it (see `server.PacedProtocol`).
    """
    async for piece in message:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
