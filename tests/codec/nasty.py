"""Files that a stranger may send, from odd to hostile; the seeds of the fuzzer, too.

Always the same ones: they are made by rule, without chance.
"""

import struct
from collections.abc import Mapping

import numpy as np
from PIL import Image

from tests.codec import pictures
from tests.codec.pictures import chunk, encoded, ramp, raw_png


def nasty() -> Mapping[str, bytes]:
    """Name → file."""
    png, jpeg, webp = (encoded(ramp(), kind) for kind in ("PNG", "JPEG", "WEBP"))
    return {
        **_right(),
        **{f"cut {name}": pictures.truncated(data) for name, data in _three(png, jpeg, webp)},
        **{f"polyglot {name}": pictures.polyglot(data) for name, data in _three(png, jpeg, webp)},
        **{f"flipped {name}": _flipped(data) for name, data in _three(png, jpeg, webp)},
        **_bombs(),
        **_lies(png, jpeg, webp),
        **_others(),
    }


def _three(png: bytes, jpeg: bytes, webp: bytes) -> tuple[tuple[str, bytes], ...]:
    return ("png", png), ("jpeg", jpeg), ("webp", webp)


def _right() -> dict[str, bytes]:
    return {
        "plain": encoded(ramp(), "PNG"),
        "palette": encoded(ramp("P"), "PNG"),
        "interlaced 16 bit": pictures.sixteen_bit_png(6),
        "grey 16 bit": pictures.sixteen_bit_png(0),
        "turned": pictures.oriented_jpeg(6),
        "cmyk": pictures.cmyk_jpeg(pictures.ink_profile()),
        "ycck": pictures.ycck_jpeg(),
        "progressive": encoded(ramp(), "JPEG", progressive=True),
        "other colours": encoded(ramp(), "PNG", icc_profile=pictures.swapped_profile()),
        "markup": encoded(pictures.drawing(), "PNG"),
        "mask": encoded(pictures.hole(), "PNG"),
        "clear webp": encoded(pictures.hole(), "WEBP", lossless=True),
        "several": encoded(ramp(), "MPO", save_all=True, append_images=[ramp().rotate(180)]),
        "animated png": pictures.animated_png(),
        "animated webp": pictures.animated_webp(),
    }


def _flipped(data: bytes) -> bytes:
    """Every 13th byte behind the head is another one."""
    damaged = np.frombuffer(data, np.uint8).copy()
    damaged[40::13] ^= 0x5A
    return damaged.tobytes()


def _bombs() -> dict[str, bytes]:
    dots = np.indices((32, 48)).sum(axis=0) % 2 * 255
    noise = np.dstack([dots, dots]).astype(np.uint8)
    return {
        "pixel bomb": pictures.bomb_png(),
        "too wide": pictures.bomb_png((2**31 - 1, 1)),
        "no width": pictures.bomb_png((0, 9)),
        "text bomb": pictures.text_bomb_png(size=2_000_000),
        "profile bomb": pictures.text_bomb_png(b"iCCP", size=8_000_000),
        "exif bomb": pictures.exif_bomb_jpeg(),
        "scan bomb": pictures.scan_bomb_jpeg(),
        "dotted markup": encoded(Image.fromarray(noise, "LA"), "PNG"),
    }


def _lies(png: bytes, jpeg: bytes, webp: bytes) -> dict[str, bytes]:
    exif = chunk(b"eXIf", b"II*\0" + struct.pack("<IH", 2**32 - 1, 65535))
    return {
        "endless chunk": png[:33] + b"\x7f\xff\xff\xfftEXt" + png[33:],
        "negative chunk": png[:33] + b"\xff\xff\xff\xffIDAT" + png[33:],
        "no data": raw_png((4, 4), 8, 2, b""),
        "no palette": raw_png((4, 4), 8, 3, bytes(16)),
        "index out of palette": raw_png((4, 4), 8, 3, bytes(range(16)), chunk(b"PLTE", bytes(6))),
        "empty palette": raw_png((4, 4), 8, 3, bytes(16), chunk(b"PLTE", b"")),
        "short clear colour": raw_png((4, 4), 8, 2, bytes(48), chunk(b"tRNS", b"\0")),
        "long clear colours": raw_png((4, 4), 8, 3, bytes(16), chunk(b"tRNS", bytes(999))),
        "unknown depth": raw_png((4, 4), 7, 9, bytes(48)),
        "exif nowhere": png[:33] + exif + png[33:],
        "frames missing": png[:33] + chunk(b"acTL", struct.pack(">II", 9, 0)) + png[33:],
        "short head": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"") + chunk(b"IEND", b""),
        "head alone": jpeg[:4],
        "no table": jpeg[:2] + jpeg[jpeg.index(b"\xff\xc0") :],
        "size of nothing": jpeg[:2] + b"\xff\xe0\0\0" + jpeg[2:],
        "riff too long": webp[:4] + b"\xff\xff\xff\xff" + webp[8:],
        "riff too short": webp[:4] + b"\1\0\0\0" + webp[8:],
    }


def _others() -> dict[str, bytes]:
    return {
        "nothing": b"",
        "one byte": b"\x89",
        "gif": encoded(ramp(), "GIF"),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "page": b"<!DOCTYPE html><script>alert(1)</script>",
    }
