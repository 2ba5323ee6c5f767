"""The path and its target: x_t = (1 - t) x_0 + t noise, velocity = noise - x_0; t=1 is noise.

Rectified flow (Liu et al. 2022) with the network predicting x_0 and the loss on the velocity
(Li & He 2025, "Back to basics: let denoising generative models denoise"). Knows nothing about
networks.
"""

import torch
from torch import Tensor

MIN_T = 0.2  # below it the last traces of noise would outweigh the shapes of things


def interpolate(x_0: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """x_t for t of shape (B,)."""
    t = t.view(-1, *[1] * (x_0.ndim - 1))
    return (1 - t) * x_0 + t * noise


def velocity_loss(x_0_predicted: Tensor, x_0: Tensor, t: Tensor, weight: Tensor) -> Tensor:
    """Mean squared error of the velocity (x_t - x_0) / t, `weight` (B, 1, H, W) per pixel."""
    error = (x_0_predicted - x_0) / t.clamp_min(MIN_T).view(-1, 1, 1, 1)
    return (error.square() * weight).sum() / (weight.sum() * x_0.shape[1]).clamp_min(1)


def sample_t(count: int, generator: torch.Generator, mean: float, std: float) -> Tensor:
    """Logit-normal timesteps (Esser et al. 2024), (count,) in (0, 1)."""
    normal = torch.randn(count, generator=generator, device=generator.device)
    return torch.sigmoid(mean + std * normal)
