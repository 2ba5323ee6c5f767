"""The finder: where things are, whatever they are. A small CenterNet (Zhou, Wang and Krähenbühl
2019) that learns from staged scenes.

Input (B, 3, 64, 64) opaque sRGB in [0, 1]. Output (B, 5, 16, 16): the logit that a thing's middle
lies in the cell, the middle's offset in the cell, and the logarithm of width and height in cells.
Knows nothing about nouns.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from sfumato.training.judge_stage import Staged

SEEN = 64
CELLS = 16
OUTPUTS = 5
LOW = -4.0  # of the bias: almost no cell holds a middle


class Finder(nn.Module):
    """An hourglass of plain convolutions with one residual block a level; 0.3 M parameters."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        wide, widest = 2 * width, 3 * width
        self.stem = _conv(3, width, size=4, stride=4)
        self.fine = _Residual(width)
        self.down = nn.Sequential(_conv(width, wide, stride=2), _Residual(wide))
        self.deep = nn.Sequential(_conv(wide, widest, stride=2), _Residual(widest))
        self.rise = _conv(widest, wide, size=1)
        self.merge = _conv(wide, wide)
        self.lift = _conv(wide, width, size=1)
        self.last = _conv(width, width)
        self.head = nn.Conv2d(width, OUTPUTS, 1)
        nn.init.constant_(self.head.bias[:1], LOW)  # type: ignore[index]  # it has a bias

    def forward(self, pixels: Tensor) -> Tensor:
        """(B, 3, 64, 64) in [0, 1] → the planes (B, 5, 16, 16)."""
        fine = self.fine(self.stem(pixels * 2 - 1))
        middle = self.down(fine)
        deep = self.rise(self.deep(middle))
        middle = self.merge(middle + F.interpolate(deep, scale_factor=2.0))
        out: Tensor = self.head(
            self.last(fine + F.interpolate(self.lift(middle), scale_factor=2.0))
        )
        return out


def targets(scenes: Sequence[Staged]) -> tuple[Tensor, Tensor, Tensor]:
    """(heat (B, 1, 16, 16), geometry (B, 4, 16, 16), which cells hold a middle (B, 1, 16, 16))."""
    heat = np.zeros((len(scenes), 1, CELLS, CELLS), np.float32)
    geometry = np.zeros((len(scenes), 4, CELLS, CELLS), np.float32)
    holds = np.zeros((len(scenes), 1, CELLS, CELLS), np.float32)
    for i, scene in enumerate(scenes):
        for box in scene.boxes * CELLS:
            _mark(heat[i, 0], geometry[i], holds[i, 0], box)
    return torch.from_numpy(heat), torch.from_numpy(geometry), torch.from_numpy(holds)


def loss_of(net: nn.Module, pixels: Tensor, scenes: Sequence[Staged]) -> Tensor:
    """Focal loss of the middles (CornerNet's, Law and Deng 2018) and L1 of offset and size."""
    heat, geometry, holds = targets(scenes)
    out = net(pixels)
    logit, count = out[:, :1], holds.sum().clamp(min=1)
    chance = logit.sigmoid()
    hit = -F.logsigmoid(logit) * (1 - chance) ** 2 * holds
    miss = -F.logsigmoid(-logit) * chance**2 * (1 - heat) ** 4 * (1 - holds)
    away = ((out[:, 1:] - geometry).abs() * holds).sum()
    loss: Tensor = (hit.sum() + miss.sum() + 0.5 * away) / count
    return loss


def to_tensor(scenes: Sequence[Staged]) -> Tensor:
    """Staged pictures at the size that the finder sees."""
    pixels = np.stack([scene.pixels for scene in scenes])
    tensor = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
    return F.interpolate(tensor, size=(SEEN, SEEN), mode="area")


def _mark(
    heat: NDArray[np.float32],
    geometry: NDArray[np.float32],
    holds: NDArray[np.float32],
    box: NDArray[np.float32],
) -> None:
    """Write one thing, its box in cells, into the target planes."""
    left, top, right, bottom = (float(edge) for edge in box)
    width, height = max(right - left, 0.5), max(bottom - top, 0.5)
    x, y = min((left + right) / 2, CELLS - 0.01), min((top + bottom) / 2, CELLS - 0.01)
    column, row = int(x), int(y)
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    spread = ((columns - column) / (width / 6)) ** 2 + ((rows - row) / (height / 6)) ** 2
    np.maximum(heat, np.exp(-spread / 2), out=heat, dtype=np.float32, casting="same_kind")
    geometry[:, row, column] = (x - column, y - row, np.log(width), np.log(height))
    holds[row, column] = 1


def _conv(before: int, after: int, size: int = 3, stride: int = 1) -> nn.Module:
    padding = size // 2 if size % 2 else 0
    conv = nn.Conv2d(before, after, size, stride=stride, padding=padding, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(after), nn.ReLU())


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(_conv(channels, channels), _conv(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.body(x)
        return out
