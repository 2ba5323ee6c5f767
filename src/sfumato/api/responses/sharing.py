"""Events sent to many listeners at once: encoded once for all of them, and a few sent at a time.

Whoever reads slowly keeps nobody waiting and holds one piece; thousands of listeners leave the
event loop to others between any few pieces. Knows nothing about what the events are.
"""

import asyncio
import mmap
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from starlette.types import Message, Send

from sfumato.api.base64_json import PIECE, Base64, LargeJson, base64_pieces
from sfumato.api.responses.kept import shown_event
from sfumato.api.responses.telling import Event
from sfumato.store.objects import Objects

AT_ONCE = 2  # listeners that are written to between two turns of the event loop
PATIENCE = 0.02  # seconds for a listener to take a piece before another one is served
EVENTS, PIECES = 512, 512  # that are remembered: a piece has 64 KiB
NOTHING: Message = {"type": "http.response.body", "body": b"", "more_body": True}

T = TypeVar("T")


class Sharing:
    """`send` an event; what it looks like is computed for the first listener alone."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._events: _Newest[_Encoded | None] = _Newest(EVENTS)
        self._pieces: _Newest[bytes] = _Newest(PIECES)
        self._opened: dict[Path, _Opened] = {}

    async def send(self, send: Send, event: Event) -> None:
        """One server-sent event; none for a partial image that is no longer kept."""
        encoded = self._events.get(id(event), lambda: _encode(event, self._objects))
        if encoded is None:
            return
        async with self._turn() as turn:
            for segment in encoded.segments:
                if isinstance(segment, bytes):
                    await self._write(send, segment, turn)
                    continue
                async for piece in self._base64(segment):
                    await self._write(send, piece, turn)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator["_Turn"]:
        turn = _Turn(self._turns)
        await turn.take()
        try:
            yield turn
        finally:
            turn.give_back()

    async def _write(self, send: Send, piece: bytes, turn: "_Turn") -> None:
        """The server's `send` waits before it writes: the empty one waits for those before it."""
        taken = asyncio.ensure_future(send(NOTHING))
        try:
            done, _ = await asyncio.wait({taken}, timeout=PATIENCE)
            if not done:
                turn.give_back()
                await asyncio.wait({taken})
                await turn.take()
            taken.result()
        finally:
            taken.cancel()
        await send({"type": "http.response.body", "body": piece, "more_body": True})

    async def _base64(self, picture: Base64) -> AsyncIterator[bytes]:
        if isinstance(picture.source, bytes):
            for piece in base64_pieces(picture.source):
                yield piece
            return
        async with self._pages(picture.source) as pages:
            for start in range(0, len(pages), PIECE):
                encode = partial(_encode_piece, pages, start)
                yield self._pieces.get((picture.source, start), encode)

    @asynccontextmanager
    async def _pages(self, path: Path) -> AsyncIterator[mmap.mmap]:
        """The file's pages, mapped once for all who read them now."""
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


@dataclass(slots=True)
class _Opened:
    pages: mmap.mmap
    readers: int


@dataclass(frozen=True, slots=True)
class _Encoded:
    event: Event  # held, so that no other object gets its id
    segments: Sequence[bytes | Base64]


class _Turn:
    """A place among those who are written to; it can be given back and taken again."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self._turns = turns
        self._taken = False

    async def take(self) -> None:
        await self._turns.acquire()
        self._taken = True

    def give_back(self) -> None:
        if self._taken:
            self._taken = False
            self._turns.release()


class _Newest(Generic[T]):
    """What was computed for the newest `most` names."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, name: Hashable, compute: Callable[[], T]) -> T:
        if name in self._found:
            self._found.move_to_end(name)
            return self._found[name]
        found = self._found[name] = compute()
        if len(self._found) > self._most:
            self._found.popitem(last=False)
        return found


def _encode(event: Event, objects: Objects) -> _Encoded | None:
    told = shown_event(event, objects)
    if told is None:
        return None
    head = f"event: {told['type']}\ndata: ".encode()
    segments: list[bytes | Base64] = []
    for segment in LargeJson.of(told).segments:
        if isinstance(segment, bytes):
            segments.append(head + segment)
        else:
            segments += [head + f'"{segment.prefix}'.encode(), segment]
        head = b"" if isinstance(segment, bytes) else b'"'
    return _Encoded(event, _joined([*segments, head + b"\n\n"]))


def _joined(segments: Sequence[bytes | Base64]) -> list[bytes | Base64]:
    """As few pieces as there can be."""
    joined: list[bytes | Base64] = []
    for segment in segments:
        if joined and isinstance(segment, bytes) and isinstance(joined[-1], bytes):
            joined[-1] += segment
        else:
            joined.append(segment)
    return joined


def _encode_piece(pages: mmap.mmap, start: int) -> bytes:
    return b"".join(base64_pieces(pages[start : start + PIECE]))


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
