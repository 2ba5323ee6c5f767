"""JSON with large base64 members, produced in pieces instead of as one string.

Knows nothing about whose JSON it is.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Any, BinaryIO

PIECE = 3 * 2**14  # bytes of input; a multiple of 3, so that pieces join without padding
BLOCK = 16 * PIECE  # bytes that are read from a file at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Base64:
    """A JSON string: `prefix`, then standard base64 of `source`, bytes or the file with them."""

    source: bytes | Path
    prefix: str = ""  # of characters that JSON does not escape, such as `data:image/png;base64,`

    @property
    def length(self) -> int:
        """Characters of the string, its quotes included."""
        held = isinstance(self.source, bytes)
        size = len(self.source) if held else self.source.stat().st_size  # type: ignore[arg-type, union-attr]  # `held` tells which
        return -(-size // 3) * 4 + 2 + len(self.prefix)


def dump(value: Any) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeJson:
    """A JSON value in which `Base64` may stand wherever a string may."""

    segments: tuple[bytes | Base64, ...]

    @classmethod
    def of(cls, value: Any) -> "LargeJson":
        """Text is made now; what the `Base64` members hold is read when it is sent."""
        mark, found = secrets.token_hex(16), []

        def place(member: object) -> str:
            if not isinstance(member, Base64):
                raise TypeError(f"{type(member).__name__} is not JSON")
            found.append(member)
            return mark

        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=place)
        between = [part.encode() for part in text.split(f'"{mark}"')]
        segments: list[bytes | Base64] = [between[0]]
        for member, part in zip(found, between[1:], strict=True):
            segments += [member, part]
        return cls(segments=tuple(segments))

    @property
    def length(self) -> int:
        """Bytes in all. FileNotFoundError when a file is gone."""
        return sum(s.length if isinstance(s, Base64) else len(s) for s in self.segments)

    async def pieces(self) -> AsyncIterator[bytes]:
        """At most 64 KiB each; files are read a block at a time, in a thread."""
        for segment in self.segments:
            if isinstance(segment, bytes):
                yield segment
                continue
            yield f'"{segment.prefix}'.encode()
            async for block in _blocks(segment.source):
                for piece in base64_pieces(block):
                    yield piece
            yield b'"'

    async def text(self) -> bytes:
        """All of it at once: for small values and for tests."""
        return b"".join([piece async for piece in self.pieces()])


def base64_pieces(data: bytes | mmap) -> Iterator[bytes]:
    """Standard base64 of `data`, copied piece by piece."""
    view = memoryview(data)
    for start in range(0, len(view), PIECE):
        yield base64.b64encode(view[start : start + PIECE])


async def _blocks(source: bytes | Path) -> AsyncIterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    file: BinaryIO = await asyncio.to_thread(source.open, "rb")
    try:
        while block := await asyncio.to_thread(file.read, BLOCK):
            yield block
    finally:
        file.close()
