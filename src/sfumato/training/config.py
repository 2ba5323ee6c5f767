"""Training configs, rows of one table. A GPU run differs by the config's name and device only.

Knows nothing about how they are carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sfumato.training.denoiser import DenoiserConfig
from sfumato.training.raster import THINGS
from sfumato.training.sketches import SynthesisConfig

SERVED = (
    "fluent-emoji-flat",
    "noto",
    "fluent-emoji",
    "twemoji",
    "fxemoji",
)  # judge's styles held out

MEMORY = ("fluent-emoji-flat", "noto", "fluent-emoji", "flat-color-icons", "openclipart-svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """Everything that decides a run. `samples` is a horizon: a run can be stopped and resumed."""

    name: str
    denoiser: DenoiserConfig = field(default_factory=DenoiserConfig)
    synthesis: SynthesisConfig = field(default_factory=SynthesisConfig)
    sources: tuple[str, ...] = SERVED
    words_from: tuple[str, ...] = ("noto", "twemoji", "fluent-emoji-flat")  # names and categories
    memory: tuple[str, ...] = MEMORY
    categories: tuple[str, ...] = THINGS
    titles: int | None = None  # the first so many only; None = all
    asset_size: int = 64
    batch: int = 64
    samples: int = 2_000_000
    text_length: int = 24
    no_text_share: float = 0.1  # for classifier-free guidance (Ho & Salimans 2022)
    t_mean: float = 0.2
    t_std: float = 1.4
    muon_rate: float = 2e-3
    adam_rate: float = 1e-3
    warmup: int = 50  # steps
    ema: float = 0.999
    seed: int = 0
    dtype: str = "float32"
    compile: bool = False  # where the device has a compiler worth waiting for
    workers: int = 0  # processes that sample scenes ahead
    checkpoint_every: float = 300.0  # seconds


CONFIGS: Mapping[str, TrainingConfig] = {
    config.name: config
    for config in (
        TrainingConfig(
            name="smoke",
            denoiser=DenoiserConfig(depth=2, width=64, levels=(16, 32)),
            synthesis=SynthesisConfig(canvases=((64, 64),), square_share=1.0),
            sources=("fluent-emoji-flat", "noto"),
            memory=("fluent-emoji-flat", "noto"),
            titles=40,
            batch=16,
            samples=960,
            checkpoint_every=20.0,
        ),
        TrainingConfig(
            name="cpu",
            denoiser=DenoiserConfig(depth=6, width=192),
            synthesis=SynthesisConfig(
                lettered_share=0.04, referenced_share=0.03, edited_share=0.05, plain_share=0.5
            ),
            categories=("Animals & Nature", "Food & Drink"),
            batch=48,
        ),
        TrainingConfig(
            name="gpu",
            denoiser=DenoiserConfig(depth=10, width=448, levels=(64, 128)),
            synthesis=SynthesisConfig(
                canvases=((128, 128), (104, 152), (152, 104), (96, 176), (176, 96))
            ),
            asset_size=128,
            batch=512,
            samples=8_000_000,
            dtype="bfloat16",
            compile=True,
            workers=8,
            checkpoint_every=240.0,
        ),
    )
}
