"""The answer to a request that does not stream: OpenAI's ImagesResponse, sent in pieces.

All pictures are finished and kept before the first header leaves, so headers can name each of them,
and none is held in memory. Knows nothing about how they were made.
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sfumato.api.base64_json import LargeJson
from sfumato.core import ImageParams


def shape(params: ImageParams) -> dict[str, Any]:
    """The members that every answer and event has: what `auto` became."""
    return {
        "background": params.background,
        "output_format": params.output_format,
        "quality": params.quality,
        "size": f"{params.width}x{params.height}",
    }


class JsonAnswer(Response):
    """A JSON value with pictures in it; `content-length` is told, memory is bounded."""

    media_type = "application/json"

    def __init__(
        self, value: Any, headers: Mapping[str, str] | None = None, status_code: int = 200
    ) -> None:
        self._json = LargeJson.of(value)
        length = {"content-length": str(self._json.length)}
        super().__init__(None, status_code, headers={**(headers or {}), **length})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        await send(start)
        async for piece in self._json.pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
