"""A JSON body whose long strings lie on disk: pictures in data URLs never fill the memory.

The bytes are walked as they come: a string that grows long goes to a file of its own, and what is
left is parsed as ever. Knows no fields.
"""

import asyncio
import json
import re
import secrets
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from starlette.requests import Request

from sfumato.api.body import check_type, parse_object
from sfumato.api.incoming import incoming, too_large
from sfumato.errors import InvalidRequest, MalformedBody

LONG = 400_000  # bytes from which a string goes to disk: no field of words may be so long
LONGEST = 25_000_000  # bytes of one string: 20,971,520 characters, some of them escaped
REST = 8_000_000  # bytes of all that is not in a long string
DEPTH = 3  # of lists and objects in which a long string can mean something
_SPECIAL = re.compile(rb'["\\]')


@dataclass(frozen=True, slots=True, kw_only=True)
class LongString:
    """A string of the body, as it stood there, in a file."""

    path: Path

    def text(self) -> str:
        """All of it, its escapes resolved; MalformedBody when they cannot be. It blocks."""
        raw = self.path.read_bytes()
        try:
            text = raw.decode("utf-8")
            if "\\" in text:
                text = json.loads(f'"{text}"')
        except ValueError as error:
            raise MalformedBody("A string of the body could not be parsed as JSON.") from error
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class LongObject:
    """The parsed body: `LongString` stands where a string was long."""

    members: dict[str, Any]
    strings: tuple[LongString, ...]

    def discard(self) -> None:
        """Remove the files."""
        for string in self.strings:
            string.path.unlink(missing_ok=True)


async def read_long_object(
    request: Request, spool: Callable[[], Path], *, strings: int, depth: int = DEPTH
) -> LongObject:
    """The body as one JSON object with at most that many long strings, `depth` deep at most.

    Errors as of `body.read_object`, `incoming` and `Cutter`; then nothing stays on disk.
    """
    check_type(request.headers.get("content-type", ""))
    cutter = Cutter(spool, strings=strings, depth=depth)
    try:
        async with aclosing(incoming(request, limit=strings * LONGEST + REST)) as pieces:
            async for piece in pieces:
                await asyncio.to_thread(cutter.feed, piece)
        return await asyncio.to_thread(cutter.close)
    except BaseException:
        cutter.discard()
        raise


class Cutter:
    """Takes the bytes of a JSON text in pieces of any size: feed, then close or discard."""

    def __init__(
        self,
        spool: Callable[[], Path],
        *,
        strings: int,
        depth: int = DEPTH,
        longer_than: int = LONG,
    ) -> None:
        """At most `strings` of more than `longer_than` bytes."""
        self._spool = spool
        self._longer_than = longer_than
        self._depth = depth
        self._most = strings
        self._mark = secrets.token_hex(16)
        self._rest = bytearray()
        self._string: bytearray | None = None  # the one that is being read, while it is short
        self._file: BinaryIO | None = None  # of the one that is being read, once it is long
        self._file_bytes = 0
        self._escaped = False
        self._long: list[LongString] = []
        self._found = 0  # of these, where one can mean something

    def feed(self, piece: bytes) -> None:
        """InvalidRequest for a string that is too long; BodyTooLarge for too much beside them."""
        place = 0
        while place < len(piece):
            inside = self._string is not None or self._file is not None
            place = self._in_string(piece, place) if inside else self._outside(piece, place)

    def close(self) -> LongObject:
        """Parse what is left. MalformedBody; InvalidRequest for a long string in vain."""
        if self._file is not None or self._string is not None:
            raise MalformedBody("The body could not be parsed as JSON: a string has no end.")
        members = self._restored(parse_object(bytes(self._rest)), self._depth)
        if self._found < len(self._long):
            raise InvalidRequest(
                "A name of the body is too long, or a long string is nested too deeply in it."
            )
        return LongObject(members=members, strings=tuple(self._long))

    def discard(self) -> None:
        """Remove every file."""
        if self._file is not None:
            self._file.close()
        LongObject(members={}, strings=tuple(self._long)).discard()

    def _outside(self, piece: bytes, place: int) -> int:
        quote = piece.find(b'"', place)
        if quote < 0:
            self._keep(piece[place:])
            return len(piece)
        self._keep(piece[place:quote])
        self._string = bytearray()
        return quote + 1

    def _in_string(self, piece: bytes, place: int) -> int:
        if self._escaped:
            self._escaped = False
            self._add(piece[place : place + 1])
            return place + 1
        found = _SPECIAL.search(piece, place)
        if found is None:
            self._add(piece[place:])
            return len(piece)
        end = found.start()
        if piece[end : end + 1] == b"\\":
            self._escaped = True
            self._add(piece[place : end + 1])
        else:
            self._add(piece[place:end])
            self._end_string()
        return end + 1

    def _add(self, data: bytes) -> None:
        if self._file is not None:
            self._file_bytes += len(data)
            if self._file_bytes > LONGEST:
                raise InvalidRequest(
                    f"A string of the body has more than {LONGEST:,} bytes. Send the picture as a"
                    " file.",
                    code="image_file_too_large",
                )
            self._file.write(data)
            return
        assert self._string is not None
        self._string += data
        if len(self._string) > self._longer_than:
            self._begin_file(self._string)

    def _begin_file(self, begun: bytearray) -> None:
        if len(self._long) == self._most:
            raise too_large(self._most * LONGEST + REST)
        path = self._spool()
        self._long.append(LongString(path=path))
        self._file = path.open("wb")
        self._file_bytes = self._file.write(begun)
        self._string = None

    def _end_string(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self._keep(f'"{self._mark}{len(self._long) - 1}"'.encode())
        elif self._string is not None:
            self._keep(b'"' + self._string + b'"')
            self._string = None

    def _keep(self, data: bytes) -> None:
        self._rest += data
        if len(self._rest) > REST:
            raise too_large(REST)

    def _restored(self, value: Any, depth: int) -> Any:
        if depth and isinstance(value, dict):
            return {name: self._restored(member, depth - 1) for name, member in value.items()}
        if depth and isinstance(value, list):
            return [self._restored(member, depth - 1) for member in value]
        if isinstance(value, str) and value.startswith(self._mark):
            self._found += 1
            return self._long[int(value.removeprefix(self._mark))]
        return value
