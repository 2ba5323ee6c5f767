"""Schedules: plain lists of timesteps from a start down to 0. t=1 is noise, t=0 the picture."""


def linear(steps: int, start: float = 1.0) -> list[float]:
    """`steps` + 1 equally spaced timesteps from `start` to 0."""
    return [start * (1 - step / steps) for step in range(steps + 1)]
