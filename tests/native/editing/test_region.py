"""Which pixels may change, and that no other does."""

import numpy as np
import pytest

from sfumato.errors import ImageUserError
from sfumato.native.editing.cutting import cut_out
from sfumato.native.editing.region import base_mask, blend, feathered, from_mask, toned
from sfumato.native.editing.surroundings import continued, fitted


def _noise(size: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 4), np.uint8)


@pytest.mark.parametrize("size", [256, 1024])
def test_the_feather_ends_within_sixteen_pixels_of_1024(size: int) -> None:
    changed = np.zeros((size, size), bool)
    changed[size // 2, size // 2] = True
    weight = feathered(changed)
    assert weight[changed].min() == 1
    y, x = np.nonzero(weight > 0)
    assert np.hypot(y - size // 2, x - size // 2).max() <= 16 * size / 1024


def test_blending_keeps_and_takes_pixels_to_the_bit() -> None:
    kept, fresh = _noise(16, 1), _noise(16, 2)
    weight = np.zeros((16, 16), np.float32)
    weight[4:8], weight[8:] = 0.5, 1
    mixed = blend(kept, fresh, weight)
    assert np.array_equal(mixed[:4], kept[:4]) and np.array_equal(mixed[8:], fresh[8:])
    assert not np.array_equal(mixed[4:8], kept[4:8])


def test_a_mask_between_blends_linearly() -> None:
    mask = np.array([[0, 51, 255]], np.uint8)
    black, white = (np.full((1, 3, 4), (v, v, v, 255), np.uint8) for v in (0, 255))
    assert blend(black, white, from_mask(mask))[0, :, 0].tolist() == [255, 204, 0]


def test_the_base_mask_covers_every_pixel_that_may_change() -> None:
    weight = np.zeros((100, 60), np.float32)
    weight[99, 0] = 0.01
    mask = base_mask(weight, (10, 6))
    assert mask.shape == (1, 10, 6)
    assert np.argwhere(mask[0] == 1).tolist() == [[9, 0]]


def test_the_tone_around_a_region_is_continued_into_it() -> None:
    kept = np.full((64, 64, 4), (110, 120, 130, 255), np.uint8)
    fresh = np.full((64, 64, 4), (100, 120, 140, 255), np.uint8)
    weight = np.zeros((64, 64), np.float32)
    weight[20:40, 20:40] = 1
    assert toned(fresh, kept, weight)[30, 30].tolist() == [110, 120, 130, 255]


def test_a_hole_is_filled_by_what_is_around_it() -> None:
    picture = np.full((32, 32, 4), (200, 100, 50, 255), np.uint8)
    picture[10:20, 10:20] = 0
    hole = np.zeros((32, 32), np.float32)
    hole[10:20, 10:20] = 1
    assert np.abs(continued(picture, hole).astype(int) - (200, 100, 50, 255)).max() <= 1


def test_another_size_keeps_the_picture_whole() -> None:
    picture = np.full((20, 40, 4), (10, 20, 30, 255), np.uint8)
    assert fitted(picture, 64, 64).shape == (64, 64, 4)
    assert fitted(picture, 40, 20) is picture


def test_a_thing_is_cut_out_by_alpha_or_by_an_even_border() -> None:
    clear = np.zeros((20, 20, 4), np.uint8)
    clear[5:15, 8:12] = (200, 0, 0, 255)
    assert cut_out(clear).shape == (10, 4, 4)
    on_white = np.full((40, 40, 4), 255, np.uint8)
    on_white[10:30, 10:20] = (200, 0, 0, 255)
    on_white[15:20, 12:18] = 255  # white inside the thing stays
    cut = cut_out(on_white)
    assert cut.shape == (20, 10, 4)
    assert (cut[..., 3] == 255).all()


def test_a_picture_without_an_even_border_is_not_guessed_at() -> None:
    busy = _noise(32, 3)
    busy[..., 3] = 255
    with pytest.raises(ImageUserError, match="transparent background"):
        cut_out(busy)
