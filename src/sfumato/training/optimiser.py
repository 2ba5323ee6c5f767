"""Muon on the matrices of the blocks, AdamW on the rest; learning rates by step."""

import torch
from torch import Tensor, nn

from sfumato.training.config import TrainingConfig
from sfumato.training.muon import Muon


class Optimiser:
    """Both optimisers as one; its state is a flat mapping of tensors."""

    def __init__(self, model: nn.Module, config: TrainingConfig, dtype: torch.dtype) -> None:
        self._config = config
        named = list(model.named_parameters())
        matrices = [
            (n, p) for n, p in named if "blocks." in n and p.ndim == 2 and "offset" not in n
        ]
        chosen = {n for n, _ in matrices}
        rest = [(n, p) for n, p in named if n not in chosen]
        self._names = {"muon": [n for n, _ in matrices], "adam": [n for n, _ in rest]}
        self._optimisers: dict[str, torch.optim.Optimizer] = {
            "muon": Muon(
                [p for _, p in matrices],
                lr=config.muon_rate,
                weight_decay=0.01,
                dtype=dtype,
            ),
            "adam": torch.optim.AdamW(
                [p for _, p in rest], lr=config.adam_rate, betas=(0.9, 0.98), weight_decay=0.01
            ),
        }
        self._rates = {"muon": config.muon_rate, "adam": config.adam_rate}

    def step(self, step: int) -> None:
        """Apply the gradients of step `step` (from 0) and clear them."""
        warm = min(1.0, (step + 1) / self._config.warmup)
        for name, optimiser in self._optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = self._rates[name] * warm
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)

    def tensors(self) -> dict[str, Tensor]:
        """The whole state, flat: `muon.<parameter>.momentum_buffer` and so on."""
        flat = {}
        for kind, optimiser in self._optimisers.items():
            for index, state in optimiser.state_dict()["state"].items():
                for key, value in state.items():
                    tensor = torch.as_tensor(value, dtype=torch.float32)
                    flat[f"{kind}.{self._names[kind][index]}.{key}"] = tensor
        return flat

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Take over a state that `tensors` wrote."""
        for kind, optimiser in self._optimisers.items():
            whole = optimiser.state_dict()
            for index, name in enumerate(self._names[kind]):
                prefix = f"{kind}.{name}."
                found = {
                    k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)
                }
                if found:
                    whole["state"][index] = found
            optimiser.load_state_dict(whole)
