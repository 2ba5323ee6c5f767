"""The upscaler's network: a base canvas → four times its size, then twice as often as needed.

Vectors look alike at every scale, so one light step serves every doubling; only the first step,
which also sharpens what a denoiser painted, is given width. Pictures are (B, 4, h, w) premultiplied
RGBA in [0, 1]. Knows nothing about data, losses or files.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = 4
FIRST = 4  # the first step's factor
NEXT = 2  # every further one's
LEAK = 0.1  # slope of the activation below zero


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscalerConfig:
    """Channels and 3x3 convolutions of the body of each step."""

    first_width: int = 24
    first_depth: int = 6
    next_width: int = 16
    next_depth: int = 3


class Upscaler(nn.Module):
    """`first` and `next`; called, it takes each one step, as the exported file does."""

    def __init__(self, config: UpscalerConfig) -> None:
        super().__init__()
        self.config = config
        self.first = Enlargement(config.first_width, config.first_depth, FIRST)
        self.next = Enlargement(config.next_width, config.next_depth, NEXT)

    def forward(self, canvas: Tensor, picture: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 4, h, w), (B, 4, y, x) → valid pictures (B, 4, 4h, 4w), (B, 4, 2y, 2x)."""
        return valid(self.first(canvas)), valid(self.next(picture))


class Enlargement(nn.Module):
    """What convolutions at the picture's own size add to its bilinear enlargement (sub-pixel
    convolution, Shi et al. 2016); (B, 4, h, w) → (B, 4, factor·h, factor·w), not clipped."""

    def __init__(self, width: int, depth: int, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.stem = Convolution(CHANNELS, width)
        self.body = nn.ModuleList(Convolution(width, width) for _ in range(depth))
        self.head = Convolution(width, CHANNELS * factor**2)
        nn.init.zeros_(self.head.weight)
        self.register_buffer("bilinear", bilinear_kernel(factor), persistent=False)
        self.bilinear: Tensor

    def forward(self, picture: Tensor) -> Tensor:
        features = functional.leaky_relu(self.stem(picture), LEAK)
        carried = features
        for index, layer in enumerate(self.body):
            features = functional.leaky_relu(layer(features), LEAK)
            if index % 2:
                carried = features = features + carried
        smooth = functional.conv2d(picture, self.bilinear, padding=1)
        return functional.pixel_shuffle(smooth + self.head(features), self.factor)


class Convolution(nn.Module):
    """3x3, zeros around; its weight is kept as the matrix (out, 9·in) that Muon needs."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, 9 * inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.kaiming_normal_(self.weight, a=LEAK)

    def forward(self, features: Tensor) -> Tensor:
        weight = self.weight.view(len(self.weight), -1, 3, 3)
        return functional.conv2d(features, weight, self.bias, padding=1)


def bilinear_kernel(factor: int) -> Tensor:
    """(4·factor², 4, 3, 3): a convolution that, after the pixel shuffle, enlarges bilinearly."""
    offsets = (torch.arange(factor) + 0.5) / factor - 0.5
    line = torch.stack([(-offsets).clamp(min=0), 1 - offsets.abs(), offsets.clamp(min=0)], 1)
    phases = torch.einsum("iy,jx->ijyx", line, line).reshape(factor**2, 3, 3)
    return torch.einsum("cd,pyx->cpdyx", torch.eye(CHANNELS), phases).reshape(
        CHANNELS * factor**2, CHANNELS, 3, 3
    )


def valid(picture: Tensor) -> Tensor:
    """Alpha in [0, 1] and each colour in [0, alpha]: what premultiplied pixels can be."""
    inside = picture.clamp(0, 1)
    return torch.minimum(inside, inside[:, 3:])
