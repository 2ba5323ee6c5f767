"""Denoisers at equal processor time: which shape of network learns more in the same seconds.

`python benchmarks/denoisers.py --data data --seconds 300` trains each variant of the `cpu` config
from nothing on one thread, and prints the error of x_0 on fixed pictures of a held-out generator at
four timesteps, once a minute of processor time. Evaluation does not count.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch.func import functional_call

from sfumato.training.config import CONFIGS
from sfumato.training.denoiser import DenoiserConfig
from sfumato.training.flow import interpolate
from sfumato.training.prepare import prepare_assets, prepare_encoder
from sfumato.training.synthesis import Batch, Synthesiser
from sfumato.training.trainer import CaptionEncoder, Run

VARIANTS: Mapping[str, DenoiserConfig] = {
    "routed": DenoiserConfig(depth=6, width=192, levels=(48, 96), routed=0.5),
    "unrouted": DenoiserConfig(depth=6, width=192, levels=(48, 96), routed=0.0),
    "deeper": DenoiserConfig(depth=10, width=192, levels=(48, 96), routed=0.5),
    "u-net": DenoiserConfig(depth=2, width=192, levels=(64, 128), routed=0.0),
}
TIMESTEPS = (0.2, 0.5, 0.8, 0.95)
HELD_OUT_SEED = 999
BATCHES, SIZE = 3, 48
CHUNK = 10  # steps between two looks at the clock


def main() -> None:
    """Print one JSON line per variant and minute."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--seconds", type=float, default=300, help="processor time per variant")
    parser.add_argument("--variants", nargs="*", default=list(VARIANTS), choices=list(VARIANTS))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.variants:
        for line in learn(name, arguments.data, arguments.seconds):
            print(json.dumps(line), flush=True)


def learn(name: str, data: Path, seconds: float) -> Iterator[dict[str, object]]:
    """Train one variant; its error after each minute and at the end."""
    config = replace(CONFIGS["cpu"], denoiser=VARIANTS[name])
    assets, encoder = prepare_assets(config, data), prepare_encoder(data, 1)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(config, Path(folder), assets, encoder)
        rng = np.random.default_rng(HELD_OUT_SEED)
        drawn = Synthesiser(
            assets, replace(config.synthesis, edited_share=0.0), torch.device("cpu")
        )
        fixed = [drawn.batch(SIZE, rng) for _ in range(BATCHES)]
        spent, due = 0.0, 60.0
        while spent < seconds:
            started = time.process_time()
            list(run.train(steps=CHUNK))
            spent += time.process_time() - started
            if spent > due or spent >= seconds:
                due += 60
                yield {
                    "variant": name,
                    "seconds": round(spent),
                    "samples": run.step * config.batch,
                    "error": errors(run, encoder, fixed),
                }


@torch.inference_mode()
def errors(run: Run, encoder: CaptionEncoder, batches: list[Batch]) -> dict[float, float]:
    """Mean squared error of x_0 by timestep, with the EMA of the run's weights."""
    run.model.eval()
    found = {t: float(np.mean([_error(run, encoder, b, t) for b in batches])) for t in TIMESTEPS}
    run.model.train()
    return {t: round(error, 4) for t, error in found.items()}


def _error(run: Run, encoder: CaptionEncoder, batch: Batch, t: float) -> float:
    noise = torch.randn(batch.x_0.shape, generator=torch.Generator().manual_seed(0))
    times = torch.full((len(batch.captions),), t)
    canvas = torch.cat([interpolate(batch.x_0, noise, times), torch.ones_like(batch.mask)], 1)
    text = torch.as_tensor(encoder.batch(batch.captions, run.config.text_length))
    inputs = (canvas, times, text, batch.letters, batch.references)
    x_0 = functional_call(run.model, run.ema, inputs)
    return float((x_0.clamp(-1, 1) - batch.x_0).square().mean())


if __name__ == "__main__":
    main()
