"""Sketches → batches of (picture, caption): scenes drawn in one go by tensor operations.

The same code runs on a CPU and on an accelerator. Sampling is apart from drawing, so that other
processes can sample ahead of a fast device; each is decided by its generator alone, so that step k
of a run always sees the same batch. Knows nothing about networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from sfumato.native.scene import COLOURS
from sfumato.native.text import letters
from sfumato.training.backdrops import pack_backdrops
from sfumato.training.denoiser import LETTERS
from sfumato.training.raster import AssetTensor
from sfumato.training.signs import draw_words
from sfumato.training.sketches import Sketch, SynthesisConfig, Vocabulary, sketch
from sfumato.training.triplets import Triplet, triplet

REFERENCE = 64  # pixels along the edge of a reference picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """`x_0` (B, 4, height, width) premultiplied in [-1, 1]; `mask` (B, 1, height, width);
    `letters` (B, 0 or 16); `references` (B, R, 4, 64, 64)."""

    x_0: Tensor
    mask: Tensor
    captions: tuple[str, ...]
    letters: Tensor
    references: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSketch:
    """A sampled batch before it is drawn. `triplets` is None but in batches of edits."""

    canvas: tuple[int, int]
    sketches: tuple[Sketch, ...]
    triplets: tuple[Triplet, ...] | None
    lettered: bool
    referenced: bool
    masked: bool


def sample(
    vocabulary: Vocabulary, config: SynthesisConfig, size: int, rng: np.random.Generator
) -> BatchSketch:
    """`size` fresh sketches with captions, or in some batches edits with instructions."""
    edited, lettered, referenced, masked = (
        bool(rng.random() < share)
        for share in (
            config.edited_share,
            config.lettered_share,
            config.referenced_share,
            config.masked_share,
        )
    )
    lettered = lettered and not edited
    sketches = tuple(sketch(vocabulary, config, lettered, rng) for _ in range(size))
    triplets = tuple(triplet(s, vocabulary, rng) for s in sketches) if edited else None
    return BatchSketch(
        canvas=config.canvases[0] if edited else _canvas(config, rng),
        sketches=sketches if triplets is None else tuple(each.after for each in triplets),
        triplets=triplets,
        lettered=lettered,
        referenced=referenced,
        masked=masked,
    )


class Synthesiser:
    """Draws batches from an asset tensor on `device`."""

    def __init__(self, assets: AssetTensor, config: SynthesisConfig, device: torch.device) -> None:
        self._config = config
        self._device = device
        pixels = torch.from_numpy(assets.pixels).to(device).permute(0, 3, 1, 2)
        backdrops = pack_backdrops(config.canvases)
        self._backdrops = {
            canvas: pictures.to(device) for canvas, pictures in backdrops.pictures.items()
        }
        self._mips = [pixels, F.avg_pool2d(pixels.float(), 2).round().to(torch.uint8)]
        self.vocabulary = Vocabulary.of(assets.titles, assets.styles, backdrops.words)

    def batch(self, size: int, rng: np.random.Generator) -> Batch:
        """`size` fresh pictures, sampled and drawn."""
        return self.render(sample(self.vocabulary, self._config, size, rng), rng)

    def render(self, sampled: BatchSketch, rng: np.random.Generator) -> Batch:
        """Draw a sampled batch; `rng` places words, masks and reference pictures."""
        sketches, canvas = sampled.sketches, sampled.canvas
        references = torch.zeros(len(sketches), 0, 4, REFERENCE, REFERENCE, device=self._device)
        if sampled.triplets is not None:
            references = self._inputs(sampled.triplets, canvas)
        elif sampled.referenced:
            references = self._references(sketches, rng)
        return Batch(
            x_0=self._draw(sketches, canvas, rng if sampled.lettered else None) * 2 - 1,
            mask=self._mask(len(sketches), canvas, sampled.masked, rng),
            captions=tuple(each.caption for each in sketches),
            letters=self._letters(sketches, sampled.lettered),
            references=references,
        )

    def draw(self, sketches: Sequence[Sketch], canvas: tuple[int, int]) -> Tensor:
        """Sketches without words as pictures (B, 4, height, width), premultiplied in [0, 1]."""
        return self._draw(sketches, canvas, None)

    def _draw(
        self,
        sketches: Sequence[Sketch],
        canvas: tuple[int, int],
        rng: np.random.Generator | None,
    ) -> Tensor:
        """Backdrops and things, back to front; words on top, set at random by `rng`."""
        pictures = self._backdrops[canvas]
        clear = torch.zeros_like(pictures[0])
        chosen = [clear if s.backdrop is None else pictures[s.backdrop] for s in sketches]
        x = torch.stack(chosen).float() / 255
        for slot in range(max(len(each.rows) for each in sketches)):
            drawn = [i for i, each in enumerate(sketches) if slot < len(each.rows)]
            layer = self._layer([sketches[i] for i in drawn], slot, canvas)
            x[drawn] = layer + x[drawn] * (1 - layer[:, 3:])
        if rng is not None:
            said = [each.words or "" for each in sketches]
            layer = draw_words(said, canvas, rng).to(self._device)
            x = layer + x * (1 - layer[:, 3:])
        return x

    def _layer(self, sketches: Sequence[Sketch], slot: int, canvas: tuple[int, int]) -> Tensor:
        places = np.array([each.places[slot] for each in sketches])
        level = int(places[:, 2].mean() < 0.45)
        rows = torch.tensor([each.rows[slot] for each in sketches], device=self._device)
        pictures = self._mips[level][rows].float() / 255
        pictures = _tint(pictures, [each.colours[slot] for each in sketches])
        theta = _affine(places, [each.flips[slot] for each in sketches], canvas)
        grid = F.affine_grid(
            theta.to(self._device), [len(sketches), 4, *canvas], align_corners=False
        )
        return F.grid_sample(pictures, grid, align_corners=False)

    def _mask(
        self, size: int, canvas: tuple[int, int], masked: bool, rng: np.random.Generator
    ) -> Tensor:
        """All ones, or a random box per picture for in-painting."""
        mask = torch.ones(size, 1, *canvas)
        if masked:
            mask.zero_()
            for row in range(size):
                edges = [sorted(rng.choice(side + 1, 2, replace=False)) for side in canvas]
                (y0, y1), (x0, x1) = edges
                mask[row, :, y0:y1, x0:x1] = 1
        return mask.to(self._device)

    def _letters(self, sketches: Sequence[Sketch], lettered: bool) -> Tensor:
        length = LETTERS if lettered else 0
        said = [letters([each.words or ""], length) for each in sketches]
        return torch.from_numpy(np.stack(said)).to(self._device)

    def _references(self, sketches: Sequence[Sketch], rng: np.random.Generator) -> Tensor:
        """The first thing of each picture in any of its styles, (B, 1, 4, 64, 64)."""
        titles = [self.vocabulary.titles[each.rows[0]] for each in sketches]
        chosen = [self.vocabulary.rows[title] for title in titles]
        rows = [options[int(rng.integers(len(options)))] for options in chosen]
        return self._portraits(rows)[:, None]

    def _inputs(self, triplets: Sequence[Triplet], canvas: tuple[int, int]) -> Tensor:
        """The pictures that instructions are about, and what they bring, (B, 2, 4, 64, 64).

        A triplet that brings nothing has an empty second picture.
        """
        before = self.draw([each.before for each in triplets], canvas) * 2 - 1
        brought = self._portraits([each.brought or 0 for each in triplets])
        empty = torch.tensor([each.brought is None for each in triplets], device=self._device)
        brought[empty] = -1
        return torch.stack([_fit(before), brought], dim=1)

    def _portraits(self, rows: list[int]) -> Tensor:
        """Drawings as they are, (B, 4, 64, 64) in [-1, 1]."""
        return _fit(self._mips[0][torch.tensor(rows)].float().div(127.5).sub(1))


def _canvas(config: SynthesisConfig, rng: np.random.Generator) -> tuple[int, int]:
    if rng.random() < config.square_share:
        return config.canvases[0]
    others = config.canvases[1:]
    return others[int(rng.integers(len(others)))]


def _fit(pictures: Tensor) -> Tensor:
    """To the size of references, by area."""
    if pictures.shape[-1] == REFERENCE:
        return pictures
    return F.interpolate(pictures, (REFERENCE, REFERENCE), mode="area")


def _tint(pictures: Tensor, colours: list[str | None]) -> Tensor:
    """Colour the saturated and mid-tone parts; keep outlines and highlights."""
    rows = [i for i, colour in enumerate(colours) if colour]
    if not rows:
        return pictures
    target = torch.from_numpy(np.stack([_rgb(COLOURS[colours[i] or ""]) for i in rows]))
    target = target.to(pictures.device)[:, :, None, None]
    part, alpha = pictures[rows, :3], pictures[rows, 3:]
    light = part.mean(1, keepdim=True) / alpha.clamp_min(1e-3)
    shaded = target * (0.45 + 0.8 * light).clamp(0, 1) + (light - 0.85).clamp_min(0) * 2
    keep = ((0.22 - light) * 8).clamp(0, 1)
    pictures[rows, :3] = (part * keep + shaded.clamp(0, 1) * alpha * (1 - keep)).clamp(0, 1)
    return pictures


def _affine(places: NDArray[np.float64], flips: list[bool], canvas: tuple[int, int]) -> Tensor:
    """Inverse affine maps (B, 2, 3) for affine_grid: canvas coordinates → picture coordinates."""
    height, width = canvas
    short = min(canvas)
    theta = np.zeros((len(places), 2, 3), dtype=np.float32)
    sign = np.where(flips, -1.0, 1.0)
    theta[:, 0, 0] = sign * width / (places[:, 2] * short)
    theta[:, 1, 1] = height / (places[:, 2] * short)
    theta[:, 0, 2] = -theta[:, 0, 0] * (places[:, 0] * 2 - 1)
    theta[:, 1, 2] = -theta[:, 1, 1] * (places[:, 1] * 2 - 1)
    return torch.from_numpy(theta)


def _rgb(colour: str) -> NDArray[np.float32]:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], dtype=np.float32)
