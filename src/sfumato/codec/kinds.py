"""What a stranger's file is, by its first bytes and never by what it is called. Knows no pixels."""

import re
from collections.abc import Mapping

from sfumato.errors import InvalidRequest

PICTURES: Mapping[str, str] = {"PNG": "image/png", "JPEG": "image/jpeg", "WebP": "image/webp"}
STAMPED: Mapping[str, str] = {**PICTURES, "GIF": "image/gif", "SVG": "image/svg+xml"}

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP archive"),
    (b"8BPS", "Photoshop file"),
    (b"\0\0\1\0", "Windows icon"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\x8aMNG", "MNG"),
)
_BRANDS: Mapping[bytes, str] = {
    b"avif": "AVIF",
    b"avis": "AVIF",
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"mif1": "HEIF",
}
_HEAD = 1024
_AN = ("SVG", "MNG", "AVIF", "animated", "empty")


def kind_of(data: bytes) -> str | None:
    """ "PNG", "JPEG", "WebP", or the name of another kind; None when it is none that we know."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video")
    named = next((kind for start, kind in _STARTS if data.startswith(start)), None)
    return named or _text_kind(data[:_HEAD].removeprefix(b"\xef\xbb\xbf"))


def picture_kind(data: bytes) -> str:
    """The kind of a file that should be a PNG, JPEG or WebP; InvalidRequest names another."""
    kind = kind_of(data)
    if kind is None or kind not in PICTURES:
        raise unsupported("empty file" if not data else kind, "PNG, JPEG or WebP picture")
    return kind


def unsupported(found: str | None, wanted: str, param: str | None = None) -> InvalidRequest:
    """OpenAI's refusal of a kind of file: `found` is its name, if it has one."""
    named = f"This is {'an' if found.startswith(_AN) else 'a'} {found}, not" if found else None
    message = f"{named or 'This is not'} a {wanted}."
    return InvalidRequest(message, param=param, code="unsupported_file_mimetype")


def _text_kind(head: bytes) -> str | None:
    if not head.lstrip().startswith(b"<"):
        return None
    if b"<svg" in head:
        return "SVG"
    return "web page" if re.search(rb"<html|<!doctype html|<script", head, re.I) else None
