"""A body of multipart/form-data: text into memory, files to disk as they come, all within limits.

What a part calls its file is never used as a path; what type it claims is not believed. Knows no
fields: `FormRules` says which there are.
"""

import asyncio
import codecs
import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserError,
    PushMultipartParser,
    parse_options_header,
)
from starlette.requests import Request

from sfumato.api.incoming import incoming
from sfumato.api.refusing import unknown_parameter
from sfumato.errors import BodyTooLarge, InvalidRequest, MalformedBody, SfumatoError

MEDIA_TYPE = "multipart/form-data"
LONGEST_BOUNDARY = 200  # bytes; RFC 2046 has 70
HEADERS, HEADER_BYTES = 8, 4_096  # of one part
LONGEST_NAME = 100
TEXT_PARTS = 100
TEXT_BYTES = 1_000_000  # of all text parts together
FRAMING = 1_000_000  # bytes around the parts and behind the last
CHARSETS = ("utf-8", "ascii")
ENCODINGS = ("7bit", "8bit", "binary")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NAME = re.compile(r"(\w+)((?:\[\w*\])*)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """`most` files of `largest` bytes at most, and how one beyond is refused, given its name."""

    most: int
    largest: int
    one_too_many: Callable[[str], SfumatoError]
    too_large: Callable[[str], SfumatoError]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRules:
    """The names of files and of texts without brackets: `image[]` and `image[2]` are `image`."""

    files: Mapping[str, FileRule]
    texts: Collection[str]

    @property
    def limit(self) -> int:
        """Bytes that a body within all rules can have."""
        files = sum(rule.most * rule.largest for rule in self.files.values())
        return files + TEXT_BYTES + FRAMING


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFile:
    """A file on disk. `name` is its field, `suffix` the brackets behind it.

    `filename` is what the part calls it: a stranger's text, to be checked before it is shown.
    """

    name: str
    suffix: str
    path: Path
    size: int
    sha256: str
    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Texts by their whole names, brackets included, and the files in the order they came."""

    texts: Mapping[str, str]
    files: tuple[FormFile, ...]

    def discard(self) -> None:
        """Remove the files that were not kept meanwhile."""
        for file in self.files:
            file.path.unlink(missing_ok=True)


async def read_form(request: Request, rules: FormRules, spool: Callable[[], Path]) -> Form:
    """The whole body; whatever goes wrong, nothing stays on disk.

    MalformedBody for what is no form, InvalidRequest naming the part for what breaks a rule,
    BodyTooLarge and TooSlow as `incoming`. Parsing, hashing and writing happen in threads.
    """
    boundary = form_boundary(request.headers.get("content-type", ""))
    reader = FormReader(boundary, rules, spool)
    try:
        async with aclosing(incoming(request, limit=rules.limit)) as pieces:
            async for piece in pieces:
                await asyncio.to_thread(reader.feed, piece)
        return await asyncio.to_thread(reader.close)
    except BaseException:
        reader.discard()
        raise


def form_boundary(content_type: str) -> str:
    """The boundary that the header names; MalformedBody without a usable one."""
    essence, options = parse_options_header(content_type[:1_000])
    if essence != MEDIA_TYPE:
        raise MalformedBody(
            f"Unsupported content type '{essence[:100]}'. Send a form, with the header"
            f" 'Content-Type: {MEDIA_TYPE}; boundary=…'.",
            code="unsupported_content_type",
        )
    boundary: str = options.get("boundary", "")
    if not boundary or len(boundary) > LONGEST_BOUNDARY or not boundary.isascii():
        raise _malformed(
            f"the header Content-Type must name a boundary of 1 to {LONGEST_BOUNDARY} ASCII"
            " characters"
        )
    if not boundary.isprintable():
        raise _malformed("the boundary has control characters")
    return boundary


class FormReader:
    """Takes the bytes of a form in pieces of any size: feed, then close or discard. It blocks."""

    def __init__(self, boundary: str, rules: FormRules, spool: Callable[[], Path]) -> None:
        self._parser = _Parser(boundary, max_header_size=HEADER_BYTES, max_header_count=HEADERS)
        self._begins = f"\r\n--{boundary}".encode()
        self._head: bytearray | None = bytearray()  # until there is enough of it to be judged
        self._rules = rules
        self._spool = spool
        self._part: _TextPart | _FilePart | None = None
        self._texts: dict[str, str] = {}
        self._text_bytes = 0
        self._files: list[FormFile] = []

    def feed(self, piece: bytes) -> None:
        """Parse and write what came. Errors as of `read_form`; after one, only `discard`."""
        if self._head is not None:
            self._head += piece
            if len(self._head) < len(self._begins):
                return
            piece, self._head = self._checked_head(bytes(self._head)), None
        try:
            for event in self._parser.parse(piece):
                self._take(event)
        except MultipartError as error:
            raise _malformed(str(error)) from error

    def close(self) -> Form:
        """The form; MalformedBody when it has no end."""
        try:
            self._parser.close()
        except MultipartError as error:
            raise _malformed("its last boundary is missing") from error
        return Form(texts=self._texts, files=tuple(self._files))

    def discard(self) -> None:
        """Remove every file."""
        if isinstance(self._part, _FilePart):
            self._part.discard()
        Form(texts={}, files=tuple(self._files)).discard()

    def _checked_head(self, head: bytes) -> bytes:
        """A form begins with its boundary: what stands before one depends on how it is cut."""
        if not head.startswith((self._begins, self._begins[2:])):
            raise _malformed("it does not begin with its boundary")
        return head

    def _take(self, event: "MultipartSegment | bytes | bytearray | None") -> None:
        if isinstance(event, MultipartSegment):
            self._part = self._begin(event)
        elif event is None:
            self._end()
        elif isinstance(self._part, _FilePart):
            self._part.write(event)
        elif self._part is not None:
            self._add_text(self._part, event)

    def _begin(self, segment: MultipartSegment) -> "_TextPart | _FilePart":
        name, suffix = _parted(segment.name or "")
        _check_encoding(segment, name)
        if (rule := self._rules.files.get(name)) is not None:
            if sum(file.name == name for file in self._files) == rule.most:
                raise rule.one_too_many(name)
            return _FilePart(name, suffix, rule, self._spool(), segment.filename)
        if name not in self._rules.texts:
            raise unknown_parameter(name + suffix)
        if segment.filename is not None:
            raise InvalidRequest(
                f"'{name}' must be text, not a file.", param=name, code="invalid_type"
            )
        if len(self._texts) == TEXT_PARTS:
            raise _malformed(f"it has more than {TEXT_PARTS} fields")
        if name + suffix in self._texts:
            raise InvalidRequest(f"'{name}{suffix}' is given twice.", param=name + suffix)
        return _TextPart(name=name + suffix)

    def _add_text(self, part: "_TextPart", data: bytes | bytearray) -> None:
        self._text_bytes += len(data)
        if self._text_bytes > TEXT_BYTES:
            raise BodyTooLarge(
                f"The text fields have more than {TEXT_BYTES:,} bytes together.", param=part.name
            )
        part.data += data

    def _end(self) -> None:
        part, self._part = self._part, None
        if isinstance(part, _TextPart):
            self._texts[part.name] = part.text()
        elif part is not None:
            file = part.finished()
            if file is not None:
                self._files.append(file)


class _Parser(PushMultipartParser):  # type: ignore[misc]  # it ships no types
    """Without it a bare line feed in a header would be refused or not as the bytes are cut."""

    def _on_segment_headerline(self, line: bytes) -> None:
        if _CONTROL.search(line):
            raise ParserError("a header of a part has control characters")
        super()._on_segment_headerline(line)


@dataclass(kw_only=True, slots=True)
class _TextPart:
    name: str
    data: bytearray = field(default_factory=bytearray)

    def text(self) -> str:
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidRequest(f"'{self.name}' is not UTF-8.", param=self.name) from error


class _FilePart:
    """A browser sends one with an empty name and nothing in it where no file was chosen."""

    def __init__(
        self, name: str, suffix: str, rule: FileRule, path: Path, filename: str | None
    ) -> None:
        self._name, self._suffix, self._rule = name, suffix, rule
        self._path = path
        self._filename = filename
        self._hash = hashlib.sha256()
        self._size = 0
        self._file: BinaryIO = path.open("wb")

    def write(self, data: bytes | bytearray) -> None:
        self._size += len(data)
        if self._size > self._rule.largest:
            raise self._rule.too_large(self._name)
        self._hash.update(data)
        self._file.write(data)

    def finished(self) -> FormFile | None:
        self._file.close()
        if self._filename == "" and not self._size:
            self.discard()
            return None
        return FormFile(
            name=self._name,
            suffix=self._suffix,
            path=self._path,
            size=self._size,
            sha256=self._hash.hexdigest(),
            filename=self._filename or "",
        )

    def discard(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _parted(name: str) -> tuple[str, str]:
    """A field and the brackets behind it."""
    match = _NAME.fullmatch(name) if len(name) <= LONGEST_NAME else None
    if match is None:
        raise unknown_parameter(_shown(name)) if name else _malformed("a part has no name")
    return match[1], match[2]


def _check_encoding(segment: MultipartSegment, name: str) -> None:
    encoding = (segment.header("Content-Transfer-Encoding") or "binary").strip().lower()
    if encoding not in ENCODINGS:
        raise InvalidRequest(
            f"The part '{name}' has a Content-Transfer-Encoding that is not supported. Send it"
            " without one.",
            param=name,
        )
    if not _is_known_charset(segment.charset or "utf-8"):
        raise InvalidRequest(f"The part '{name}' must be UTF-8.", param=name)


def _is_known_charset(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in CHARSETS
    except (LookupError, ValueError):
        return False


def _shown(name: str) -> str:
    """A stranger's text for an error: short, and without control characters."""
    return "".join(c if c.isprintable() else "?" for c in name[:LONGEST_NAME])


def _malformed(reason: str) -> MalformedBody:
    return MalformedBody(f"The body could not be parsed as a form: {reason}.")
