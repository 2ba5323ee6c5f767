"""The parts of a PNG or JPEG that make its pixels, taken out of a stranger's file.

Only these reach the decoder: text that unpacks to gigabytes, directories of tags that point at
one another, preview pictures, and whatever hangs behind the end never do. Knows no pixels.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from sfumato.codec.kinds import unsupported

MAX_PARTS = 100_000  # a part costs the decoder time however small it is
MAX_SCANS = 100  # each scan of a progressive JPEG goes over the whole picture
PNG_START = 8
MAX_PROFILE = 4_000_000  # bytes; the largest profiles of printing presses have three million
PNG_KEPT = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
JPEG_DROPPED = frozenset((*range(0xE1, 0xEE), 0xEF, 0xFE)) - {0xE2}  # APPn but Adobe's and ICC's
BARE_MARKERS = frozenset((0x01, 0xD8))  # no length follows
SOS, EOI, APP1, APP2 = 0xDA, 0xD9, 0xE1, 0xE2
EXIF, ICC = b"Exif\0\0", b"ICC_PROFILE\0"
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # after pixels: neither stuffing nor restart


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A file of nothing but pixels, and the EXIF block and colour profile that lay beside them."""

    data: bytes
    exif: bytes = b""
    profile: bytes = b""


class Broken(ValueError):
    """The file does not hold together; the message says where."""


def bare_png(data: bytes) -> Bare:
    """InvalidRequest for an animation; Broken for a file that is cut or endless."""
    kept: list[bytes | memoryview] = [data[:PNG_START]]
    exif, profile = b"", b""
    for name, chunk in _png_chunks(data):
        if name == b"acTL" and int.from_bytes(chunk[8:12], "big") > 1:
            raise unsupported("animated PNG", "still PNG, JPEG or WebP picture")
        if name == b"eXIf":
            exif = bytes(chunk[8:-4])
        elif name == b"iCCP":
            profile = _unpacked(bytes(chunk[8:-4]))
        elif name in PNG_KEPT:
            kept.append(chunk)
    return Bare(data=b"".join(kept), exif=exif, profile=profile)


def _unpacked(body: bytes) -> bytes:
    """The profile in an iCCP chunk; nothing when it is damaged or larger than any profile is."""
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(body[body.index(b"\0") + 2 :], MAX_PROFILE)
    except (ValueError, zlib.error):
        return b""
    return profile if unpacker.eof else b""


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """(name, whole chunk) up to and with IEND."""
    view, at = memoryview(data), PNG_START
    for _ in range(MAX_PARTS):
        if at + 12 > len(data):
            raise Broken("it is cut off before its end")
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise Broken("it is cut off before its end")
        yield name, view[at:end]
        if name == b"IEND":
            return
        at = end
    raise Broken(f"it has more than {MAX_PARTS} chunks")


def bare_jpeg(data: bytes) -> Bare:
    """Of several pictures in one file (MPO, motion photographs) the first. Broken when endless.

    Where it is cut off is the decoder's to say: a picture without its end marker may be whole. The
    colour profile stays inside.
    """
    kept: list[bytes | memoryview] = [data[:2]]
    exif, scans = b"", 0
    for marker, segment in _jpeg_segments(data):
        if marker == APP1 and not exif and segment[4:10] == EXIF:
            exif = bytes(segment[10:])
        if marker in JPEG_DROPPED or (marker == APP2 and segment[4:16] != ICC):
            continue
        scans += marker == SOS
        if scans > MAX_SCANS:
            raise Broken(f"it has more than {MAX_SCANS} scans")
        kept.append(segment)
    return Bare(data=b"".join(kept), exif=exif)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """(marker, whole segment with what follows it up to the next one) up to and with EOI."""
    view, found = memoryview(data), _MARKER.search(data, 2)
    for _ in range(MAX_PARTS):
        if found is None:
            return
        at, marker = found.start(), data[found.start() + 1]
        if marker == EOI:
            yield marker, view[at : at + 2]
            return
        if marker in BARE_MARKERS:
            found = _MARKER.search(data, at + 2)
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        found = _MARKER.search(data, end)
        if marker == SOS:
            end = found.start() if found else end
        yield marker, view[at:end]
    raise Broken(f"it has more than {MAX_PARTS} segments")
