"""What reaches the decoder: pixels, and nothing that lies beside or behind them."""

import pytest
from PIL import Image

from sfumato.codec.container import Broken, bare_jpeg, bare_png
from tests.codec.pictures import chunk, encoded, exif_bomb_jpeg, polyglot, ramp, swapped_profile


def test_a_png_keeps_its_pixels_and_gives_out_what_it_says_of_them() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    data = encoded(ramp(), "PNG", exif=exif, icc_profile=swapped_profile())
    noted = data[:33] + chunk(b"tEXt", b"note\0secret") + chunk(b"caBX", b"secret") + data[33:]
    bare = bare_png(polyglot(noted))
    assert bare.data == encoded(ramp(), "PNG")
    assert bare.exif[:2] in (b"II", b"MM")
    assert bare.profile == swapped_profile()


def test_a_jpeg_keeps_its_pixels_and_its_colours() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    plain = encoded(ramp(), "JPEG", icc_profile=swapped_profile())
    data = encoded(ramp(), "JPEG", exif=exif, icc_profile=swapped_profile(), comment=b"secret")
    assert bare_jpeg(polyglot(data)).data == plain
    assert bare_jpeg(data).exif[:2] in (b"II", b"MM")


def test_the_second_picture_of_a_jpeg_is_left_out() -> None:
    several = encoded(ramp(), "MPO", save_all=True, append_images=[ramp().rotate(180)])
    assert bare_jpeg(several).data == bare_jpeg(encoded(ramp(), "JPEG")).data


def test_a_directory_of_tags_never_reaches_the_decoder() -> None:
    assert bare_jpeg(exif_bomb_jpeg()).data == encoded(ramp(), "JPEG")


def test_a_png_without_its_end_is_broken() -> None:
    with pytest.raises(Broken, match="cut off"):
        bare_png(encoded(ramp(), "PNG")[:-12])
