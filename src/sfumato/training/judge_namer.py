"""The namer: what the one thing in a crop is, and in which colour. It goes on from the judge.

The trunk is the judge's, read from its exported file with every batch norm already folded in, so it
stays apart from the critic in seed and architecture; two new heads tell the categories' nouns and
the palette apart. Trained on crops of staged scenes. Knows nothing about detection.

Input (B, 3, 32, 32) opaque sRGB in [0, 1]; output logits (B, nouns + 1), the last of which says
that nothing is there, and (B, colours).
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional as F

from sfumato.evals.detect import cut
from sfumato.training.judge_nets import contrasted, judge_net
from sfumato.training.judge_scenes import COLOUR_NAMES, NO_COLOUR
from sfumato.training.judge_stage import Pool, Staged
from sfumato.training.judge_stock import OTHER

NOTHING = 0.08  # share of crops without a thing
EXCHANGED = 0.35  # share of crops with their colour channels exchanged: shape tells things apart
COLOUR_WEIGHT = 0.4
SMOOTHING = 0.05


class Namer(nn.Module):
    """The judge's trunk with two linear heads."""

    def __init__(self, trunk: nn.Module, channels: int, nouns: int) -> None:
        super().__init__()
        self.trunk = trunk
        self.noun = nn.Linear(channels, nouns + 1)
        self.colour = nn.Linear(channels, len(COLOUR_NAMES))

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, 32, 32) in [0, 1] → logits (B, nouns + 1) and (B, colours)."""
        features = self.trunk(contrasted(crops))
        return self.noun(features), self.colour(features)

    def train(self, mode: bool = True) -> "Namer":
        """Batch norms keep the statistics that the judge's file has folded in."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self


def from_judge(judge: Path | None, nouns: int) -> Namer:
    """A namer on the trunk of an exported judge, or on an untrained one."""
    net = judge_net()
    namer = Namer(net.trunk, net.concept.in_features, nouns)
    if judge is not None:
        _load_folded(net.trunk, judge)
    return namer


def _load_folded(trunk: nn.Module, judge: Path) -> None:
    """Convolutions in the graph's order; each batch norm only adds the convolution's bias."""
    graph = onnx.load(judge).graph
    arrays = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    folded = [node for node in graph.node if node.op_type == "Conv"]
    blocks = [m for m in trunk.modules() if isinstance(m, nn.Sequential) and _is_conv(m)]
    for block, node in zip(blocks, folded, strict=True):
        conv, norm = block[0], block[1]
        assert isinstance(conv, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        with torch.no_grad():
            conv.weight.copy_(torch.from_numpy(arrays[node.input[1]].copy()))
            norm.weight.fill_((1 + norm.eps) ** 0.5)
            norm.bias.copy_(torch.from_numpy(arrays[node.input[2]].copy()))


def _is_conv(module: nn.Sequential) -> bool:
    return len(module) == 3 and isinstance(module[0], nn.Conv2d)


class Crops:
    """Endless crops of a pool's scenes: every noun equally often, boxes a little off."""

    def __init__(self, pool: Pool, nouns: int, seed: int) -> None:
        self._scenes = pool.scenes
        self._rng = np.random.default_rng(seed)
        places = [(i, k) for i, s in enumerate(pool.scenes) for k in range(len(s.boxes))]
        noun = np.array([pool.scenes[i].nouns[k] for i, k in places])
        self._of = [[places[j] for j in np.flatnonzero(noun == n)] for n in range(nouns)]
        self._strangers = [places[j] for j in np.flatnonzero(noun == OTHER)]
        self._nouns = nouns

    def batch(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """(crops (B, 3, 32, 32), nouns (B,), colours (B,)); strangers teach colours only."""
        rows = [self._one() for _ in range(count)]
        pixels = np.stack([pixels for pixels, _, _ in rows]).astype(np.float32) / 255
        light = 1 + 0.12 * (self._rng.random((count, 1, 1, 1), np.float32) - 0.5)
        nouns, colours = (np.array([row[i] for row in rows]) for i in (1, 2))
        for i in np.flatnonzero(self._rng.random(count) < EXCHANGED):
            pixels[i] = pixels[i][..., self._rng.permutation(3)]
            colours[i] = NO_COLOUR
        crops = np.ascontiguousarray((pixels * light).clip(0, 1).transpose(0, 3, 1, 2))
        return torch.from_numpy(crops), torch.from_numpy(nouns), torch.from_numpy(colours)

    def _one(self) -> tuple[NDArray[np.uint8], int, int]:
        rng, draw = self._rng, self._rng.random()
        if draw < NOTHING:
            scene = self._scenes[int(rng.integers(len(self._scenes)))]
            box = self._empty(scene)
            if box is not None:
                return self._cut(scene, box), self._nouns, NO_COLOUR
        kin = self._strangers if draw > 0.9 else self._of[int(rng.integers(self._nouns))]
        index, k = kin[int(rng.integers(len(kin)))]
        scene = self._scenes[index]
        return (
            self._cut(scene, self._off(scene.boxes[k])),
            int(scene.nouns[k]),
            int(scene.colours[k]),
        )

    def _off(self, box: NDArray[np.float32]) -> NDArray[np.float32]:
        """A box as a finder would give it: moved and scaled by up to a tenth or so."""
        size = np.tile(box[2:] - box[:2], 2)
        return np.asarray(box + self._rng.normal(0, 0.07, 4) * size, np.float32)

    def _empty(self, scene: Staged) -> NDArray[np.float32] | None:
        """A square that touches no thing, None when chance finds none."""
        for _ in range(6):
            size = self._rng.uniform(0.15, 0.5)
            left, top = self._rng.uniform(0, 1 - size, 2)
            box = np.array([left, top, left + size, top + size], np.float32)
            apart = (scene.boxes[:, :2] >= box[2:]) | (scene.boxes[:, 2:] <= box[:2])
            if apart.any(1).all():
                return box
        return None

    def _cut(self, scene: Staged, box: NDArray[np.float32]) -> NDArray[np.uint8]:
        crop = cut(scene.pixels, box)
        return crop[:, ::-1] if self._rng.random() < 0.5 else crop


def loss_of(net: nn.Module, crops: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, float, float]:
    """(loss, share of nouns right, share of colours right)."""
    pixels, nouns, colours = crops
    noun, colour = net(pixels)
    named = F.cross_entropy(noun, nouns, ignore_index=OTHER, label_smoothing=SMOOTHING)
    hued = F.cross_entropy(colour, colours, ignore_index=NO_COLOUR, label_smoothing=SMOOTHING)
    loss = named.nan_to_num() + COLOUR_WEIGHT * hued.nan_to_num()
    return loss, _right(noun, nouns, OTHER), _right(colour, colours, NO_COLOUR)


def _right(logits: Tensor, truth: Tensor, ignored: int) -> float:
    asked = truth != ignored
    return float((logits.argmax(1) == truth)[asked].float().mean()) if asked.any() else 0.0
