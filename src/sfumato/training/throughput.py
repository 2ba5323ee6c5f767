"""The device at work: in which precision, how many operations a step takes, how many it can do.

Knows nothing about data.
"""

import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

SIDE = {"cpu": 1024, "cuda": 8192}  # of the matrices that measure the peak
REPEATS = 5


def precision(wanted: str, device: torch.device) -> torch.dtype:
    """The type to compute in: `wanted`, or float32 where the device would only imitate it."""
    dtype: torch.dtype = getattr(torch, wanted)
    native = device.type != "cpu" or bool(torch.cpu._is_avx512_bf16_supported())
    return dtype if native else torch.float32


def count_flops(step: Callable[[], Tensor]) -> float:
    """Operations of `step` and its backward pass; a multiply-add counts as two."""
    with FlopCounterMode(display=False) as counter:
        torch.autograd.backward(step())
    return float(counter.get_total_flops())


def peak_flops(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second of a large matrix product here: the bar that utilisation is held to."""
    side = SIDE.get(device.type, SIDE["cpu"])
    matrix = torch.randn(side, side, device=device).to(dtype)
    best = min(_seconds(matrix) for _ in range(REPEATS))
    return 2 * side**3 / best


def _seconds(matrix: Tensor) -> float:
    started = time.perf_counter()
    float((matrix @ matrix)[0, 0])  # reading one value waits for the device
    return time.perf_counter() - started
