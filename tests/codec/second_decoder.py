"""Decoders that share no code with the encoder: zlib with PNG's filters by hand, and resvg's."""

import base64
import io
import struct
import zlib

import numpy as np
import resvg_py
from PIL import Image

from sfumato.core import Pixels


def read_png(data: bytes) -> Pixels:
    """An 8-bit, non-interlaced RGB or RGBA PNG as (H, W, 3 or 4), every chunk's CRC checked."""
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + body)
        chunks[kind] = chunks.get(kind, b"") + body
        at += 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert depth == 8
    channels = {2: 3, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    return _unfilter(rows, channels).reshape(height, width, channels)


def read_opaque(data: bytes, media_type: str, width: int, height: int) -> Pixels:
    """(H, W, 3) of any opaque file, through the Rust decoders inside resvg."""
    href = f"data:{media_type};base64,{base64.b64encode(data).decode()}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" image-rendering="optimizeSpeed" href="{href}"/>'
        "</svg>"
    )
    with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))) as image:
        return np.asarray(image.convert("RGB"))


def _unfilter(rows: Pixels, channels: int) -> Pixels:
    """PNG 3rd edition, section 9: None, Sub, Up, Average, Paeth."""
    out = np.zeros((len(rows), rows.shape[1] - 1), np.uint8)
    above = np.zeros(out.shape[1], int)
    for y, row in enumerate(rows.astype(int)):
        line = np.zeros_like(above)
        for i, value in enumerate(row[1:]):
            a = line[i - channels] if i >= channels else 0
            c = above[i - channels] if i >= channels else 0
            line[i] = (value + _predict(int(row[0]), int(a), int(above[i]), int(c))) % 256
        out[y] = above = line
    return out


def _predict(kind: int, a: int, b: int, c: int) -> int:
    if kind == 4:
        p = a + b - c
        return min((a, b, c), key=lambda v: abs(p - v))
    return (0, a, b, (a + b) // 2)[kind]
