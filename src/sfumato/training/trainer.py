"""The training loop: batch → flow target → denoiser → step → checkpoint. Knows nothing of serving.

Step k of a run sees the same batch, noise and timesteps whenever it is computed, so a run that was
killed and resumed follows the curve of one that never stopped.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader

from sfumato.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from sfumato.training.config import TrainingConfig
from sfumato.training.denoiser import Denoiser
from sfumato.training.flow import interpolate, sample_t, velocity_loss
from sfumato.training.optimiser import Optimiser
from sfumato.training.raster import AssetTensor
from sfumato.training.sampling import SketchDataset
from sfumato.training.synthesis import Batch, BatchSketch, Synthesiser
from sfumato.training.throughput import count_flops, peak_flops, precision

LOG_EVERY = 20  # steps
AHEAD = 4  # batches that each worker samples ahead


class CaptionEncoder(Protocol):
    """Frozen text encoder: captions → (B, length, 384), zero where a caption is shorter."""

    def batch(self, texts: Sequence[str], length: int, /) -> NDArray[np.float32] | Tensor:
        """float32; `length` counts tokens, and a longer caption is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """What a step did: mean loss since the last report, samples seen and per second, and the share
    of the device's measured peak that the network's arithmetic reached."""

    step: int
    samples: int
    loss: float
    samples_per_second: float
    utilisation: float


class Run:
    """A training run in `folder`: its state is a checkpoint, its curve is `log.jsonl`."""

    def __init__(
        self,
        config: TrainingConfig,
        folder: Path,
        assets: AssetTensor,
        encoder: CaptionEncoder,
        device: str = "cpu",
        start: Path | None = None,
    ) -> None:
        self.config = config
        self.folder = folder
        self._device = torch.device(device)
        self._dtype = precision(config.dtype, self._device)
        self._encoder = encoder
        seen = assets.only(~assets.held_out)
        self._synthesiser = Synthesiser(seen, config.synthesis, self._device)
        torch.manual_seed(config.seed)
        self.model = Denoiser(config.denoiser).to(self._device)
        self.ema = {name: p.detach().clone() for name, p in self.model.named_parameters()}
        self._optimiser = Optimiser(self.model, config, self._dtype)
        self._forward: Callable[..., Tensor] = (
            torch.compile(self.model, dynamic=False)
            if config.compile and self._device.type == "cuda"
            else self.model
        )
        self.step = 0
        self._peak: float | None = None
        self._sample_flops = 0.0
        self._resume(start)

    def train(self, seconds: float | None = None, steps: int | None = None) -> Iterator[StepReport]:
        """Train to the config's horizon, for `seconds` or for `steps`; reports now and then."""
        if self._peak is None:
            self._peak = self._measure()
        started = saved = reported = time.monotonic()
        losses: list[Tensor] = []
        first = self.step + 1
        last = None if steps is None else self.step + steps
        sampled = self._sampled()
        while self.step * self.config.batch < self.config.samples:
            losses.append(self._train_step(next(sampled)))
            now = time.monotonic()
            if self.step % LOG_EVERY == 0 or self.step in (first, last):
                yield self._report(losses, now - reported)
                losses, reported = [], now
            if now - saved > self.config.checkpoint_every:
                self.save()
                saved = now
            if self.step == last or (seconds is not None and now - started > seconds):
                break
        self.save()

    def save(self, folder: Path | None = None, dtype: torch.dtype = torch.float32) -> None:
        """Write the checkpoint, or a copy: network, EMA and optimiser state."""
        tensors = {f"model.{n}": p.detach() for n, p in self.model.named_parameters()}
        tensors |= {f"ema.{n}": p for n, p in self.ema.items()}
        tensors |= self._optimiser.tensors()
        on_cpu = {name: tensor.cpu() for name, tensor in tensors.items()}
        checkpoint = Checkpoint(step=self.step, tensors=on_cpu)
        save_checkpoint(folder or self.folder / "checkpoint", checkpoint, dtype)

    def _sampled(self) -> Iterator[BatchSketch]:
        """The sketches of this and all later steps; for a fast device, sampled ahead by others."""
        workers = 0 if self._device.type == "cpu" else self.config.workers
        loader: DataLoader[BatchSketch] = DataLoader(
            SketchDataset(self._synthesiser.vocabulary, self.config),
            batch_size=None,
            sampler=range(self.step, self.config.samples // self.config.batch + 1),
            num_workers=workers,
            prefetch_factor=AHEAD if workers else None,
            multiprocessing_context="spawn" if workers else None,
        )
        return iter(loader)

    def _train_step(self, sampled: BatchSketch) -> Tensor:
        rng = np.random.default_rng([self.config.seed, self.step, 1])
        generator = torch.Generator(self._device).manual_seed(int(rng.integers(2**62)))
        torch.manual_seed(int(rng.integers(2**62)))  # which tokens are routed
        batch = self._synthesiser.render(sampled, rng)
        loss = self._loss(batch, self._text(batch, rng), generator)
        torch.autograd.backward(loss)
        self._optimiser.step(self.step)
        self.step += 1
        self._average()
        return loss.detach()

    def _loss(self, batch: Batch, text: Tensor, generator: torch.Generator) -> Tensor:
        t = sample_t(len(batch.captions), generator, self.config.t_mean, self.config.t_std)
        noise = torch.randn(batch.x_0.shape, generator=generator, device=self._device)
        x_t = interpolate(batch.x_0, noise, t)
        known = batch.x_0 * (1 - batch.mask) + x_t * batch.mask
        canvas = torch.cat([known, batch.mask], dim=1)
        enabled = self._dtype != torch.float32
        with torch.autocast(self._device.type, dtype=self._dtype, enabled=enabled):
            x_0 = self._forward(canvas, t, text, batch.letters, batch.references)
        return velocity_loss(x_0.float(), batch.x_0, t, batch.mask)

    def _text(self, batch: Batch, rng: np.random.Generator) -> Tensor:
        """Caption embeddings (B, L, 384); a share of rows is zero, the null conditioning."""
        kept = rng.random(len(batch.captions)) >= self.config.no_text_share
        embedded = self._encoder.batch(batch.captions, self.config.text_length)
        kept_rows = torch.from_numpy(kept.astype(np.float32)).to(self._device)
        return torch.as_tensor(embedded, device=self._device) * kept_rows[:, None, None]

    def _average(self) -> None:
        decay = min(self.config.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.ema.values()), list(self.model.parameters()), 1 - decay)

    def _measure(self) -> float:
        """The device's peak; and one sample's arithmetic, counted on a throw-away gradient."""
        rng = np.random.default_rng(0)
        batch = self._synthesiser.batch(2, rng)
        generator = torch.Generator(self._device).manual_seed(0)
        text = self._text(batch, rng)
        forward, self._forward = self._forward, self.model
        self._sample_flops = count_flops(lambda: self._loss(batch, text, generator)) / 2
        self._forward = forward
        self.model.zero_grad(set_to_none=True)
        return peak_flops(self._device, self._dtype)

    def _report(self, losses: list[Tensor], seconds: float) -> StepReport:
        rate = len(losses) * self.config.batch / seconds
        report = StepReport(
            step=self.step,
            samples=self.step * self.config.batch,
            loss=float(torch.stack(losses).mean()),
            samples_per_second=rate,
            utilisation=rate * self._sample_flops / (self._peak or 1),
        )
        with (self.folder / "log.jsonl").open("a") as log:
            line = {
                "step": report.step,
                "samples": report.samples,
                "loss": round(report.loss, 5),
                "samples_per_second": round(report.samples_per_second, 1),
            }
            log.write(json.dumps(line) + "\n")
        return report

    def _resume(self, start: Path | None) -> None:
        """Go on from the run's own checkpoint, else from the one at `start`, else from nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        checkpoint = load_checkpoint(self.folder / "checkpoint")
        if checkpoint is None and start is not None:
            checkpoint = load_checkpoint(start)
        if checkpoint is None:
            return
        tensors = checkpoint.tensors
        own = {k.removeprefix("model."): v for k, v in tensors.items() if k.startswith("model.")}
        self.model.load_state_dict(own, strict=True)
        for name in self.ema:
            self.ema[name] = tensors[f"ema.{name}"].to(self._device)
        self._optimiser.load(dict(tensors))
        self.step = checkpoint.step
