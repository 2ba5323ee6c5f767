"""Samplers: pure functions that integrate dx/dt = velocity(x, t) along a schedule.

Each is a generator of `Step`: previews are `x_0`, the last is the picture, and whoever stops
pulling stops the work. Knows nothing about networks, pictures or prompts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Velocity: TypeAlias = Callable[[Array, float], Array]
Sampler: TypeAlias = Callable[[Velocity, Array, Sequence[float]], Iterator["Step"]]


@dataclass(frozen=True, slots=True)
class Step:
    """State after one step: `x_t` at the step's end and the estimate `x_0` of the picture."""

    x_t: Array
    x_0: Array


def euler(velocity: Velocity, x: Array, schedule: Sequence[float]) -> Iterator[Step]:
    """First-order steps (Euler), one velocity each."""
    for t, t_next in pairwise(schedule):
        v = velocity(x, t)
        x_0 = x - np.float32(t) * v
        x = x + np.float32(t_next - t) * v
        yield Step(x, x_0)


def heun(velocity: Velocity, x: Array, schedule: Sequence[float]) -> Iterator[Step]:
    """Second-order steps (Heun; Karras et al. 2022, Algorithm 1), Euler on the last to t=0."""
    for t, t_next in pairwise(schedule):
        v = velocity(x, t)
        ahead = x + np.float32(t_next - t) * v
        if t_next > 0:
            v = (v + velocity(ahead, t_next)) * np.float32(0.5)
        x_0 = x - np.float32(t) * v
        x = x + np.float32(t_next - t) * v
        yield Step(x, x_0)
