"""A mask or a markup says where a picture may change, or is refused with the reason."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sfumato.codec.mask import decode_markup, decode_mask
from sfumato.errors import ImageUserError, InvalidRequest
from tests.codec.pictures import bomb_png, drawing, encoded, hole, ramp, truncated

SIZE = (48, 32)


def _refusal(read: Callable[..., object], data: bytes, size: tuple[int, int] = SIZE) -> str:
    with pytest.raises(ImageUserError) as refused:
        read(data, size)
    kind = "mask" if read is decode_mask else "markup"
    assert (refused.value.code, refused.value.param) == (f"invalid_{kind}_image_format", None)
    return refused.value.message


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_a_mask_is_the_alpha_of_its_file(file_format: str) -> None:
    mask = decode_mask(encoded(hole(), file_format, lossless=True), SIZE)
    assert mask.shape == (32, 48)
    assert mask[:, :24].max() == 0 and mask[:, 24:].min() == 255


def test_a_mask_may_be_soft() -> None:
    image = ramp("RGBA")
    image.putalpha(ramp("L"))
    assert len(np.unique(decode_mask(encoded(image, "PNG"), SIZE))) > 20


def test_a_palette_with_a_clear_colour_is_a_mask() -> None:
    image = hole().convert("P")
    image.info["transparency"] = image.getpixel((0, 0))
    assert decode_mask(encoded(image, "PNG"), SIZE)[0, 0] == 0


def test_a_mask_of_another_size_is_refused_and_told_both() -> None:
    said = _refusal(decode_mask, encoded(hole((32, 48)), "PNG"))
    assert "32x48" in said and "48x32" in said


def test_a_mask_is_measured_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    mask = decode_mask(encoded(hole((32, 48)), "PNG", exif=exif), SIZE)
    assert mask[:16].max() == 0 and mask[16:].min() == 255  # its left half lies on top


@pytest.mark.parametrize("data", [encoded(ramp(), "PNG"), encoded(ramp(), "JPEG")])
def test_a_mask_without_alpha_is_refused(data: bytes) -> None:
    assert "no alpha channel" in _refusal(decode_mask, data)


def test_a_mask_that_is_opaque_everywhere_is_refused() -> None:
    assert "nothing may change" in _refusal(decode_mask, encoded(ramp("RGBA"), "PNG"))


def test_a_mask_of_a_huge_size_is_refused_by_its_head_alone() -> None:
    """It has no pixels, and nobody looks for them."""
    assert "9000x9000" in _refusal(decode_mask, bomb_png((9000, 9000)))


def test_a_cut_mask_names_its_field() -> None:
    with pytest.raises(ImageUserError) as refused:
        decode_mask(truncated(encoded(hole(), "PNG")), SIZE)
    assert (refused.value.code, refused.value.param) == ("invalid_image_file", "mask")


def test_a_mask_of_another_kind_names_its_field() -> None:
    with pytest.raises(InvalidRequest, match="a GIF") as refused:
        decode_mask(encoded(ramp(), "GIF"), SIZE)
    assert (refused.value.code, refused.value.param) == ("unsupported_file_mimetype", "mask")


def test_a_ring_drawn_on_a_picture_means_all_inside_it() -> None:
    mask = decode_markup(encoded(drawing(), "PNG"), SIZE)
    assert mask[16, 24] == 0  # the middle, where nothing is drawn
    assert mask[16, 11] == 0  # the stroke
    assert mask[0, 0] == 255 and mask[16, 45] == 255
    assert set(np.unique(mask)) == {0, 255}


def test_an_open_stroke_means_itself() -> None:
    image = Image.new("RGBA", SIZE)
    ImageDraw.Draw(image).arc((10, 6, 38, 26), 0, 300, fill=(255, 0, 0, 255), width=2)
    alpha = np.asarray(image)[..., 3]
    mask = decode_markup(encoded(image, "PNG"), SIZE)
    assert np.array_equal(mask == 0, alpha > 0)


def test_a_faint_stroke_counts() -> None:
    image = drawing()
    image.putalpha(image.getchannel("A").point([value // 64 for value in range(256)]))
    assert decode_markup(encoded(image, "PNG"), SIZE)[16, 24] == 0


def test_a_markup_that_says_nothing_is_refused() -> None:
    assert "nothing is drawn" in _refusal(decode_markup, encoded(Image.new("RGBA", SIZE), "PNG"))
    assert "no transparent" in _refusal(decode_markup, encoded(ramp("RGBA"), "PNG"))
    assert "no transparent" in _refusal(decode_markup, encoded(ramp(), "PNG"))


def test_a_frame_around_everything_is_refused() -> None:
    image = Image.new("RGBA", SIZE)
    ImageDraw.Draw(image).rectangle((0, 0, 47, 31), outline=(255, 0, 0, 255))
    assert "whole picture" in _refusal(decode_markup, encoded(image, "PNG"))


def test_a_markup_of_another_size_is_refused() -> None:
    assert "20x20" in _refusal(decode_markup, encoded(drawing((20, 20)), "PNG"))
