"""Muon (Jordan et al. 2024): momentum, orthogonalised by Newton–Schulz, in the precision asked for.

torch.optim.Muon iterates in bfloat16 only, which a CPU without bf16 instructions emulates a
hundred times slower than float32; and it goes matrix by matrix where one batched product does.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn import Parameter

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
RMS_OF_ADAMW = 0.2  # update size that lets both optimisers share a learning rate (Liu et al. 2025)


class Muon(torch.optim.Optimizer):
    """For 2-D parameters. State: `momentum_buffer`."""

    def __init__(
        self,
        params: Iterable[Parameter],
        *,
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self._dtype = dtype

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # we never re-evaluate
        """Update every parameter that has a gradient; matrices of one shape go together."""
        for group in self.param_groups:
            shapes: dict[tuple[int, ...], list[Tensor]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes[tuple(parameter.shape)].append(parameter)
            for shape, parameters in shapes.items():
                updates = orthogonalise(self._momenta(parameters, group["momentum"]), self._dtype)
                scale = RMS_OF_ADAMW * max(shape) ** 0.5
                for parameter, update in zip(parameters, updates, strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update.to(parameter.dtype), alpha=-group["lr"] * scale)

    def _momenta(self, parameters: list[Tensor], momentum: float) -> Tensor:
        """Nesterov momenta of same-shaped parameters, stacked."""
        nesterov = []
        for parameter in parameters:
            grad = parameter.grad
            assert grad is not None
            state = self.state[parameter]
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = torch.zeros_like(grad)
            buffer = state["momentum_buffer"]
            buffer.lerp_(grad, 1 - momentum)
            nesterov.append(grad.lerp(buffer, momentum))
        return torch.stack(nesterov)


def orthogonalise(matrices: Tensor, dtype: torch.dtype) -> Tensor:
    """(M, rows, columns) → the nearest semi-orthogonal ones, roughly: singular values near 1."""
    x: Tensor = matrices.to(dtype)
    wide = x.shape[-1] >= x.shape[-2]
    x = x if wide else x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x if wide else x.mT
