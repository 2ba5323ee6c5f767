"""The answer to a request that does not stream: OpenAI's ImagesResponse, sent in pieces.

All pictures are finished before the first header leaves, so headers can name each of them. Knows
nothing about how they were made.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sfumato.api.base64_json import base64_length, base64_pieces, dump
from sfumato.core import EncodedImage, ImageParams

_OPEN, _CLOSE = b'{"b64_json":"', b'"}'


def shape(params: ImageParams) -> dict[str, Any]:
    """The members that every answer and event has: what `auto` became."""
    return {
        "background": params.background,
        "output_format": params.output_format,
        "quality": params.quality,
        "size": f"{params.width}x{params.height}",
    }


class ImagesAnswer(Response):
    """`members` followed by `data`, an array with one base64 picture after the other."""

    media_type = "application/json"

    def __init__(
        self,
        members: Mapping[str, Any],
        images: Sequence[EncodedImage],
        headers: Mapping[str, str],
    ) -> None:
        self._head = dump(members)[:-1] + b',"data":['
        self._images = images
        length = len(self._head) + len(b"]}") + len(images) - 1
        length += sum(len(_OPEN) + base64_length(i.data) + len(_CLOSE) for i in images)
        super().__init__(None, headers={**headers, "content-length": str(length)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        for piece in self._pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _pieces(self) -> Iterator[bytes]:
        yield self._head
        for place, image in enumerate(self._images):
            yield (b"," if place else b"") + _OPEN
            yield from base64_pieces(image.data)
            yield _CLOSE
        yield b"]}"
