"""Encoding against decoders that share no code with the encoder."""

import io

import numpy as np
import pytest
from PIL import Image

from sfumato.codec.encode import MEDIA_TYPES, encode
from sfumato.core import OutputFormat
from tests.codec.pictures import pixels
from tests.codec.second_decoder import read_opaque, read_png


def _decode(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("transparent", [False, True])
def test_a_png_read_by_another_decoder_has_exactly_the_pixels(transparent: bool) -> None:
    canvas = pixels(transparent=transparent)
    read = read_png(encode(canvas, "png", 100, transparent=transparent))
    assert np.array_equal(read, canvas if transparent else canvas[:, :, :3])


def test_an_opaque_png_has_no_alpha_channel() -> None:
    assert _decode(encode(pixels(), "png", 100)).mode == "RGB"


def test_a_transparent_picture_keeps_its_alpha_channel_even_when_every_pixel_is_opaque() -> None:
    assert _decode(encode(pixels(), "png", 100, transparent=True)).mode == "RGBA"


def test_a_webp_at_100_keeps_every_value_also_the_colour_under_clear_pixels() -> None:
    canvas = pixels(transparent=True)
    read = np.asarray(_decode(encode(canvas, "webp", 100, transparent=True)))
    assert np.array_equal(read, canvas)


def test_a_lossless_webp_read_by_another_decoder_has_exactly_the_pixels() -> None:
    canvas = pixels()
    read = read_opaque(encode(canvas, "webp", 100), "image/webp", 96, 64)
    assert np.array_equal(read, canvas[:, :, :3])


@pytest.mark.parametrize("compression", [0, 50, 99])
def test_a_lossy_webp_keeps_its_alpha_exactly(compression: int) -> None:
    canvas = pixels(transparent=True)
    read = np.asarray(_decode(encode(canvas, "webp", compression, transparent=True)))
    assert np.array_equal(read[:, :, 3], canvas[:, :, 3])


@pytest.mark.parametrize("output_format", ["jpeg", "webp"])
def test_a_lossy_file_read_by_another_decoder_is_close_to_the_pixels(
    output_format: OutputFormat,
) -> None:
    canvas = pixels()
    data = encode(canvas, output_format, 95)
    read = read_opaque(data, MEDIA_TYPES[output_format], 96, 64)
    assert np.abs(read.astype(int) - canvas[:, :, :3]).mean() < 3


@pytest.mark.parametrize("output_format", ["jpeg", "webp"])
def test_more_compression_quality_costs_more_bytes(output_format: OutputFormat) -> None:
    sizes = [len(encode(pixels(), output_format, quality)) for quality in (0, 30, 60, 90, 99)]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("output_format", MEDIA_TYPES)
@pytest.mark.parametrize("compression", [0, 85, 100])
def test_the_same_pixels_give_the_same_bytes(output_format: OutputFormat, compression: int) -> None:
    canvas = pixels()
    strided = np.ascontiguousarray(canvas[::-1])[::-1]
    assert encode(canvas, output_format, compression) == encode(strided, output_format, compression)


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_an_encoded_file_carries_no_metadata(output_format: OutputFormat) -> None:
    info = _decode(encode(pixels(), output_format, 90)).info
    assert not {"exif", "xmp", "icc_profile", "date:create", "comment"}.intersection(info)
