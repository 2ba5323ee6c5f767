"""Two recognisers, unlike each other: picture → a point in MiniLM's sentence space, and its colour.

The *judge* is a residual convolutional network and only reports. The *critic* is a ConvNeXt-like
network; it may choose settings and serve losses. Knows nothing about data, labels or training.

Input (B, 3, 64, 64) opaque sRGB in [0, 1], seen at 32 pixels: things are told apart at that size,
and a picture costs a quarter. Beside the colours a network is given each pixel's distance from the
ends of its row, which takes plain and graded backdrops away. Output two (B, 384) unit vectors: what
is shown, and in which colour.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH = 384
SEEN = 32


class Recogniser(nn.Module):
    """A trunk with two linear heads into the sentence space."""

    def __init__(self, trunk: nn.Module, channels: int) -> None:
        super().__init__()
        self.trunk = trunk
        self.concept = nn.Linear(channels, WIDTH)
        self.colour = nn.Linear(channels, WIDTH)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        features = self.trunk(contrasted(pixels))
        return F.normalize(self.concept(features), dim=-1), F.normalize(
            self.colour(features), dim=-1
        )


def contrasted(pixels: Tensor) -> Tensor:
    """(B, 6, 32, 32): colours about 0, and their distance from what the row's two ends show."""
    seen = F.adaptive_avg_pool2d(pixels, SEEN)
    ends = torch.cat([seen[..., :2], seen[..., -2:]], -1).mean(-1, keepdim=True)
    return torch.cat([seen * 4 - 2, (seen - ends).abs() * 4 - 1], 1)


def judge_net(width: int = 24) -> Recogniser:
    """Residual blocks of plain 3x3 convolutions, batch norm, SiLU; 0.7 M parameters."""
    stages = (width, 8 * width // 3, 6 * width)
    layers: list[nn.Module] = [_conv(2 * 3, stages[0], stride=2), _Residual(stages[0])]
    for before, after in pairwise(stages):
        layers += [_conv(before, after, stride=2), _Residual(after)]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return Recogniser(nn.Sequential(*layers), stages[-1])


def critic_net(width: int = 32) -> Recogniser:
    """Depthwise 5x5 convolutions and pointwise MLPs, layer norm, GELU; 0.6 M parameters."""
    stages = (width, 3 * width, 5 * width)
    layers: list[nn.Module] = [nn.Conv2d(2 * 3, width, 2, stride=2), _ChannelNorm(width)]
    for before, after, blocks in zip((width, *stages[:-1]), stages, (1, 2, 2), strict=True):
        if after != before:
            layers += [nn.Conv2d(before, after, 2, stride=2)]
        layers += [_Mixer(after) for _ in range(blocks)]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(stages[-1])]
    return Recogniser(nn.Sequential(*layers), stages[-1])


NETS: Mapping[str, Callable[..., Recogniser]] = {"judge": judge_net, "critic": critic_net}


def _conv(before: int, after: int, stride: int = 1) -> nn.Module:
    conv = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(after), nn.SiLU())


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(_conv(channels, channels), _conv(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.body(x)
        return out


class _ChannelNorm(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        normed: Tensor = self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return normed


class _Mixer(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 5, padding=2, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.mlp = nn.Sequential(
            nn.Linear(channels, 3 * channels), nn.GELU(), nn.Linear(3 * channels, channels)
        )
        self.scale = nn.Parameter(torch.full((channels,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        mixed = self.depthwise(x).permute(0, 2, 3, 1)
        out: Tensor = x + (self.scale * self.mlp(self.norm(mixed))).permute(0, 3, 1, 2)
        return out
