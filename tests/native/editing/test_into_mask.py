"""Things of other pictures under the mask of the first, by the shipped snapshot, small."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import sfumato
from sfumato.core import EditInputs, ImageParams, Mask, Picture, Pixels, Source
from sfumato.engines.native import NativeEngine
from sfumato.errors import SfumatoError
from sfumato.registry.snapshot import read_snapshot

SIZE = 128
SHIPPED = Path(sfumato.__file__).parent / "snapshots"
BLUE = (30, 120, 220, 255)


@pytest.fixture(scope="module")
def engine() -> Iterator[NativeEngine]:
    native = NativeEngine(threads=2)
    native.load(read_snapshot(max(SHIPPED.glob("*.json"))))
    yield native
    native.unload()


def noise() -> Source:
    pixels = np.random.default_rng(4).integers(0, 256, (SIZE, SIZE, 4), np.uint8)
    pixels[..., 3] = 255
    return Source(pixels=pixels)


def ball(colour: tuple[int, ...] = BLUE) -> Source:
    """A disc on white: it can be cut out by its border's colour."""
    y, x = np.mgrid[0:90, 0:90] - 45
    pixels: Pixels = np.full((90, 90, 4), 255, np.uint8)
    pixels[x**2 + y**2 < 35**2] = colour
    return Source(pixels=pixels)


def hole() -> Mask:
    mask = np.full((SIZE, SIZE), 255, np.uint8)
    mask[24:104, 12:116] = 0
    return mask


def composed(engine: NativeEngine, said: str, *others: Source) -> tuple[Source, Picture]:
    source = noise()
    params = ImageParams(prompt=said, width=SIZE, height=SIZE, quality="low", seed=3)
    inputs = EditInputs(pictures=(source, *others), mask=hole())
    picture = None
    for picture in engine.edit(params, inputs):  # noqa: B007 the last frame is the picture
        pass
    assert isinstance(picture, Picture)
    return source, picture


@pytest.mark.parametrize(
    "said",
    [
        "put the ball from the second picture here",
        "replace it with the ball of picture 2",
        "fill the hole with image 2",
    ],
)
def test_the_thing_goes_where_the_mask_is_open(engine: NativeEngine, said: str) -> None:
    source, after = composed(engine, said, ball())
    kept = hole() == 255
    assert np.array_equal(after.pixels[kept], source.pixels[kept])
    middle = after.pixels[60:68, 60:68, :3].reshape(-1, 3).mean(0)
    assert np.abs(middle - BLUE[:3]).max() < 60
    assert after.unmatched == ()


def test_several_things_share_the_room(engine: NativeEngine) -> None:
    said = "put the ball of picture 2 here. add the ball of the third picture"
    _, after = composed(engine, said, ball(), ball((220, 40, 40, 255)))
    left, right = after.pixels[64, 38, :3].astype(int), after.pixels[64, 90, :3].astype(int)
    assert left[2] > left[0] and right[0] > right[2]
    assert len(after.settings["changes"]) == 2


def test_a_picture_that_the_instruction_leaves_out_is_named(engine: NativeEngine) -> None:
    with pytest.raises(SfumatoError, match="picture 2"):
        composed(engine, "make it pretty", ball())
