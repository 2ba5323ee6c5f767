"""Decoding is the inverse of lossless encoding, and survives what it is given."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from sfumato.codec.decode import decode
from sfumato.codec.encode import encode
from sfumato.core import OutputFormat
from sfumato.errors import InvalidRequest
from tests.codec.pictures import pixels


@pytest.mark.parametrize("output_format", ["png", "webp"])
@pytest.mark.parametrize("transparent", [False, True])
def test_a_lossless_file_gives_back_its_pixels(
    output_format: OutputFormat, transparent: bool
) -> None:
    canvas = pixels(transparent=transparent)
    data = encode(canvas, output_format, 100, transparent=transparent)
    assert np.array_equal(decode(data), canvas)


def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded() -> None:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    with pytest.raises(InvalidRequest):
        decode(bomb + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT")))


def test_a_picture_a_little_too_large_is_told_its_limit() -> None:
    buffer = io.BytesIO()
    Image.new("1", (10_001, 10_000)).save(buffer, "PNG")
    with pytest.raises(InvalidRequest, match="10001x10000"):
        decode(buffer.getvalue())


@pytest.mark.parametrize("end", [0, 10, 60, -40])
@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_a_cut_file_is_an_invalid_request(output_format: OutputFormat, end: int) -> None:
    with pytest.raises(InvalidRequest):
        decode(encode(pixels(), output_format, 90)[:end])


def test_another_format_is_refused() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "GIF")
    with pytest.raises(InvalidRequest, match="not a PNG, JPEG or WebP"):
        decode(buffer.getvalue())
