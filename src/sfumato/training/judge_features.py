"""The judge's network: learnt patches, one layer, and a linear reading of them.

Single-layer features by k-means on whitened patches (Coates, Ng and Lee 2011) with a ridge
regression on top: closed form, so that it is trained in a minute of one core. Beside the colours it
sees how far each pixel is from its row's edges, which takes plain and graded backdrops away.
Knows nothing about data or words.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SEEN = 32
PATCH = 6
STRIDE = 2
POOLED = 3
THRESHOLD = 0.5
FILTERS = 224


class Patches(nn.Module):
    """(B, 3, 64, 64) in [0, 1] → (B, features): soft-thresholded filter answers, pooled 3x3."""

    def __init__(self, filters: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(6, filters, PATCH, stride=STRIDE)

    def forward(self, pixels: Tensor) -> Tensor:
        seen = contrasted(pixels)
        answers = self.conv(seen)
        both = torch.cat([F.relu(answers - THRESHOLD), F.relu(-answers - THRESHOLD)], 1)
        pooled = F.adaptive_avg_pool2d(both[:, :, 1:13, 1:13], POOLED).flatten(1)
        return torch.cat([pooled, F.avg_pool2d(seen, 4).flatten(1)], 1)


class Reader(nn.Module):
    """Patches and two linear readings; the output contract of every recogniser."""

    def __init__(self, filters: int, width: int = 384) -> None:
        super().__init__()
        self.patches = Patches(filters)
        features = 2 * filters * POOLED**2 + 6 * (SEEN // 4) ** 2
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.concept = nn.Linear(features, width)
        self.colour = nn.Linear(features, width)

    def features(self, pixels: Tensor) -> Tensor:
        """Standardised features (B, F)."""
        found: Tensor = (self.patches(pixels) - self.mean) * self.scale
        return found

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        found = self.features(pixels)
        return F.normalize(self.concept(found), dim=-1), F.normalize(self.colour(found), dim=-1)


def contrasted(pixels: Tensor) -> Tensor:
    """(B, 6, 32, 32): colours, and their distance from what the row's two ends show."""
    seen = F.adaptive_avg_pool2d(pixels, SEEN)
    ends = torch.cat([seen[..., :2], seen[..., -2:]], -1).mean(-1, keepdim=True)
    return torch.cat([seen * 2 - 1, (seen - ends).abs() * 2], 1)


def learn_patches(pictures: Tensor, filters: int, rng: torch.Generator, rounds: int = 8) -> Patches:
    """Whiten random patches of `pictures`, cluster them on the sphere, and make filters of them."""
    seen = contrasted(pictures)
    every = F.unfold(seen, PATCH, stride=3).transpose(1, 2).reshape(-1, 6 * PATCH**2)
    chosen = every[torch.randperm(len(every), generator=rng)[:40_000]]
    chosen = chosen[chosen.std(1) > 0.05]
    mean = chosen.mean(0)
    values, vectors = torch.linalg.eigh((chosen - mean).T @ (chosen - mean) / len(chosen))
    whiten = vectors @ torch.diag((values + 0.02).rsqrt()) @ vectors.T
    white = (chosen - mean) @ whiten
    centres = F.normalize(white[torch.randperm(len(white), generator=rng)[:filters]], dim=1)
    for _ in range(rounds):
        answers = white @ centres.T
        best, nearest = answers.abs().max(1)
        signed = white * answers.gather(1, nearest[:, None])
        sums = torch.zeros_like(centres).index_add_(0, nearest, signed)
        empty = sums.norm(dim=1) < 1e-6
        sums[empty] = white[torch.randperm(len(white), generator=rng)[: int(empty.sum())]]
        centres = F.normalize(sums, dim=1)
    patches = Patches(filters)
    weight = centres @ whiten
    scale = (white @ centres.T).std()
    with torch.no_grad():
        patches.conv.weight.copy_((weight / scale).reshape(filters, 6, PATCH, PATCH))
        patches.conv.bias.copy_(-(weight @ mean) / scale)
    return patches
