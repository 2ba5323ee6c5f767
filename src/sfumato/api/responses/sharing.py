"""Events sent to many listeners at once: one copy of every picture, and turns in sending.

Each listener holds 64 KiB at most, whatever is sent, and a thousand of them leave the event loop to
others between any few pieces. Knows nothing about what the events are.
"""

import asyncio
import mmap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.types import Send

from sfumato.api.base64_json import Base64, LargeJson, base64_pieces

AT_ONCE = 4  # pieces that are encoded and written before the loop turns


@dataclass(slots=True)
class _Opened:
    pages: mmap.mmap
    readers: int


class Sharing:
    """`send` an event; a picture's file is mapped once for all who are sent it now."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._opened: dict[Path, _Opened] = {}

    async def send(self, send: Send, kind: str, members: object) -> None:
        """One server-sent event, at the pace of who receives it."""
        json = LargeJson.of(members)
        head = f"event: {kind}\ndata: ".encode()
        for segment in json.segments:
            if isinstance(segment, bytes):
                head += segment
                continue
            await self._write(send, head + f'"{segment.prefix}'.encode())
            async for piece in self._base64(segment):
                await self._write(send, piece)
            head = b'"'
        await self._write(send, head + b"\n\n")

    async def _write(self, send: Send, piece: bytes) -> None:
        """Wait for the transport outside of the turn: who reads slowly keeps nobody waiting."""
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        async with self._turns:
            await send({"type": "http.response.body", "body": piece, "more_body": True})

    async def _base64(self, picture: Base64) -> AsyncIterator[bytes]:
        if isinstance(picture.source, bytes):
            for piece in base64_pieces(picture.source):
                yield piece
            return
        async with self._pages(picture.source) as pages:
            for piece in base64_pieces(pages):
                yield piece

    @asynccontextmanager
    async def _pages(self, path: Path) -> AsyncIterator[mmap.mmap]:
        opened = self._opened.get(path)
        if opened is None:
            pages = await asyncio.to_thread(_map, path)
            opened = self._opened.setdefault(path, _Opened(pages, 0))
        opened.readers += 1
        try:
            yield opened.pages
        finally:
            opened.readers -= 1
            if not opened.readers:
                self._opened.pop(path, None)


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
