import numpy as np
import pytest

from sfumato.core import Pixels
from sfumato.native.canvas import (
    BASES,
    base_size,
    changed_share,
    enlarge,
    merge,
    opaque,
    shrink,
    without_haze,
)


def _draft(width: int = 256, height: int = 256) -> Pixels:
    """A red disc on clear ground with a hard edge."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[x**2 + y**2 < 0.5] = (200, 30, 30, 255)
    return pixels


@pytest.mark.parametrize(
    ("width", "height", "base"),
    [
        (1024, 1024, (64, 64)),
        (1536, 1024, (56, 80)),
        (1024, 1536, (80, 56)),
        (3840, 1280, (48, 88)),
    ],
)
def test_the_base_canvas_has_the_nearest_aspect(
    width: int, height: int, base: tuple[int, int]
) -> None:
    assert base_size(width, height) == base


def test_a_painting_that_agrees_leaves_the_draft_to_the_bit() -> None:
    draft = _draft()
    assert merge(shrink(draft, (64, 64)), draft) is draft


def test_a_change_shows_where_it_was_painted_and_nowhere_else() -> None:
    draft = _draft()
    painted = shrink(draft, (64, 64))
    painted[:3, 28:36, 28:36] = np.array([-0.8, 0.5, -0.8])[:, None, None]
    merged = merge(painted, draft)
    inside, far = merged[124:132, 124:132], np.ones(draft.shape[:2], bool)
    far[80:176, 80:176] = False
    assert (inside[..., 1] > inside[..., 0]).all()
    assert np.array_equal(merged[far], draft[far])
    assert 0 < changed_share(draft, merged) < 0.15


@pytest.mark.parametrize("base", BASES)
def test_enlarging_keeps_flat_colours(base: tuple[int, int]) -> None:
    picture = np.ones((4, *base), np.float32) * np.float32(0.2)
    picture[3] = 1
    pixels = enlarge(picture, 320, 256)
    assert pixels.shape == (256, 320, 4)
    assert (pixels == (153, 153, 153, 255)).all()


def test_opaque_lays_over_white() -> None:
    pixels = np.array([[[0, 0, 0, 0], [10, 20, 30, 255], [0, 0, 0, 128]]], np.uint8)
    assert opaque(pixels).tolist() == [[[255] * 4, [10, 20, 30, 255], [127, 127, 127, 255]]]


def test_a_faint_change_leaves_no_halo_around_a_cut_out() -> None:
    draft = _draft()
    painted = shrink(draft, (64, 64))
    painted[3] = np.minimum(painted[3] + 0.3, 1)
    merged = merge(painted, draft)
    assert (merged[draft[..., 3] == 0] == 0).all()


def test_what_is_all_but_clear_becomes_clear() -> None:
    pixels = np.full((2, 2, 4), 200, np.uint8)
    pixels[0, :, 3] = 9
    cleaned = without_haze(pixels)
    assert (cleaned[0] == 0).all()
    assert (cleaned[1] == 200).all()
