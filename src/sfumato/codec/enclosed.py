"""Which part of a drawing lies outside its strokes, reached from the border. Knows no files.

Rows are cut into runs of free pixels, and the runs are walked as a graph: the time grows with the
drawing's outline, also for a maze.
"""

import numpy as np
from numpy.typing import NDArray

MAX_RUNS = 2_000_000  # a second or two of walking; a drawing has some thousands


def outside(drawn: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """(H, W): free pixels joined to the border by free pixels side by side, not over corners.

    None when there are more than MAX_RUNS runs.
    """
    height, width = drawn.shape
    starts, ends = _runs(drawn)
    if len(starts) > MAX_RUNS:
        return None
    reached = _reached(starts, ends, height, width)
    edges = np.zeros(height * width + 1, np.int8)
    edges[starts[reached]] = 1
    edges[ends[reached]] -= 1
    return np.cumsum(edges[:-1], dtype=np.int8).reshape(height, width).astype(bool)


def _runs(drawn: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Flat index of the first pixel of each free run, and of the one after its last, in order."""
    height, width = drawn.shape
    walled = np.ones((height, width + 1), bool)
    walled[:, :-1] = drawn
    flat = walled.ravel()
    before = np.concatenate(([True], flat[:-1]))
    starts, ends = np.flatnonzero(before & ~flat), np.flatnonzero(~before & flat)
    return starts - starts // (width + 1), ends - ends // (width + 1)


def _reached(
    starts: NDArray[np.int64], ends: NDArray[np.int64], height: int, width: int
) -> NDArray[np.bool_]:
    """Which runs are joined to the border."""
    last = ends - 1
    on_border = (starts % width == 0) | (last % width == width - 1)
    on_border |= (starts < width) | (starts >= (height - 1) * width)
    above, below = (_neighbours(starts, last, shift) for shift in (-width, width))
    reached = bytearray(on_border.astype(np.uint8).tobytes())
    waiting = np.flatnonzero(on_border).tolist()
    while waiting:
        run = waiting.pop()
        for first, end in (above[run], below[run]):
            for other in range(first, end):
                if not reached[other]:
                    reached[other] = 1
                    waiting.append(other)
    return np.frombuffer(reached, np.uint8).astype(bool)


def _neighbours(
    starts: NDArray[np.int64], last: NDArray[np.int64], shift: int
) -> list[tuple[int, int]]:
    """For each run, the range of those that it touches one row further."""
    first = np.searchsorted(last, starts + shift, side="left")
    end = np.searchsorted(starts, last + shift, side="right")
    return list(zip(first.tolist(), end.tolist(), strict=True))
