"""A toy world for training tests: twelve drawn assets and a denoiser of a few thousand weights."""

from pathlib import Path

import numpy as np

import sfumato
from sfumato.native.text import TextEncoder
from sfumato.registry.snapshot import read_snapshot
from sfumato.training.config import TrainingConfig
from sfumato.training.denoiser import DenoiserConfig
from sfumato.training.raster import AssetTensor
from sfumato.training.sketches import SynthesisConfig

SHIPPED = Path(sfumato.__file__).parent / "snapshots"
TOY = TrainingConfig(
    name="toy",
    denoiser=DenoiserConfig(depth=3, width=64, levels=(8, 16)),
    synthesis=SynthesisConfig(canvases=((32, 32), (24, 40))),
    batch=4,
    samples=4 * 40,
    checkpoint_every=1e9,
)


def assets() -> AssetTensor:
    """Discs and squares in six hues, 64 pixels each, premultiplied."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    shapes = {"disc": x**2 + y**2 < 0.6, "square": (abs(x) < 0.6) & (abs(y) < 0.6)}
    pixels, titles = [], []
    for title, shape in shapes.items():
        for _ in range(6):
            picture = np.zeros((64, 64, 4), np.uint8)
            picture[shape, :3] = rng.integers(0, 256, 3)
            picture[shape, 3] = 255
            pixels.append(picture)
            titles.append(title)
    return AssetTensor(
        pixels=np.stack(pixels),
        titles=tuple(titles),
        styles=("flat", "noto") * 6,
        sources=("toy",) * 12,
    )


def encoder() -> TextEncoder:
    """The shipped snapshot's text encoder."""
    snapshot = read_snapshot(max(SHIPPED.glob("*.json")))
    return TextEncoder(snapshot.path("text"), snapshot.path("tokenizer"))
