"""Train the scene judge's two networks, the finder and the namer, from one pool of staged scenes.

`python -m sfumato.training.judge_scene_train stage|finder|namer` (each with `--help`). Training
goes on from its checkpoint and prints a line every half minute. Learns from the learnt styles
only; knows nothing about exports or scores.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from sfumato.evals.categories_suites import read_nouns
from sfumato.training import judge_finder
from sfumato.training.assets import read_assets
from sfumato.training.backdrops import pack_backdrops
from sfumato.training.judge_finder import Finder, to_tensor
from sfumato.training.judge_namer import Crops, from_judge, loss_of
from sfumato.training.judge_stage import CANVAS, Pool, Stage, Staged, mirrored
from sfumato.training.judge_stock import Stock, gather

SEED = 20261123
NOTED = 30.0  # seconds between lines and checkpoints
WARMUP = 60  # steps

app = typer.Typer(no_args_is_help=True, help="The scene judge.")
Step = Callable[[], tuple[Tensor, dict[str, float]]]


def train(
    net: nn.Module, step: Step, checkpoint: Path, *, minutes: float, rate: float, batch: int
) -> Iterator[str]:
    """Minimise `step` for `minutes`, keeping the latest weights in `checkpoint`; log lines."""
    done = load(net, checkpoint) if checkpoint.is_file() else 0
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.02)
    began = noted = time.monotonic()
    heard: list[dict[str, float]] = []
    progress, steps = 0.0, 0
    while progress < 1:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (steps + 1) / WARMUP) * max(1 - progress, 0.02)
        loss, facts = step()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        steps, done = steps + 1, done + batch
        heard.append(facts | {"loss": loss.item()})
        progress = (time.monotonic() - began) / 60 / minutes
        if time.monotonic() - noted > NOTED or progress >= 1:
            noted = time.monotonic()
            save(net, checkpoint, done)
            means = "  ".join(f"{k} {sum(h[k] for h in heard) / len(heard):.3f}" for k in heard[0])
            yield f"{done} samples  {means}  {steps * batch / (noted - began):.0f}/s"
            heard = []


def save(net: nn.Module, checkpoint: Path, samples: int) -> None:
    """Weights and how many samples they have seen; written whole or not at all."""
    state = {key: tensor.contiguous() for key, tensor in net.state_dict().items()}
    fresh = checkpoint.with_suffix(".new")
    save_file(state, fresh, {"samples": str(samples)})
    fresh.replace(checkpoint)


def load(net: nn.Module, checkpoint: Path) -> int:
    """Load a checkpoint in place; the number of samples it has seen."""
    with safe_open(checkpoint, framework="pt") as file:
        net.load_state_dict({key: file.get_tensor(key) for key in file.keys()})  # noqa: SIM118  # no mapping
        return int(file.metadata()["samples"])


def finder_step(net: nn.Module, pool: Pool, batch: int, seed: int) -> Step:
    """Scenes of the pool, mirrored half of the time and lit a little differently."""
    rng = np.random.default_rng(seed)

    def step() -> tuple[Tensor, dict[str, float]]:
        rows = rng.integers(len(pool.scenes), size=batch)
        scenes: list[Staged] = [pool.scenes[i] for i in rows]
        scenes = [mirrored(s) if rng.random() < 0.5 else s for s in scenes]
        light = torch.from_numpy(0.85 + 0.3 * rng.random((batch, 3, 1, 1), np.float32))
        pixels = (to_tensor(scenes) * light).clamp(0, 1)
        return judge_finder.loss_of(net.train(), pixels, scenes), {}

    return step


def namer_step(net: nn.Module, crops: Crops, batch: int) -> Step:
    """Crops of the pool's scenes."""

    def step() -> tuple[Tensor, dict[str, float]]:
        loss, noun, colour = loss_of(net.train(), crops.batch(batch))
        return loss, {"nouns": noun, "colours": colour}

    return step


@app.command(name="stage")
def stage_scenes(
    root: Annotated[Path, typer.Option(help="Where the packages are.")],
    output: Annotated[Path, typer.Option("-o", help="The pool to write, an .npz.")],
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
    scenes: int = 5000,
    seed: int = SEED,
) -> None:
    """Rasterise the learnt styles once, beside the pool, and stage scenes of them."""
    torch.set_num_threads(1)
    kept = output.with_suffix(".stock.npz")
    if not kept.is_file():
        gather(read_assets(root), read_nouns(evals)).save(kept)
    grounds = pack_backdrops(((CANVAS, CANVAS),)).pictures[CANVAS, CANVAS]
    pictures = grounds.permute(0, 2, 3, 1).numpy()[..., :3]
    stage = Stage(Stock.load(kept), tuple(pictures), seed)
    Pool(scenes=tuple(stage.scene() for _ in range(scenes))).save(output)


@app.command(name="finder")
def train_finder(
    pool: Annotated[list[Path], typer.Option(help="What `stage` wrote; repeatable.")],
    output: Annotated[Path, typer.Option("-o", help="Checkpoint to write and resume.")],
    minutes: float = 10.0,
    rate: float = 2e-3,
    batch: int = 24,
    seed: int = SEED,
) -> None:
    """Learn where things are."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    net = Finder()
    step = finder_step(net, _joined(pool), batch, seed)
    for line in train(net, step, output, minutes=minutes, rate=rate, batch=batch):
        print(line, flush=True)


@app.command(name="namer")
def train_namer(
    pool: Annotated[list[Path], typer.Option(help="What `stage` wrote; repeatable.")],
    output: Annotated[Path, typer.Option("-o", help="Checkpoint to write and resume.")],
    evals: Annotated[Path, typer.Option(help="The repository's evals folder.")] = Path("evals"),
    minutes: float = 10.0,
    rate: float = 1e-3,
    batch: int = 32,
    seed: int = SEED,
) -> None:
    """Learn what things are, from the judge's trunk on."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    nouns = len(read_nouns(evals))
    net = from_judge(evals / "judge" / "judge.onnx", nouns)
    step = namer_step(net, Crops(_joined(pool), nouns, seed), batch)
    for line in train(net, step, output, minutes=minutes, rate=rate, batch=batch):
        print(line, flush=True)


def _joined(pools: list[Path]) -> Pool:
    return Pool(scenes=tuple(scene for path in pools for scene in Pool.load(path).scenes))


if __name__ == "__main__":
    app()
