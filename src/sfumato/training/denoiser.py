"""The denoiser: a single-stream transformer inside a small convolutional U-Net.

(x_t, t, conditioning) → x_0 in pixel space. Convolutions at the fine levels, with skips around a
transformer at the coarsest (U-ViT, Hoogeboom et al. 2023). One stream of tokens
`[text | letters | references | canvas]`; 2-D RoPE on pictures, QK-norm (Dehghani et al. 2023),
SwiGLU (Shazeer 2020), RMSNorm, one shared adaLN with an offset per block (PixArt, Chen et al.
2023); in training a share of the tokens skips the middle blocks (TREAD, Krause et al. 2025).
Knows nothing about prompts, noise or losses.

Shapes: B batch, N canvas tokens, L text tokens, D width, H heads, K head width; the canvas is
(B, 5, height, width): premultiplied RGBA in [-1, 1] and the mask (1 = may change).
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

CANVAS_CHANNELS = 5
PIXEL_CHANNELS = 4
LETTERS = 16
MAX_REFERENCES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DenoiserConfig:
    """`depth` is the dial. `levels` are the channels of the convolutional levels, fine to coarse:
    each halves the picture, after the unshuffling by two; so tokens are 2 << levels pixels
    wide. `routed` is the share of tokens that skip the middle blocks in training."""

    depth: int = 8
    width: int = 256
    head_width: int = 64
    levels: tuple[int, ...] = (48, 96)
    routed: float = 0.5
    text_width: int = 384
    reference_size: int = 64
    reference_patch: int = 16

    @property
    def patch(self) -> int:
        """Pixels along a token's edge."""
        return 2 << len(self.levels)

    @property
    def heads(self) -> int:
        return self.width // self.head_width

    @property
    def hidden(self) -> int:
        """SwiGLU's hidden width: 8/3 of the width, rounded to 32."""
        return round(self.width * 8 / 3 / 32) * 32


class Denoiser(nn.Module):
    """The network; a canvas's height and width must be multiples of `config.patch`."""

    def __init__(self, config: DenoiserConfig) -> None:
        super().__init__()
        self.config = config
        width, levels = config.width, config.levels
        coarser = (*levels[1:], width)
        self.stem = nn.Conv2d(CANVAS_CHANNELS * 4, levels[0], 3, padding=1)
        self.fine = nn.ModuleList(Residual(c, width) for c in levels)
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 2, stride=2) for a, b in zip(levels, coarser, strict=True)
        )
        self.up = nn.ModuleList(
            nn.Conv2d(b, 4 * a, 1) for a, b in zip(levels, coarser, strict=True)
        )
        self.join = nn.ModuleList(nn.Conv2d(2 * c, c, 1) for c in levels)
        self.pass_on = nn.ModuleList(nn.Linear(width, c) for c in levels)
        self.refine = nn.ModuleList(Residual(c, width) for c in levels)
        self.head = nn.Conv2d(levels[0], PIXEL_CHANNELS * 4, 3, padding=1)
        self.text = nn.Linear(config.text_width, width)
        self.pad = nn.Parameter(torch.zeros(width))
        self.letters = nn.Embedding(257, width)
        self.letter_places = nn.Parameter(torch.randn(LETTERS, width) * 0.02)
        self.reference = nn.Conv2d(
            PIXEL_CHANNELS, width, config.reference_patch, stride=config.reference_patch
        )
        self.slots = nn.Parameter(torch.randn(MAX_REFERENCES, width) * 0.02)
        modulation = nn.Linear(width, 6 * width)
        self.time = nn.Sequential(nn.Linear(width, width), nn.SiLU())
        self.modulation = modulation
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        for neutral in (modulation, *self.pass_on):
            nn.init.zeros_(neutral.weight)
            nn.init.zeros_(neutral.bias)

    def forward(
        self, canvas: Tensor, t: Tensor, text: Tensor, letters: Tensor, references: Tensor
    ) -> Tensor:
        """x_0 (B, 4, height, width) from canvas (B, 5, height, width), t (B,), text (B, L, 384)
        with zero rows as padding, letters (B, 0 or 16) and references (B, R, 4, 64, 64)."""
        time = self.time(time_embedding(t, self.config.width))
        x = self.stem(F.pixel_unshuffle(canvas, 2))
        skips = []
        for fine, down in zip(self.fine, self.down, strict=True):
            x = fine(x, time)
            skips.append(x)
            x = down(x)
        x = self._transform(x, time, text, letters, references)
        outward = zip(self.up, skips, self.pass_on, self.join, self.refine, strict=True)
        for up, skip, pass_on, join, refine in reversed(list(outward)):
            x = F.pixel_shuffle(up(x), 2)
            skip = skip * (1 + pass_on(time)[..., None, None])  # near t = 1 skips are noise
            x = refine(join(torch.cat([x, skip], dim=1)), time)
        return F.pixel_shuffle(self.head(F.silu(x)), 2)

    def _transform(
        self, grid: Tensor, time: Tensor, text: Tensor, letters: Tensor, references: Tensor
    ) -> Tensor:
        """The coarsest level (B, D, rows, columns), among words and reference pictures."""
        rows, columns = grid.shape[-2], grid.shape[-1]
        words = self._words(text, letters)
        pictures, picture_angles = self._pictures(references)
        x = torch.cat([words, pictures, rearrange(grid, "b d h w -> b (h w) d")], dim=1)
        angles = torch.cat(
            [
                torch.zeros(words.shape[1], self.config.head_width // 2, device=x.device),
                picture_angles,
                rope_angles(rows, columns, self.config.head_width, x.device),
            ]
        )
        rope = (angles.cos(), angles.sin())
        x = self._attend(x, self.modulation(time), rope, words.shape[1])
        x = F.rms_norm(x[:, -rows * columns :], (self.config.width,))
        return rearrange(x, "b (h w) d -> b d h w", h=rows)

    def _attend(
        self, x: Tensor, modulation: Tensor, rope: tuple[Tensor, Tensor], words: int
    ) -> Tensor:
        """The blocks. In training a random share of the picture tokens skips the middle ones; the
        first `words` tokens go through all."""
        first, *middle, last = self.blocks
        x = first(x, modulation, rope)
        kept = self._route(words, x) if self.training and self.config.routed else slice(None)
        some, some_rope = x[:, kept], (rope[0][kept], rope[1][kept])
        for block in middle:
            some = block(some, modulation, some_rope)
        x = some if isinstance(kept, slice) else x.index_copy(1, kept, some)
        attended: Tensor = last(x, modulation, rope)
        return attended

    def _route(self, words: int, x: Tensor) -> Tensor:
        """Indices of the tokens that stay."""
        pictures = x.shape[1] - words
        stay = torch.randperm(pictures, device=x.device)
        stay = stay[: round(pictures * (1 - self.config.routed))] + words
        return torch.cat([torch.arange(words, device=x.device), stay])

    def _words(self, text: Tensor, letters: Tensor) -> Tensor:
        empty = (text.abs().sum(-1, keepdim=True) == 0).to(text.dtype)
        words = self.text(F.rms_norm(text, (text.shape[-1],))) * (1 - empty) + self.pad * empty
        places = self.letter_places[: letters.shape[1]]
        return torch.cat([words, self.letters(letters) + places], dim=1)

    def _pictures(self, references: Tensor) -> tuple[Tensor, Tensor]:
        count = references.shape[1]
        side = self.config.reference_size // self.config.reference_patch
        grid = self.reference(rearrange(references, "b r c h w -> (b r) c h w"))
        tokens = rearrange(grid, "(b r) d h w -> b r (h w) d", b=len(references))
        tokens = tokens + self.slots[:count, None]
        angles = rope_angles(side, side, self.config.head_width, references.device)
        return rearrange(tokens, "b r n d -> b (r n) d"), angles.repeat(count, 1)


class Residual(nn.Module):
    """Two 3 x 3 convolutions beside a skip, the second under a scale and shift by time."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.norms = nn.ModuleList(nn.GroupNorm(8, channels) for _ in range(2))
        self.modulation = nn.Linear(width, 2 * channels)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """(B, C, h, w) and time (B, D) → (B, C, h, w)."""
        scale, shift = self.modulation(time)[..., None, None].chunk(2, dim=1)
        inner = self.first(F.silu(self.norms[0](x)))
        inner = self.norms[1](inner) * (1 + scale) + shift
        refined: Tensor = x + self.second(F.silu(inner))
        return refined


class Block(nn.Module):
    """Attention and SwiGLU, each between an adaLN scale, shift and gate."""

    def __init__(self, config: DenoiserConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.q_scale = nn.Parameter(torch.ones(config.head_width))
        self.k_scale = nn.Parameter(torch.ones(config.head_width))
        self.project = nn.Linear(config.width, config.width, bias=False)
        self.gate_up = nn.Linear(config.width, 2 * config.hidden, bias=False)
        self.down = nn.Linear(config.hidden, config.width, bias=False)
        start = torch.zeros(6, config.width)
        start[2::3] = 1.0  # gates open; scales and shifts neutral
        self.offset = nn.Parameter(start)

    def forward(self, x: Tensor, modulation: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
        """(B, N, D) from x (B, N, D), modulation (B, 6·D), cos and sin of the angles (N, K / 2)."""
        offsets = modulation.view(-1, 6, x.shape[-1]) + self.offset
        scale_a, shift_a, gate_a, scale_m, shift_m, gate_m = offsets.unsqueeze(2).unbind(1)
        x = x + gate_a * self._attend(_modulate(x, scale_a, shift_a), rope)
        gate, up = self.gate_up(_modulate(x, scale_m, shift_m)).chunk(2, dim=-1)
        x = x + gate_m * self.down(F.silu(gate) * up)
        return x

    def _attend(self, x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
        q, k, v = rearrange(self.qkv(x), "b n (three h k) -> three b h n k", three=3, h=self.heads)
        q = _rotate(F.rms_norm(q, (q.shape[-1],)) * self.q_scale, rope)
        k = _rotate(F.rms_norm(k, (k.shape[-1],)) * self.k_scale, rope)
        x = F.scaled_dot_product_attention(q, k, v)
        x = self.project(rearrange(x, "b h n k -> b n (h k)"))
        return x


def time_embedding(t: Tensor, width: int) -> Tensor:
    """Sinusoidal embedding of t (B,) in [0, 1] (Vaswani et al. 2017), (B, width)."""
    steps = torch.arange(width // 2, device=t.device) / (width // 2)
    frequencies = torch.exp(-math.log(10_000.0) * steps)
    phases = 1000 * t[:, None] * frequencies
    return torch.cat([phases.cos(), phases.sin()], dim=-1)


def rope_angles(rows: int, columns: int, head_width: int, device: torch.device) -> Tensor:
    """Axial RoPE (Su et al. 2021; Heo et al. 2024): (rows * columns, head_width / 2) angles.

    Places are centred, so that a wide canvas extends the square one on both sides.
    """
    frequencies = torch.pi * 0.5 ** torch.linspace(0, 5, head_width // 4, device=device)
    y = torch.arange(rows, device=device, dtype=torch.float32)
    x = torch.arange(columns, device=device, dtype=torch.float32)
    y, x = y - y.mean(), x - x.mean()
    y_angles = (y[:, None] * frequencies)[:, None].expand(rows, columns, -1)
    x_angles = (x[:, None] * frequencies)[None].expand(rows, columns, -1)
    return torch.cat([y_angles, x_angles], dim=-1).reshape(rows * columns, -1)


def _modulate(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return F.rms_norm(x, (x.shape[-1],)) * (1 + scale) + shift


def _rotate(x: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = rope
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)
