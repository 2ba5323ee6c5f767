"""What lies outside a drawing, against a plain flood fill by another library."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sfumato.codec import enclosed
from sfumato.codec.enclosed import outside


def _flooded(drawn: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pillow's flood fill from a clear frame around the drawing."""
    framed = np.pad(np.where(drawn, np.uint8(255), np.uint8(0)), 1)
    image = Image.fromarray(framed).copy()  # an array's own picture cannot be painted on
    ImageDraw.floodfill(image, (0, 0), 100)
    seen: NDArray[np.bool_] = np.asarray(image)[1:-1, 1:-1] == 100
    return seen


def _same(drawn: NDArray[np.bool_]) -> bool:
    found = outside(drawn)
    return found is not None and np.array_equal(found, _flooded(drawn))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 14), st.integers(1, 14), st.floats(0.05, 0.95), st.integers(0, 2**32 - 1))
def test_any_drawing_is_flooded_as_another_library_floods_it(
    height: int, width: int, density: float, seed: int
) -> None:
    assert _same(np.random.default_rng(seed).random((height, width)) < density)


def test_a_spiral_is_followed_to_its_middle() -> None:
    assert _same(_spiral(81))
    closed = _spiral(81)
    closed[0], closed[-1], closed[:, 0], closed[:, -1] = True, True, True, True
    assert not _flooded(closed).any()
    assert _same(closed)


def test_a_diagonal_stroke_is_closed() -> None:
    drawn = np.zeros((9, 9), bool)
    for x, y in ((4, 1), (5, 2), (6, 3), (7, 4), (6, 5), (5, 6), (4, 7), (3, 6), (2, 5), (1, 4)):
        drawn[y, x] = True
    drawn[3, 2] = drawn[2, 3] = True
    assert _same(drawn) and not _flooded(drawn)[4, 4]


def test_noise_that_would_take_long_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosed, "MAX_RUNS", 100)
    assert outside(np.indices((40, 40)).sum(axis=0) % 2 == 0) is None


def _spiral(size: int) -> NDArray[np.bool_]:
    drawn = np.zeros((size, size), bool)
    for i in range(2, size // 2, 4):
        drawn[i, i - 2 : size - i] = True
        drawn[i : size - i, size - i - 1] = True
        drawn[size - i - 1, i : size - i] = True
        drawn[i + 2 : size - i, i] = True
    return drawn
