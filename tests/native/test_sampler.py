import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfumato.native.sampler import Array, Sampler, euler, heun
from sfumato.native.schedule import linear

SAMPLERS = pytest.mark.parametrize("sampler", [euler, heun])


@SAMPLERS
def test_a_straight_path_is_followed_exactly(sampler: Sampler) -> None:
    picture = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    noise = np.ones_like(picture)

    def velocity(x: Array, t: float) -> Array:
        return noise - picture

    steps = list(sampler(velocity, noise, linear(5)))
    assert np.allclose(steps[-1].x_t, picture, atol=1e-6)
    assert all(np.allclose(step.x_0, picture, atol=1e-6) for step in steps)


def test_heun_is_closer_to_an_exponential_than_euler() -> None:
    def velocity(x: Array, t: float) -> Array:
        return x

    start = np.ones(1, np.float32)
    exact = np.exp(-1.0)
    errors = {s: abs(list(s(velocity, start, linear(8)))[-1].x_t[0] - exact) for s in (euler, heun)}
    assert errors[heun] < 0.2 * errors[euler]


@SAMPLERS
def test_nothing_is_computed_before_it_is_pulled(sampler: Sampler) -> None:
    times: list[float] = []

    def velocity(x: Array, t: float) -> Array:
        times.append(t)
        return x

    steps = sampler(velocity, np.ones(1, np.float32), linear(10))
    assert times == []
    next(steps)
    assert min(times) >= 0.9 - 1e-9


@given(steps=st.integers(1, 60), start=st.floats(0.05, 1))
def test_a_schedule_falls_evenly_from_its_start_to_zero(steps: int, start: float) -> None:
    schedule = linear(steps, start)
    assert len(schedule) == steps + 1
    assert schedule[0] == start
    assert schedule[-1] == 0
    assert np.allclose(np.diff(schedule), -start / steps)
