"""Batches for the upscaler: crops of the scenes, shrunk by area and made worse as painting does.

A painted canvas is soft, noisy, and carries the grid of the denoiser's patches; sharper pictures
than that come in as well, so that what is clean stays as it is. Knows nothing about networks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

PATCH = 8  # of the denoiser, in pixels of its canvas
PAINTED_SHARE = 0.75  # of the canvases; the others are clean
MAX_BLUR = 1.1  # pixels, standard deviation
MAX_NOISE = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """`canvas` (B, 4, c, c) as painted; `clean` (B, 4, 8c, 8c) what it shows. `drawn` (B, 4, d, d)
    is a picture past the first step, `finer` (B, 4, 4d, 4d) the same; all premultiplied, [0, 1]."""

    canvas: Tensor
    clean: Tensor
    drawn: Tensor
    finer: Tensor


def batches(scenes: Tensor, *, size: int, canvas: int, drawn: int, seed: int) -> Iterator[Batch]:
    """Endless; scenes (N, H, H, 4) uint8 premultiplied. The same for the same arguments."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        clean = _crops(scenes, size, 8 * canvas, generator)
        finer = _crops(scenes, size, 8 * drawn, generator)
        half = torch.rand(size, generator=generator) < 0.5  # the same drawing seen at half size
        near = finer[:, :, : 4 * drawn, : 4 * drawn]
        finer = torch.where(half[:, None, None, None], shrink(finer, 2), near)
        yield Batch(
            canvas=painted(shrink(clean, 8), generator),
            clean=clean,
            drawn=slightly_worse(shrink(finer, 4), generator),
            finer=finer,
        )


def shrink(pictures: Tensor, factor: int) -> Tensor:
    """By area, (B, 4, h, w) → (B, 4, h / factor, w / factor)."""
    return functional.avg_pool2d(pictures, factor)


def painted(canvas: Tensor, generator: torch.Generator) -> Tensor:
    """Canvases (B, 4, c, c) as a denoiser leaves them: soft, uneven, with the grid of its patches;
    a quarter of them untouched."""
    count = len(canvas)
    touched = (torch.rand(count, generator=generator) < PAINTED_SHARE).float()
    soft = blur(canvas, MAX_BLUR * touched * torch.rand(count, generator=generator))
    level = MAX_NOISE * touched * torch.rand(count, generator=generator) ** 2
    noise = _uneven(canvas, generator) * level[:, None, None, None]
    return (soft + noise).clamp(0, 1)


def slightly_worse(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """As the step before leaves them: a little soft, hardly any noise."""
    count = len(pictures)
    soft = blur(pictures, 0.5 * torch.rand(count, generator=generator))
    level = 0.01 * torch.rand(count, generator=generator) ** 2
    noise = torch.randn(pictures.shape, generator=generator) * level[:, None, None, None]
    return (soft + noise).clamp(0, 1)


def blur(pictures: Tensor, sigma: Tensor) -> Tensor:
    """Gaussian of `sigma` (B,) pixels, edges repeated; a sigma below 0.05 does nothing."""
    steps = torch.arange(-3, 4)
    kernel = torch.exp(-(steps**2) / (2 * sigma.clamp(min=0.05)[:, None] ** 2))
    kernel = kernel / kernel.sum(1, keepdim=True)
    count, channels, height, width = pictures.shape
    padded = functional.pad(pictures, (3, 3, 3, 3), mode="replicate")
    weights = kernel.repeat_interleave(channels, 0)[:, None]
    flat = padded.reshape(1, count * channels, height + 6, width + 6)
    flat = functional.conv2d(flat, weights[:, :, :, None], groups=count * channels)
    flat = functional.conv2d(flat, weights[:, :, None, :], groups=count * channels)
    return flat.reshape(count, channels, height, width)


def _uneven(like: Tensor, generator: torch.Generator) -> Tensor:
    """Noise of unit size: fine, coarse, and one pattern repeated in every patch."""
    count, channels, height, width = like.shape
    fine = torch.randn(like.shape, generator=generator)
    coarse = torch.randn((count, channels, height // 2 + 1, width // 2 + 1), generator=generator)
    wide = functional.interpolate(coarse, size=(height, width), mode="bilinear")
    grid = torch.randn((count, channels, PATCH, PATCH), generator=generator)
    tiled = grid.repeat(1, 1, height // PATCH + 1, width // PATCH + 1)[..., :height, :width]
    return 0.6 * fine + 0.8 * wide + 0.4 * tiled


def _crops(scenes: Tensor, count: int, side: int, generator: torch.Generator) -> Tensor:
    """Random places, turns, mirrors and orders of the colours; (count, 4, side, side) in [0, 1]."""
    return torch.stack([_crop(scenes, side, generator) for _ in range(count)])


def _crop(scenes: Tensor, side: int, generator: torch.Generator) -> Tensor:
    def draw(below: int) -> int:
        return int(torch.randint(below, (), generator=generator))

    room = scenes.shape[1] - side + 1
    top, left = draw(room), draw(room)
    scene = scenes[draw(len(scenes)), top : top + side, left : left + side]
    order = [*torch.randperm(3, generator=generator).tolist(), 3]
    crop = scene.permute(2, 0, 1)[order].float() / 255
    crop = torch.rot90(crop, draw(4), (1, 2))
    return crop.flip(2) if draw(2) else crop
