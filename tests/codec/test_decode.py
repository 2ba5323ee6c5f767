"""Decoding is the inverse of lossless encoding, honours what a file says, and survives files."""

import gc
import io
import struct
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from sfumato.codec.decode import MAX_PIXELS, decode
from sfumato.codec.encode import encode
from sfumato.core import OutputFormat, Pixels
from sfumato.errors import ImageUserError, InvalidRequest, SfumatoError
from tests.codec import pictures
from tests.codec.pictures import encoded, pixels, ramp

STILLS: list[OutputFormat] = ["png", "jpeg", "webp"]


def _near(pixels: Pixels, expected: object, by: int = 3) -> bool:
    return bool(np.abs(pixels.astype(int) - np.asarray(expected)).max() <= by)


@pytest.mark.parametrize("output_format", ["png", "webp"])
@pytest.mark.parametrize("transparent", [False, True])
def test_a_lossless_file_gives_back_its_pixels(
    output_format: OutputFormat, transparent: bool
) -> None:
    canvas = pixels(transparent=transparent)
    data = encode(canvas, output_format, 100, transparent=transparent)
    assert np.array_equal(decode(data), canvas)


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_stands_upright_as_exif_says(turn: int) -> None:
    data = pictures.oriented_jpeg(turn)
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image).convert("RGBA"))
    assert np.array_equal(decode(data), expected)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_exif_counts_in_a_png_and_a_webp_too(file_format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(ramp(), file_format, exif=exif)
    assert decode(data).shape == (48, 32, 4)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_an_embedded_profile_is_converted_to_srgb(file_format: str) -> None:
    red = Image.new("RGB", (16, 16), (255, 0, 0))
    data = encoded(red, file_format, icc_profile=pictures.swapped_profile(), quality=100)
    assert _near(decode(data)[..., :3], (0, 255, 0), by=4)


def test_a_profile_does_not_touch_alpha() -> None:
    canvas = pixels(transparent=True)
    data = encoded(Image.fromarray(canvas), "PNG", icc_profile=pictures.swapped_profile())
    read = decode(data)
    assert np.array_equal(read[..., 3], canvas[..., 3])
    assert not np.array_equal(read[..., :3], canvas[..., :3])


def test_a_picture_tagged_as_srgb_keeps_every_value() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(Image.fromarray(pixels()), "PNG", icc_profile=profile)
    assert np.array_equal(decode(data), pixels())


@pytest.mark.parametrize(
    "profile", [b"", b"no profile", pictures.swapped_profile()[:200], pictures.ink_profile()]
)
def test_a_profile_that_is_broken_or_of_other_colours_is_ignored(profile: bytes) -> None:
    data = encoded(Image.fromarray(pixels()), "PNG", icc_profile=profile)
    assert np.array_equal(decode(data), pixels())


@pytest.mark.parametrize("colour", [0, 2, 4, 6])
def test_sixteen_bits_are_scaled_not_clipped(colour: int) -> None:
    read = decode(pictures.sixteen_bit_png(colour))
    ramp = np.linspace(0, 255, 8)
    assert _near(read[0, :, 0], ramp, by=1)
    assert _near(read[0, :, 3], ramp if colour in (4, 6) else 255, by=1)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_the_clear_grey_of_a_png_is_clear_at_every_depth(depth: int) -> None:
    rows = bytes((0b01010101,)) * depth * 2  # the same bits everywhere: 1 in 2, or one level
    first = int.from_bytes(rows[:2], "big") >> (16 - depth)
    clear = pictures.chunk(b"tRNS", struct.pack(">H", first))
    read = decode(pictures.raw_png((16, 1), depth, 0, rows, clear))
    assert read[0, 0, 3] == 0
    assert set(read[0, :, 3]) == ({0, 255} if depth == 1 else {0})
    other = pictures.chunk(b"tRNS", struct.pack(">H", 0 if first else 2**depth - 1))
    assert decode(pictures.raw_png((16, 1), depth, 0, rows, other))[0, 0, 3] == 255


@pytest.mark.parametrize("depth", [8, 16])
def test_the_clear_colour_of_a_png_is_clear(depth: int) -> None:
    red, blue = (255, 0, 0), (0, 0, 255)
    levels = np.array([red, blue], np.uint8 if depth == 8 else ">u2") * (1 if depth == 8 else 257)
    kind = np.uint8 if depth == 8 else ">u2"
    key = np.array(red, ">u2") * (1 if depth == 8 else 257)
    clear = pictures.chunk(b"tRNS", key.astype(">u2").tobytes())
    read = decode(pictures.raw_png((2, 1), depth, 2, levels.astype(kind).tobytes(), clear))
    assert read[0].tolist() == [[255, 0, 0, 0], [0, 0, 255, 255]]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_a_png_is_read_as_pillow_reads_it(mode: str) -> None:
    image = ramp().convert(mode)
    assert np.array_equal(decode(encoded(image, "PNG")), np.asarray(image.convert("RGBA")))


def test_a_palette_keeps_its_clear_and_its_half_clear_colours() -> None:
    rows = bytes((0, 1, 2))
    palette = pictures.chunk(b"PLTE", bytes((255, 0, 0, 0, 255, 0, 0, 0, 255)))
    alphas = pictures.chunk(b"tRNS", bytes((0, 100)))
    read = decode(pictures.raw_png((3, 1), 8, 3, rows, palette, alphas))
    assert read[0].tolist() == [[255, 0, 0, 0], [0, 255, 0, 100], [0, 0, 255, 255]]


def test_cmyk_of_adobe_is_not_read_as_its_negative() -> None:
    read = decode(pictures.cmyk_jpeg())
    assert _near(read[16, 8, :3], (0, 255, 255), by=6)
    assert _near(read[16, 40, :3], (255, 255, 255), by=6)


def test_cmyk_is_converted_by_its_profile() -> None:
    plain, managed = (
        decode(pictures.cmyk_jpeg()),
        decode(pictures.cmyk_jpeg(pictures.ink_profile())),
    )
    red, green, _, _ = managed[16, 8].astype(int)
    assert red > green + 60  # the profile calls this ink magenta
    assert _near(managed[16, 40, :3], plain[16, 40, :3], by=8)


def test_ycck_is_cmyk_told_in_other_numbers() -> None:
    data = pictures.ycck_jpeg()
    assert b"Adobe" in data and data[data.index(b"Adobe") + 11] == 2
    assert _near(decode(data)[16, 8, :3], (0, 255, 255), by=10)


@pytest.mark.parametrize(
    ("data", "name"),
    [(pictures.animated_png(), "animated PNG"), (pictures.animated_webp(), "animated WebP")],
)
def test_an_animation_is_refused_by_its_name(data: bytes, name: str) -> None:
    with pytest.raises(InvalidRequest, match=name) as refused:
        decode(data)
    assert refused.value.code == "unsupported_file_mimetype"


def test_of_several_pictures_in_a_jpeg_the_first_is_read() -> None:
    data = encoded(ramp(), "MPO", save_all=True, append_images=[ramp().rotate(180)])
    assert np.array_equal(decode(data), decode(encoded(ramp(), "JPEG")))


@pytest.mark.parametrize("output_format", STILLS)
def test_what_hangs_behind_a_picture_is_not_read(output_format: OutputFormat) -> None:
    data = encode(pixels(), output_format, 90)
    assert np.array_equal(decode(pictures.polyglot(data)), decode(data))


@pytest.mark.parametrize("output_format", STILLS)
def test_a_cut_file_is_refused(output_format: OutputFormat) -> None:
    data = encode(pixels(), output_format, 90)
    for end in (20, 60, len(data) // 2, len(data) - 40):
        with pytest.raises(ImageUserError) as refused:
            decode(data[:end], param="image[1]")
        assert refused.value.code == "invalid_image_file"
        assert refused.value.param == "image[1]"
        assert refused.value.message.startswith("image[1]: ")


@pytest.mark.parametrize("size", [(30_000, 30_000), (2**31 - 1, 2**31 - 1), (10_001, 10_000)])
def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(ImageUserError, match=str(MAX_PIXELS)) as refused:
        decode(pictures.bomb_png(size))
    assert refused.value.code == "image_too_large"


@pytest.mark.parametrize("size", [(0, 4), (4, 0), (0, 0)])
def test_a_picture_without_pixels_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ImageUserError) as refused:
        decode(pictures.bomb_png(size))
    assert refused.value.code == "invalid_image_file"


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    with pytest.raises(ImageUserError, match="scans"):
        decode(pictures.scan_bomb_jpeg())
    decode(pictures.scan_bomb_jpeg(20))


def test_a_png_of_endless_chunks_is_refused() -> None:
    plain = encoded(ramp(), "PNG")
    with pytest.raises(ImageUserError, match="chunks"):
        decode(plain[:33] + pictures.chunk(b"IDAT", b"") * 100_000 + plain[33:])


def test_a_chunk_that_claims_more_than_there_is_is_refused() -> None:
    plain = encoded(ramp(), "PNG")
    with pytest.raises(ImageUserError):
        decode(plain[:33] + b"\x7f\xff\xff\xfftEXt" + plain[33:])


@pytest.mark.parametrize("param", [None, "image"])
@pytest.mark.parametrize(
    "data",
    [pictures.truncated(encoded(ramp(), "JPEG")), b"GIF89a", pictures.bomb_png((11_000, 10_000))],
)
def test_a_refused_picture_is_let_go_at_once(data: bytes, param: str | None) -> None:
    """Not at the next collection of cycles: it may hold gigabytes."""
    gc.collect()
    gc.disable()
    try:
        with pytest.raises(SfumatoError):
            decode(data, param=param)
        assert not [held for held in gc.get_objects() if type(held) is JpegImageFile]
        assert gc.collect() == 0
    finally:
        gc.enable()


BOMBS = """
import resource, sys
from sfumato.codec.decode import decode
from tests.codec import pictures
bombs = [make() for make in (
    pictures.text_bomb_png, lambda: pictures.text_bomb_png(b"iTXt"),
    lambda: pictures.text_bomb_png(b"iCCP"), pictures.exif_bomb_jpeg,
)]
decode(pictures.encoded(pictures.ramp(), "JPEG", icc_profile=pictures.swapped_profile()))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for bomb in bombs:
    decode(bomb)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_bombs_beside_the_pixels_never_go_off() -> None:
    """A picture with them is read for its pixels; unpacked they are 60 and 300 MB."""
    ran = subprocess.run([sys.executable, "-c", BOMBS], capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 20_000  # KiB


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "an empty file"),
        (b"hello" * 100, "not a PNG, JPEG or WebP"),
        (encoded(ramp(), "GIF"), "a GIF"),
        (encoded(ramp(), "BMP"), "a BMP"),
        (encoded(ramp(), "TIFF"), "a TIFF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "an SVG"),
        (b"<!DOCTYPE html><html><script>1</script></html>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"\0\0\0\x20ftypheic", "a HEIC"),
        (b"PK\x03\x04", "a ZIP archive"),
    ],
)
def test_another_kind_is_refused_by_its_name(data: bytes, name: str) -> None:
    with pytest.raises(InvalidRequest, match=name) as refused:
        decode(data, param="image")
    assert (refused.value.code, refused.value.param) == ("unsupported_file_mimetype", "image")
