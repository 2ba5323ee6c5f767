"""The streaming answer: server-sent events, one picture's frame after the other.

A frame is asked for only when the bytes of the one before have left for the client: the work moves
at the pace of whoever waits for it. Knows nothing about how frames are made.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import aclosing
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sfumato.api.answer import shape
from sfumato.api.base64_json import dump, object_pieces
from sfumato.api.pull import ClientGone, pull
from sfumato.api.usage import usage, usage_member
from sfumato.core import EncodedImage, EncodedPreview, ImageParams
from sfumato.errors import ServerError, SfumatoError
from sfumato.jobs.job import Job, JobEvent

HEARTBEAT = 15.0  # seconds; proxies commonly cut a silent connection after 30 to 60
PARTIAL, COMPLETED = "image_generation.partial_image", "image_generation.completed"

log = logging.getLogger(__name__)


class EventStream(Response):
    """Partial images and completed pictures of one job as they come; pings while it is quiet."""

    media_type = "text/event-stream"

    def __init__(
        self,
        job: Job,
        messages: "Messages",
        headers: Mapping[str, str],
        *,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        quiet = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(None, headers={**headers, **quiet})
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
                    await _deliver(send, self._messages.of(event))
            except ClientGone:
                raise
            except Exception as error:
                await _deliver(send, error_message(error))
            await send({"type": "http.response.body", "body": b""})


class Messages:
    """Turns a job's events into messages; counts what was sent, for usage has to tell it."""

    def __init__(self, params: ImageParams, text_tokens: int, extra: Mapping[str, Any]) -> None:
        self._params = params
        self._text_tokens = text_tokens
        self._extra = extra
        self._partials: Counter[int] = Counter()

    def of(self, event: JobEvent | None) -> Iterator[bytes]:
        """The pieces of the message for `event`; a ping for None, nothing for Progress."""
        match event:
            case None:
                yield b": ping\n\n"
            case EncodedPreview():
                yield from self._partial(event)
            case EncodedImage():
                yield from self._completed(event)

    def _partial(self, event: EncodedPreview) -> Iterator[bytes]:
        self._partials[event.index] += 1
        members = self._members(PARTIAL) | {"partial_image_index": event.partial_index}
        yield from _message(PARTIAL, object_pieces(members, event.data))

    def _completed(self, event: EncodedImage) -> Iterator[bytes]:
        """Usage is this picture's; the text is counted in the first completed event only."""
        text, self._text_tokens = self._text_tokens, 0
        partials = self._partials[event.index]
        spent = usage(self._params, text_tokens=text, pictures=1, partials_sent=partials)
        members = self._members(COMPLETED) | {"usage": usage_member(spent), **self._extra}
        yield from _message(COMPLETED, object_pieces(members, event.data))

    def _members(self, kind: str) -> dict[str, Any]:
        return {"type": kind, "created_at": int(time.time()), **shape(self._params)}


def error_message(error: Exception) -> Iterator[bytes]:
    """An error after the first byte: OpenAI's clients raise it from the member `error`."""
    if not isinstance(error, SfumatoError):
        log.error("a stream failed", exc_info=error)
        error = ServerError("The server failed while it made this picture. Its log says why.")
    yield from _message("error", [dump({"type": "error", **error.envelope()})])


def _message(kind: str, data: Iterable[bytes]) -> Iterator[bytes]:
    yield f"event: {kind}\ndata: ".encode()
    yield from data
    yield b"\n\n"


async def _deliver(send: Send, message: Iterator[bytes]) -> None:
    """Hand over every piece, then wait until the transport has passed all of them on.

    The server's `send` waits before it writes, not after: an empty piece, which puts nothing on the
    wire, is what waits for the pieces before it (see `server.PacedProtocol`).
    """
    for piece in message:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": True})
