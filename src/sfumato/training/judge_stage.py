"""Scenes to learn detection from: things of the stock on made-up and on the renderer's backdrops.

Sizes, counts and places are far more varied than any layout of ours, so that the judge does not
learn how our pictures are composed. Knows nothing about networks. Randomness comes from explicit
generators of one seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from sfumato.training.judge_scenes import PALETTE, backdrops, tint
from sfumato.training.judge_stock import OTHER, SIZE, Stock

CANVAS = 128
RECOLOURED = 0.35
STRANGERS = 0.25  # of the things
LEAST = 60  # pixels; a thing that shows less is no longer there
MADE_UP = 400  # made-up backdrops, beside the renderer's
RGB = NDArray[np.uint8]  # (H, W, 3)
RGBA = NDArray[np.uint8]  # (H, W, 4) premultiplied


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A picture (CANVAS, CANVAS, 3) and its things: boxes (left, top, right, bottom) in [0, 1]."""

    pixels: RGB
    boxes: NDArray[np.float32]  # (K, 4)
    nouns: NDArray[np.int64]  # (K,) OTHER for a stranger
    colours: NDArray[np.int64]  # (K,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Scenes staged once and learnt from several times, mirrored and lit anew each time."""

    scenes: tuple[Staged, ...]

    def save(self, path: Path) -> None:
        """One compressed .npz."""
        np.savez_compressed(
            path,
            pixels=np.stack([scene.pixels for scene in self.scenes]),
            counts=np.array([len(scene.boxes) for scene in self.scenes]),
            boxes=np.concatenate([scene.boxes for scene in self.scenes]),
            nouns=np.concatenate([scene.nouns for scene in self.scenes]),
            colours=np.concatenate([scene.colours for scene in self.scenes]),
        )

    @classmethod
    def load(cls, path: Path) -> "Pool":
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as archive:
            ends = np.cumsum(archive["counts"])[:-1]
            parts = [np.split(archive[f], ends) for f in ("boxes", "nouns", "colours")]
            rows = zip(archive["pixels"], *parts, strict=True)
            return cls(
                scenes=tuple(Staged(pixels=p, boxes=b, nouns=n, colours=c) for p, b, n, c in rows)
            )


class Stage:
    """Endless scenes from one stock."""

    def __init__(
        self, stock: Stock, grounds: Sequence[RGB], seed: int, made: int = MADE_UP
    ) -> None:
        """`grounds` are the renderer's backdrops at CANVAS size; so many are made up."""
        self._stock = stock
        self._rng = np.random.default_rng(seed)
        self._torch = torch.Generator().manual_seed(seed)
        plain = backdrops(made, CANVAS, self._torch).permute(0, 2, 3, 1) * 255
        self._grounds = (tuple(grounds), tuple(plain.round().to(torch.uint8).numpy()))
        self._of = [np.flatnonzero(stock.nouns == i) for i in range(len(stock.names))]
        self._strangers = np.flatnonzero(stock.nouns == OTHER)

    def scene(self) -> Staged:
        """One scene of none to five things."""
        rng = self._rng
        canvas = Image.fromarray(self._ground(), "RGB")
        placed = self._places(int(rng.choice(6, p=(0.04, 0.28, 0.28, 0.16, 0.16, 0.08))))
        alone = rng.random() < 0.3  # all of one kind, as when counting
        first = self._pick()
        shown: list[tuple[NDArray[np.bool_], int, int]] = []
        for x, y, size in placed:
            noun, row = first if alone else self._pick()
            if alone and noun != OTHER:
                row = first[1] if rng.random() < 0.7 else int(rng.choice(self._of[noun]))
            picture, colour = self._dressed(row)
            ink = _paste(canvas, picture, (x, y), size, float(rng.normal(0, 8)), rng)
            shown = [(mask & ~ink, n, c) for mask, n, c in shown] + [(ink, noun, colour)]
        return self._finished(canvas, shown)

    def _pick(self) -> tuple[int, int]:
        """(noun, row of the stock), every noun equally often."""
        rng = self._rng
        if rng.random() < STRANGERS:
            return OTHER, int(rng.choice(self._strangers))
        noun = int(rng.integers(len(self._of)))
        return noun, int(rng.choice(self._of[noun]))

    def _dressed(self, row: int) -> tuple[RGBA, int]:
        """A picture of the stock, now and then in another colour, and its colour."""
        picture = self._stock.pixels[row]
        if self._rng.random() >= RECOLOURED:
            return picture, int(self._stock.colours[row])
        colour = int(self._rng.integers(len(PALETTE)))
        tensor = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
        tinted = tint(tensor, PALETTE[[colour]], self._torch)[0].permute(1, 2, 0).numpy()
        return np.rint(tinted * 255).astype(np.uint8), colour

    def _places(self, count: int) -> list[tuple[float, float, float]]:
        """(x, y, size) in [0, 1] that hardly overlap; fewer when no room is found."""
        rng = self._rng
        largest = {0: 1.0, 1: 0.9, 2: 0.6, 3: 0.5, 4: 0.45, 5: 0.4}[count]
        found: list[tuple[float, float, float]] = []
        common = rng.uniform(0.16, largest)
        for _ in range(count * 12):
            size = float(np.clip(common * rng.uniform(0.75, 1.25), 0.14, largest))
            x, y = rng.uniform(size * 0.42, 1 - size * 0.42, 2)
            far = (max(abs(x - a), abs(y - b)) > (size + s) * 0.4 for a, b, s in found)
            if len(found) < count and all(far):
                found.append((float(x), float(y), size))
        return found

    def _ground(self) -> RGB:
        rng = self._rng
        grounds = self._grounds[int(rng.random() < 0.5)]
        ground = grounds[int(rng.integers(len(grounds)))]
        return ground[:, ::-1].copy() if rng.random() < 0.5 else ground

    def _finished(
        self, canvas: Image.Image, shown: list[tuple[NDArray[np.bool_], int, int]]
    ) -> Staged:
        kept = [(mask, n, c) for mask, n, c in shown if mask.sum() > LEAST]
        blurred = self._rng.random()
        if blurred < 0.25:
            canvas = canvas.filter(ImageFilter.GaussianBlur(float(self._rng.uniform(0.4, 1.6))))
        pixels = np.asarray(canvas, np.float64)
        if blurred > 0.8:
            pixels = pixels + self._rng.normal(0, 8, pixels.shape)
        lit = np.clip(pixels * self._rng.uniform(0.88, 1.08), 0, 255).astype(np.uint8)
        return Staged(
            pixels=lit,
            boxes=np.array([_box(mask) for mask, _, _ in kept], np.float32).reshape(-1, 4),
            nouns=np.array([n for _, n, _ in kept], np.int64),
            colours=np.array([c for _, _, c in kept], np.int64),
        )


def _paste(
    canvas: Image.Image,
    picture: RGBA,
    middle: tuple[float, float],
    size: float,
    degrees: float,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Draw a picture with its longer side about `size` of the canvas; where its ink lies."""
    edge = max(int(size * CANVAS), 8)
    ink = np.nonzero(picture[..., 3] > 25)
    longest = max(np.ptp(axis) + 1 for axis in ink) if ink[0].size else SIZE
    art = Image.fromarray(_straight(picture), "RGBA")
    scaled = max(round(edge * SIZE / longest), 4)
    art = art.resize((scaled, scaled), Image.Resampling.BILINEAR)
    art = art.rotate(degrees, Image.Resampling.BILINEAR)
    if rng.random() < 0.5:
        art = art.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    left, top = (int(at * CANVAS - scaled / 2) for at in middle)
    layer = Image.new("RGBA", canvas.size)
    layer.paste(art, (left, top))
    canvas.paste(layer, (0, 0), layer)
    return np.asarray(layer)[..., 3] > 100


def _straight(picture: RGBA) -> NDArray[np.uint8]:
    """(H, W, 4) with straight alpha."""
    alpha = np.maximum(picture[..., 3:].astype(np.float32), 1) / 255
    rgb = np.clip(picture[..., :3] / alpha, 0, 255)
    return np.concatenate([rgb.astype(np.uint8), picture[..., 3:]], -1)


def _box(mask: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    edges = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    left, top, right, bottom = (float(edge) / CANVAS for edge in edges)
    return left, top, right, bottom


def mirrored(scene: Staged) -> Staged:
    """Left and right exchanged."""
    left, top, right, bottom = scene.boxes.T
    return Staged(
        pixels=scene.pixels[:, ::-1],
        boxes=np.stack([1 - right, top, 1 - left, bottom], -1),
        nouns=scene.nouns,
        colours=scene.colours,
    )
