"""`python -m sfumato.training.upscaler`: train the upscaler, keep its weights, export it.

Both steps learn together, and each is also fed what the step before made, so that errors do not
pile up from one doubling to the next.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import cos, pi
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from sfumato.training.assets import read_assets
from sfumato.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from sfumato.training.config import CONFIGS
from sfumato.training.muon import Muon
from sfumato.training.raster import held_out
from sfumato.training.sources import PICTURES, WORDS, fetch
from sfumato.training.upscaler_batches import Batch, batches, shrink
from sfumato.training.upscaler_data import render_scenes
from sfumato.training.upscaler_export import export_upscaler
from sfumato.training.upscaler_network import Upscaler, UpscalerConfig

EDGES = 0.5  # weight of the loss on differences of neighbours
WARMUP = 10  # steps
CHECKPOINT = Path("checkpoints/upscaler")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscalerRun:
    """Everything that decides the weights."""

    steps: int = 700
    batch: int = 4
    canvas: int = 32  # pixels of a crop of the base canvas
    drawn: int = 24  # pixels of a crop past the first step
    rate: float = 3e-3
    scenes: int = 240
    seed: int = 0
    network: UpscalerConfig = field(default_factory=UpscalerConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """After `step` steps: loss, and the mean error in 255ths, both since the last report."""

    step: int
    loss: float
    error: float


def train(run: UpscalerRun, scenes: Tensor, model: Upscaler, every: int = 50) -> Iterator[Report]:
    """Train `model` in place on scenes (N, H, H, 4) uint8; the same weights for the same run."""
    optimisers = _optimisers(model, run)
    data = batches(scenes, size=run.batch, canvas=run.canvas, drawn=run.drawn, seed=run.seed)
    losses, errors = [], []
    for step, batch in zip(range(1, run.steps + 1), data, strict=False):
        loss, error = objective(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]  # torch ships it untyped
        for optimiser, rate in optimisers:
            optimiser.param_groups[0]["lr"] = rate * _schedule(step, run.steps)
            optimiser.step()
            optimiser.zero_grad()
        losses.append(loss.item())
        errors.append(error.item())
        if step % every == 0 or step == run.steps:
            yield Report(step=step, loss=float(np.mean(losses)), error=255 * float(np.mean(errors)))
            losses, errors = [], []


def objective(model: Upscaler, batch: Batch) -> tuple[Tensor, Tensor]:
    """The loss of both steps, alone and one upon the other, and the error of the first."""
    quadrupled = model.first(batch.canvas)
    wanted = shrink(batch.clean, 2)
    upon_first = model.next(_middle(quadrupled, 48))
    doubled = model.next(batch.drawn)
    again = model.next(doubled)
    parts = (
        crispness_loss(quadrupled, wanted),
        crispness_loss(upon_first, _middle(batch.clean, 96)),
        crispness_loss(doubled, shrink(batch.finer, 2)),
        crispness_loss(again, batch.finer),
    )
    return torch.stack(parts).sum(), (quadrupled - wanted).abs().mean()


def crispness_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """Mean absolute error of the pixels and of the differences of neighbours.

    The median of where an edge may lie is still an edge, the mean is a blur: so no squares.
    """
    error = made - wanted
    across = (error[..., 1:] - error[..., :-1]).abs().mean()
    down = (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    return error.abs().mean() + EDGES * (across + down)


def _optimisers(model: Upscaler, run: UpscalerRun) -> list[tuple[torch.optim.Optimizer, float]]:
    """Muon for the convolutions, Adam for their biases, each with its highest rate."""
    matrices = [p for p in model.parameters() if p.ndim == 2]
    biases = [p for p in model.parameters() if p.ndim == 1]
    return [
        (Muon(matrices, lr=run.rate), run.rate),
        (torch.optim.Adam(biases, lr=run.rate / 3, betas=(0.9, 0.98)), run.rate / 3),
    ]


def _schedule(step: int, steps: int) -> float:
    """Up within `WARMUP` steps, down along a cosine to nothing at the end."""
    return min(1.0, step / WARMUP) * 0.5 * (1 + cos(pi * (step - 1) / steps))


def prepare_scenes(data: Path, run: UpscalerRun) -> Tensor:
    """Fetch the sets that the weights of a release learn from, and render the scenes once."""
    cached = data / f"upscaler-scenes-{run.scenes}-{run.seed}.npy"
    if not cached.is_file():
        sets = tuple(s for s in PICTURES if s.name in CONFIGS["cpu"].sources)
        list(fetch(data / "sources", sets + WORDS))
        assets = [
            asset
            for asset in read_assets(data / "sources", sets)
            if not held_out(asset.title, asset.style)
        ]
        fresh = cached.with_suffix(".new.npy")
        np.save(fresh, np.stack(list(render_scenes(assets, run.scenes, run.seed))))
        fresh.rename(cached)
    return torch.from_numpy(np.load(cached))


def _middle(pictures: Tensor, side: int) -> Tensor:
    top = (pictures.shape[-2] - side) // 2
    left = (pictures.shape[-1] - side) // 2
    return pictures[..., top : top + side, left : left + side]


def main() -> None:
    """Train, print the loss, write the checkpoint and the ONNX file."""
    options = _options()
    torch.set_num_threads(options.threads)
    run = UpscalerRun(
        steps=options.steps,
        batch=options.batch,
        rate=options.rate,
        scenes=options.scenes,
        seed=options.seed,
    )
    torch.manual_seed(run.seed)
    model = _model(run, options.start)
    scenes = prepare_scenes(options.data, run)
    size = sum(weight.numel() for weight in model.parameters())
    print(f"{size} parameters, {len(scenes)} scenes", flush=True)
    began = time.monotonic()
    for report in train(run, scenes, model):
        seconds = time.monotonic() - began
        print(
            f"step {report.step}  loss {report.loss:.4f}  error {report.error:.2f}/255"
            f"  {seconds:.0f} s",
            flush=True,
        )
        weights = Checkpoint(step=report.step, tensors=model.state_dict())
        save_checkpoint(options.checkpoint, weights)
    export_upscaler(model, options.data / "upscaler.onnx")
    print(f"{options.checkpoint} and {options.data / 'upscaler.onnx'}")


def _model(run: UpscalerRun, start: Path | None) -> Upscaler:
    """Fresh, or with the weights of the checkpoint `start`; FileNotFoundError when it is none."""
    model = Upscaler(run.network)
    if start is not None:
        saved = load_checkpoint(start)
        if saved is None:
            raise FileNotFoundError(f"{start} holds no checkpoint.")
        model.load_state_dict(dict(saved.tensors), strict=True)
    return model


def _options() -> argparse.Namespace:
    run = UpscalerRun()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--start", type=Path, help="checkpoint to go on from, at another seed")
    parser.add_argument("--steps", type=int, default=run.steps)
    parser.add_argument("--batch", type=int, default=run.batch)
    parser.add_argument("--rate", type=float, default=run.rate)
    parser.add_argument("--scenes", type=int, default=run.scenes)
    parser.add_argument("--seed", type=int, default=run.seed)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
