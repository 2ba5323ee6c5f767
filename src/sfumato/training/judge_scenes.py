"""Batches for the recognisers: packed assets recoloured, turned, scaled, on made-up backdrops.

Knows nothing about words or networks. Randomness comes from one explicit generator.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from sfumato.native.scene import COLOURS

COLOUR_NAMES = tuple(COLOURS)
PALETTE = torch.tensor([[int(h[i : i + 2], 16) / 255 for i in (1, 3, 5)] for h in COLOURS.values()])
NO_COLOUR = -1
_LUMA = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """`pixels` (B, 3, size, size) in [0, 1]; `first` and `second` index the assets shown.

    `second` is -1 where one thing stands alone; `colours` index COLOUR_NAMES, or are NO_COLOUR
    where no single colour is right.
    """

    pixels: Tensor
    first: Tensor
    second: Tensor
    colours: Tensor


def batch(
    assets: Tensor, chosen: Tensor, natural: Tensor, pairs: float, rng: torch.Generator
) -> Batch:
    """Pictures of the assets at `chosen` (B,); a share `pairs` of them shows two things.

    `assets` (N, 4, size, size) uint8 premultiplied; `natural` (N,) their own colour or NO_COLOUR.
    """
    count = len(chosen)
    first = assets[chosen].float() / 255
    second = chosen[torch.randperm(count, generator=rng)]
    paired = (torch.rand(count, generator=rng) < pairs) & (second != chosen)
    recolour = torch.rand(count, generator=rng) < 0.3
    colours = torch.randint(len(PALETTE), (count,), generator=rng)
    if recolour.any():
        first[recolour] = tint(first[recolour], PALETTE[colours[recolour]], rng)
    colours = torch.where(recolour, colours, natural[chosen])
    canvas = backdrops(count, assets.shape[-1], rng)
    if paired.any():
        beside = _tossed(assets[second[paired]].float() / 255, _spots(paired[paired], -1, rng), rng)
        canvas[paired] = _over(canvas[paired], beside)
    canvas = _over(canvas, _tossed(first, _spots(paired, 1, rng), rng))
    return Batch(
        pixels=_degrade(canvas, rng),
        first=chosen,
        second=torch.where(paired, second, -1),
        colours=torch.where(paired, NO_COLOUR, colours),
    )


def tint(pictures: Tensor, colours: Tensor, rng: torch.Generator) -> Tensor:
    """Premultiplied pictures with their coloured parts in `colours` (B, 3), shading kept.

    Where a picture has no coloured part, all of it is tinted.
    """
    alpha = pictures[:, 3:].clamp(min=1e-4)
    rgb = (pictures[:, :3] / alpha).clamp(0, 1)
    jitter = (torch.rand(colours.shape, generator=rng) - 0.5) * 0.12
    target = (colours + jitter).clamp(0, 1)[:, :, None, None]
    high, low = rgb.amax(1, keepdim=True), rgb.amin(1, keepdim=True)
    coloured = ((high - low) > 0.18 * high.clamp(min=0.2)).float() * (pictures[:, 3:] > 0.5)
    enough = coloured.mean((1, 2, 3)) > 0.25 * (pictures[:, 3] > 0.5).float().mean((1, 2))
    mask = torch.where(enough.view(-1, 1, 1, 1), coloured, torch.ones_like(coloured))
    luma = (rgb * _LUMA).sum(1, keepdim=True)
    mean = (luma * mask).sum((2, 3), keepdim=True) / mask.sum((2, 3), keepdim=True).clamp(min=1)
    relative = (luma / mean.clamp(min=0.05)).clamp(0.4, 1.9)
    darker = target * relative
    lighter = target + (1 - target) * (relative - 1) * 0.6
    tinted = torch.where(relative < 1, darker, lighter).clamp(0, 1)
    mixed = mask * tinted + (1 - mask) * rgb
    return torch.cat([mixed * pictures[:, 3:], pictures[:, 3:]], 1)


def natural_colours(assets: Tensor) -> Tensor:
    """(N,) the palette colour that covers most of each asset, NO_COLOUR when none covers 60 %."""
    found = []
    for some in torch.split(assets, 512):
        alpha = some[:, 3].float() / 255
        rgb = (some[:, :3].float() / 255 / alpha.clamp(min=1e-3)[:, None]).clamp(0, 1)
        distance = (rgb[:, None] - PALETTE[None, :, :, None, None]).pow(2).sum(2)
        nearest = distance.argmin(1)
        weight = (alpha > 0.5).float()
        shares = (
            torch.stack([((nearest == c) * weight).sum((1, 2)) for c in range(len(PALETTE))], 1)
            / weight.sum((1, 2)).clamp(min=1)[:, None]
        )
        best, index = shares.max(1)
        found.append(torch.where(best > 0.6, index, NO_COLOUR))
    return torch.cat(found)


def backdrops(count: int, size: int, rng: torch.Generator) -> Tensor:
    """(B, 3, size, size): white, pale, plain, gradient, horizon or mottled, in a fixed mixture."""
    kind = torch.rand(count, 1, 1, 1, generator=rng)
    a, b = (torch.rand(count, 3, 1, 1, generator=rng) for _ in range(2))
    pale = 1 - 0.2 * a
    ramp = torch.linspace(0, 1, size).view(1, 1, size, 1).expand(count, 1, size, size)
    gradient = a + (b - a) * ramp
    line = 0.3 + 0.5 * torch.rand(count, 1, 1, 1, generator=rng)
    shade = 0.8 + 0.4 * ramp
    horizon = torch.where(ramp < line, a * (1.2 - 0.4 * ramp), b * shade)
    coarse = torch.rand(count, 3, 5, 5, generator=rng)
    mottled = F.interpolate(coarse, size=(size, size), mode="bilinear", align_corners=False)
    picture = torch.ones(count, 3, size, size)
    for start, layer in ((0.15, pale), (0.4, a), (0.6, gradient), (0.75, horizon), (0.93, mottled)):
        picture = torch.where(kind > start, layer, picture)
    return picture.clamp(0, 1)


def place(
    pictures: Tensor, spots: tuple[Tensor, Tensor, Tensor], angle: Tensor, flip: Tensor
) -> Tensor:
    """Pictures scaled, then turned by `angle` (radians), mirrored where `flip` is -1, and moved to
    (x, y) in [-1, 1]; `spots` is (scale, x, y)."""
    scale, x, y = spots
    cos, sin = angle.cos() / scale, angle.sin() / scale
    rows = torch.stack(
        [
            torch.stack([flip * cos, flip * sin, -flip * (cos * x + sin * y)], -1),
            torch.stack([-sin, cos, sin * x - cos * y], -1),
        ],
        1,
    )
    grid = F.affine_grid(rows, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False)


def _spots(paired: Tensor, side: int, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """(scale, x, y): a pair stands side by side, a single thing about in the middle."""
    count = len(paired)
    scale = 0.55 + 0.45 * torch.rand(count, generator=rng)
    scale = torch.where(paired, scale * 0.55, scale)
    loose = (torch.rand(2, count, generator=rng) * 2 - 1) * (1 - scale)
    x = torch.where(paired, torch.full((count,), side * 0.5), loose[0])
    return scale, x, loose[1]


def _tossed(pictures: Tensor, spots: tuple[Tensor, Tensor, Tensor], rng: torch.Generator) -> Tensor:
    count = len(pictures)
    angle = (torch.rand(count, generator=rng) - 0.5) * 0.3
    flip = torch.where(torch.rand(count, generator=rng) < 0.5, -1.0, 1.0)
    return place(pictures, spots, angle, flip)


def _over(canvas: Tensor, layer: Tensor) -> Tensor:
    return canvas * (1 - layer[:, 3:]) + layer[:, :3]


def _degrade(canvas: Tensor, rng: torch.Generator) -> Tensor:
    """Some pictures lose detail or gain grain, as a denoiser's do; all vary in light a little."""
    count = len(canvas)
    draw = torch.rand(count, generator=rng)
    soft, grainy = draw < 0.15, (draw > 0.1) & (draw < 0.25)
    if soft.any():
        small = F.avg_pool2d(canvas[soft], 2)
        canvas[soft] = F.interpolate(small, scale_factor=2, mode="bilinear", align_corners=False)
    canvas[grainy] += torch.randn(canvas[grainy].shape, generator=rng) * 0.04
    light = 0.9 + 0.2 * torch.rand(count, 1, 1, 1, generator=rng)
    return (canvas * light).clamp(0, 1)
