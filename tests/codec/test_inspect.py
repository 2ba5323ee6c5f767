"""What the server learns of an input picture before it accepts a job."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sfumato.codec.credentials import Credentials, open_credentials
from sfumato.codec.decode import decode
from sfumato.codec.finish import finish
from sfumato.codec.inspect import inspect
from sfumato.core import Source
from sfumato.errors import ImageUserError, InvalidRequest
from tests.codec.pictures import (
    DIGEST,
    SNAPSHOT,
    encoded,
    oriented_jpeg,
    params,
    picture,
    pixels,
    polyglot,
    ramp,
    truncated,
)


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return open_credentials(tmp_path_factory.mktemp("home"))


def test_a_photograph_is_told_by_its_size_kind_and_hashes(credentials: Credentials) -> None:
    data = oriented_jpeg(6)
    facts = inspect(data, credentials)
    assert (facts.width, facts.height, facts.media_type) == (32, 48, "image/jpeg")
    assert not facts.has_alpha and facts.recipe is None and not facts.ours
    assert facts.file_sha256 == hashlib.sha256(data).hexdigest()
    assert facts.pixels_sha256 == Source(pixels=decode(data)).sha256


def test_the_pixels_have_one_hash_in_every_lossless_file(credentials: Credentials) -> None:
    canvas = Image.fromarray(pixels(transparent=True))
    png = inspect(encoded(canvas, "PNG"), credentials)
    webp = inspect(encoded(canvas, "WEBP", lossless=True, exact=True), credentials)
    assert png.pixels_sha256 == webp.pixels_sha256
    assert png.file_sha256 != webp.file_sha256
    assert png.has_alpha and webp.has_alpha


def test_an_alpha_channel_that_is_opaque_everywhere_is_no_alpha(credentials: Credentials) -> None:
    assert not inspect(encoded(ramp("RGBA"), "PNG"), credentials).has_alpha


def test_a_picture_of_ours_brings_its_recipe(credentials: Credentials, tmp_path: Path) -> None:
    image = finish(picture(), params(), SNAPSHOT, DIGEST, credentials, 0)
    facts = inspect(image.data, credentials)
    assert (facts.recipe, facts.ours) == (image.recipe, True)
    elsewhere = inspect(image.data, open_credentials(tmp_path))
    assert (elsewhere.recipe, elsewhere.ours) == (image.recipe, False)


def test_a_picture_of_ours_with_more_behind_its_end_is_ours_no_longer(
    credentials: Credentials,
) -> None:
    image = finish(picture(), params(), SNAPSHOT, DIGEST, credentials, 0)
    facts = inspect(polyglot(image.data), credentials)
    assert not facts.ours
    assert facts.pixels_sha256 == Source(pixels=pixels()).sha256


def test_a_cut_picture_is_refused_now_and_not_while_it_is_edited(credentials: Credentials) -> None:
    with pytest.raises(ImageUserError) as refused:
        inspect(truncated(encoded(ramp(), "JPEG")), credentials, param="image[3]")
    assert (refused.value.code, refused.value.param) == ("invalid_image_file", "image[3]")


def test_another_kind_names_its_field(credentials: Credentials) -> None:
    with pytest.raises(InvalidRequest, match="a GIF") as refused:
        inspect(encoded(ramp(), "GIF"), credentials, param="image[3]")
    assert refused.value.param == "image[3]"


def test_a_clear_picture_of_ours_has_alpha(credentials: Credentials) -> None:
    clear = replace(picture(), pixels=np.zeros((4, 4, 4), np.uint8))
    image = finish(clear, params(background="transparent"), SNAPSHOT, DIGEST, credentials, 0)
    assert inspect(image.data, credentials).has_alpha
