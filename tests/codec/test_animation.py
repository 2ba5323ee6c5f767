"""A GIF read back by another decoder shows the frames, their time and their clear pixels."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from sfumato.codec.animation import encode_gif
from sfumato.core import Pixels
from tests.codec.pictures import pixels


def _frames(*, transparent: bool = False) -> list[Pixels]:
    return [np.roll(pixels(transparent=transparent), 7 * i, axis=1) for i in range(4)]


def _read(data: bytes) -> tuple[list[NDArray[np.uint8]], list[int]]:
    shown, times = [], []
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["loop"] == 0
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            shown.append(np.asarray(image.convert("RGBA")))
            times.append(image.info["duration"])
    return shown, times


def test_every_frame_is_shown_for_its_time() -> None:
    frames = _frames()
    shown, times = _read(encode_gif(frames, 200))
    assert times == [200] * 4
    for frame, seen in zip(frames, shown, strict=True):
        assert (seen[..., 3] == 255).all()
        assert np.abs(seen[..., :3].astype(int) - frame[..., :3]).mean() < 10


@pytest.mark.parametrize(("asked", "shown"), [(20, 20), (204, 200), (205, 210), (1, 10)])
def test_time_is_rounded_to_hundredths_of_a_second(asked: int, shown: int) -> None:
    assert _read(encode_gif(_frames(), asked))[1][0] == shown


def test_clear_pixels_stay_clear_in_every_frame() -> None:
    frames = _frames(transparent=True)
    shown, _ = _read(encode_gif(frames, 100, transparent=True))
    for frame, seen in zip(frames, shown, strict=True):
        assert np.array_equal(seen[..., 3] == 255, frame[..., 3] >= 128)


def test_an_opaque_gif_drops_alpha() -> None:
    shown, _ = _read(encode_gif(_frames(transparent=True), 100))
    assert all((seen[..., 3] == 255).all() for seen in shown)


def test_equal_neighbours_are_shown_as_one_for_the_time_of_both() -> None:
    first, second, *_ = _frames()
    assert _read(encode_gif([first, first, second], 100))[1] == [200, 100]


def test_a_picture_that_is_clear_everywhere_is_a_gif_too() -> None:
    shown, _ = _read(encode_gif([np.zeros((8, 8, 4), np.uint8)], 100, transparent=True))
    assert (shown[0][..., 3] == 0).all()


@pytest.mark.parametrize("transparent", [False, True])
def test_the_same_frames_give_the_same_bytes(transparent: bool) -> None:
    frames = _frames(transparent=True)
    once, again = (encode_gif(frames, 100, transparent=transparent) for _ in range(2))
    assert once == again
