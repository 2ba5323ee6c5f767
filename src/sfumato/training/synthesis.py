"""Assets → batches of (picture, caption): scenes drawn in one go by tensor operations.

The same code runs on a CPU and on an accelerator; randomness comes from one NumPy generator, so
that step k of a run always sees the same batch. Knows nothing about networks.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from sfumato.native.scene import COLOURS
from sfumato.native.text import letters
from sfumato.training.backdrops import pack_backdrops
from sfumato.training.captions import RELATIONS, Noun, caption
from sfumato.training.denoiser import LETTERS
from sfumato.training.raster import AssetTensor
from sfumato.training.signs import draw_words, sample_words

SLOTS = 4
COLOUR_NAMES = tuple(COLOURS)
RELATION_NAMES = tuple(RELATIONS)


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
class SynthesisConfig:
    """Shares of what is drawn; the canvases share about the same token count."""

    canvases: tuple[tuple[int, int], ...] = ((64, 64), (56, 80), (80, 56), (48, 88), (88, 48))
    square_share: float = 0.7
    single_share: float = 0.65
    pair_share: float = 0.2
    colour_share: float = 0.3
    transparent_share: float = 0.15
    masked_share: float = 0.08
    lettered_share: float = 0.06
    referenced_share: float = 0.1


class Synthesiser:
    """Draws batches from an asset tensor on `device`."""

    def __init__(self, assets: AssetTensor, config: SynthesisConfig, device: torch.device) -> None:
        self._config = config
        self._assets = assets
        self._device = device
        pixels = torch.from_numpy(assets.pixels).to(device).permute(0, 3, 1, 2)
        self._backdrops = pack_backdrops(config.canvases)
        self._mips = [pixels, F.avg_pool2d(pixels.float(), 2).round().to(torch.uint8)]
        rows: dict[str, list[int]] = {}
        for row, title in enumerate(assets.titles):
            rows.setdefault(title, []).append(row)
        self._titles = tuple(rows)
        self._styles = tuple(sorted(set(assets.styles)))
        self._rows = rows

    def batch(self, size: int, rng: np.random.Generator) -> Batch:
        """`size` fresh pictures with captions."""
        canvas = self._canvas(rng)
        lettered = rng.random() < self._config.lettered_share
        scenes = [self._scene(canvas, lettered, rng) for _ in range(size)]
        x_0 = self._render(scenes, canvas)
        if lettered:
            said = [scene.words or "" for scene in scenes]
            layer = draw_words(said, canvas, rng).to(self._device)
            x_0 = layer + x_0 * (1 - layer[:, 3:])
        return Batch(
            x_0=x_0 * 2 - 1,
            mask=self._mask(size, canvas, rng),
            captions=tuple(scene.caption for scene in scenes),
            letters=self._letters(scenes, lettered),
            references=self._references(scenes, rng),
        )

    def _canvas(self, rng: np.random.Generator) -> tuple[int, int]:
        if rng.random() < self._config.square_share:
            return self._config.canvases[0]
        others = self._config.canvases[1:]
        return others[int(rng.integers(len(others)))]

    def _scene(
        self, canvas: tuple[int, int], lettered: bool, rng: np.random.Generator
    ) -> "_Sketch":
        """What stands where in one picture, and how it is said."""
        kind = rng.random()
        style = self._styles[int(rng.integers(len(self._styles)))]
        row = self._row(self._titles[int(rng.integers(len(self._titles)))], style, rng)
        relation, count = None, 1
        rows = [row]
        if not lettered and kind > self._config.single_share:
            if kind < self._config.single_share + self._config.pair_share:
                other = self._titles[int(rng.integers(len(self._titles)))]
                rows.append(self._row(other, style, rng))
                relation = _pick(RELATION_NAMES, rng)
            else:
                count = int(rng.integers(2, SLOTS + 1))
                rows = rows * count
        colours = (
            [self._colour(rng)] * len(rows) if count > 1 else [self._colour(rng) for _ in rows]
        )
        nouns = [
            Noun(title=self._assets.titles[r], count=count, colour=c)
            for r, c in zip(rows[: 1 if count > 1 else None], colours, strict=False)
        ]
        backdrop, place = self._backdrop(rng)
        words = sample_words(self._titles, rng) if lettered else None
        said_style = self._assets.styles[row] if rng.random() < 0.4 else None
        return _Sketch(
            rows=tuple(rows),
            colours=tuple(colours),
            places=_places(len(rows), relation, lettered, canvas, rng),
            flips=tuple(bool(rng.random() < 0.3) for _ in rows),
            backdrop=backdrop,
            words=words,
            caption=caption(nouns, relation, place, said_style, words, rng),
        )

    def _row(self, title: str, style: str, rng: np.random.Generator) -> int:
        rows = self._rows[title]
        alike = [r for r in rows if self._assets.styles[r] == style] or rows
        return alike[int(rng.integers(len(alike)))]

    def _colour(self, rng: np.random.Generator) -> str | None:
        if rng.random() > self._config.colour_share:
            return None
        return _pick(COLOUR_NAMES, rng)

    def _backdrop(self, rng: np.random.Generator) -> tuple[int | None, str | None]:
        """A row of the backdrops, or None for a transparent picture, and the words for it."""
        if rng.random() < self._config.transparent_share:
            return None, "on a transparent background"
        row = int(rng.integers(len(self._backdrops.words)))
        return row, self._backdrops.words[row] if rng.random() < 0.9 else None

    def _render(self, scenes: list["_Sketch"], canvas: tuple[int, int]) -> Tensor:
        """Backdrops and things, back to front, premultiplied in [0, 1]."""
        pictures = self._backdrops.pictures[canvas]
        clear = torch.zeros_like(pictures[0])
        chosen = [clear if s.backdrop is None else pictures[s.backdrop] for s in scenes]
        x = torch.stack(chosen).to(self._device).float() / 255
        for slot in range(max(len(scene.rows) for scene in scenes)):
            drawn = [i for i, scene in enumerate(scenes) if slot < len(scene.rows)]
            layer = self._layer([scenes[i] for i in drawn], slot, canvas)
            x[drawn] = layer + x[drawn] * (1 - layer[:, 3:])
        return x

    def _layer(self, scenes: list["_Sketch"], slot: int, canvas: tuple[int, int]) -> Tensor:
        places = np.array([scene.places[slot] for scene in scenes])
        level = int(places[:, 2].mean() < 0.45)
        rows = torch.tensor([scene.rows[slot] for scene in scenes], device=self._device)
        pictures = self._mips[level][rows].float() / 255
        pictures = _tint(pictures, [scene.colours[slot] for scene in scenes])
        theta = _affine(places, [scene.flips[slot] for scene in scenes], canvas)
        grid = F.affine_grid(theta.to(self._device), [len(scenes), 4, *canvas], align_corners=False)
        return F.grid_sample(pictures, grid, align_corners=False)

    def _mask(self, size: int, canvas: tuple[int, int], rng: np.random.Generator) -> Tensor:
        """All ones, or in some batches a random box per picture for in-painting."""
        mask = torch.ones(size, 1, *canvas)
        if rng.random() < self._config.masked_share:
            mask.zero_()
            for row in range(size):
                edges = [sorted(rng.choice(side + 1, 2, replace=False)) for side in canvas]
                (y0, y1), (x0, x1) = edges
                mask[row, :, y0:y1, x0:x1] = 1
        return mask.to(self._device)

    def _letters(self, scenes: list["_Sketch"], lettered: bool) -> Tensor:
        length = LETTERS if lettered else 0
        said = [letters([scene.words or ""], length) for scene in scenes]
        return torch.from_numpy(np.stack(said)).to(self._device)

    def _references(self, scenes: list["_Sketch"], rng: np.random.Generator) -> Tensor:
        """The first thing of each picture in any of its styles, in some batches; else none."""
        if rng.random() > self._config.referenced_share:
            return torch.zeros(len(scenes), 0, 4, 64, 64, device=self._device)
        chosen = [self._rows[self._assets.titles[scene.rows[0]]] for scene in scenes]
        rows = [options[int(rng.integers(len(options)))] for options in chosen]
        return self._mips[0][torch.tensor(rows)].float().div(127.5).sub(1)[:, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sketch:
    """One sampled picture: `places` are (x, y, size) per thing, `backdrop` None is transparent."""

    rows: tuple[int, ...]
    colours: tuple[str | None, ...]
    places: tuple[tuple[float, float, float], ...]
    flips: tuple[bool, ...]
    backdrop: int | None
    words: str | None
    caption: str


def _places(
    count: int,
    relation: str | None,
    lettered: bool,
    canvas: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[tuple[float, float, float], ...]:
    """Centres in [0, 1] and sizes of the short edge."""
    jitter = rng.uniform(-0.04, 0.04, (count, 2))
    if count == 1:
        size = rng.uniform(0.55, 0.98) if not lettered else rng.uniform(0.45, 0.6)
        y = 0.5 if not lettered else 0.34
        return ((0.5 + float(jitter[0, 0]), y + float(jitter[0, 1]), float(size)),)
    if relation:
        size = float(rng.uniform(0.38, 0.5))
        first = {"left of": (0.27, 0.5), "right of": (0.73, 0.5), "above": (0.5, 0.27)}
        x, y = {**first, "below": (0.5, 0.73), "next to": (0.27, 0.5)}[relation]
        centres = [(x, y), (1 - x, 1 - y)]
    else:
        size = float(rng.uniform(0.3, 0.42))
        rings = {2: [(0.28, 0.5), (0.72, 0.5)], 3: [(0.5, 0.28), (0.26, 0.7), (0.74, 0.7)]}
        centres = rings.get(count, [(0.27, 0.28), (0.73, 0.28), (0.27, 0.72), (0.73, 0.72)])
    return tuple(
        (x + float(dx), y + float(dy), size)
        for (x, y), (dx, dy) in zip(centres, jitter, strict=True)
    )


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


def _pick(options: tuple[str, ...], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]


def _rgb(colour: str) -> NDArray[np.float32]:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], dtype=np.float32)
