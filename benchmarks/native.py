"""The shipped runtime of the denoiser against the same network elsewhere, and what qualities cost.

    python benchmarks/native.py [--snapshot ID] [--checkpoint checkpoints/cpu] [--adherence 20]

1. Seconds of one evaluation at batch 1: PyTorch eager in float32 (the measure) and bfloat16, ONNX
   Runtime with variants, OpenVINO where it is installed. Contenders take turns, so that what else
   runs on the machine meets all alike; ratios are medians of pairs.
2. Denoiser operations of each quality at 1024x1024, in both columns.
3. Seconds and peak memory of each quality at 1024x1024.
4. With `--adherence N`: judge scores of N prompts each of the nouns and colours suites.

Needs the extra `train`. The network is the checkpoint's where there is one that fits the snapshot,
else one of its shape with random weights; the largest difference says which.
"""

import argparse
import os
import platform
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.contenders import SHIPPED, contenders, race
from sfumato.codec.machine import machine_class
from sfumato.core import Quality
from sfumato.evals.adherence import COLUMNS, adherence
from sfumato.evals.command import find_snapshot
from sfumato.evals.judge import Recogniser
from sfumato.evals.rendering import open_engine
from sfumato.evals.speed import measure
from sfumato.evals.suites import Suite, read_suite
from sfumato.registry.snapshot import Snapshot

ROOT = Path(__file__).parents[1]
SIZE = 1024
FASTER, CHEAPER, KEPT = 2.5, 0.1, 0.8  # the goals
SUITES = ("nouns", "colours")
console = Console(width=110)


def main() -> None:
    options = parse()
    found = find_snapshot(options.snapshot)
    isa = ", ".join(machine_class()["isa"])
    console.print(f"{found.id}; {options.threads} threads; {platform.machine()} with {isa}")
    if "runtime" in options.parts:
        runtimes(found, options)
    if "quality" in options.parts:
        qualities(found, options.threads)
    if options.adherence:
        scores(found, options.adherence, options.threads)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    newest = max((ROOT / "src/sfumato/snapshots").glob("*.json")).stem
    parser.add_argument("--snapshot", default=newest)
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "checkpoints/cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--parts", nargs="*", default=["runtime", "quality"])
    parser.add_argument("--adherence", type=int, default=0, metavar="PROMPTS")
    return parser.parse_args()


def runtimes(snapshot: Snapshot, options: argparse.Namespace) -> None:
    """Part 1."""
    made = contenders(snapshot, options.checkpoint, options.threads)
    table = Table(*"runtime|median ms|fastest|CPU ms|paired ratio|difference".split("|"))
    rows = race(made, options.rounds)
    for row in rows:
        numbers = (row.median_ms, row.fastest_ms, row.cpu_ms, row.ratio)
        table.add_row(row.name, *(f"{number:.2f}" for number in numbers), f"{row.difference:.1e}")
    console.print(table)
    shipped = next(row for row in rows if row.name == SHIPPED)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    goal(f"shipped runtime / eager fp32 (load {load:.1f})", shipped.ratio, FASTER, above=True)


def qualities(snapshot: Snapshot, threads: int) -> None:
    """Parts 2 and 3."""
    heads = "quality|column|evaluations|GFLOP|load s|first s|warm s|peak MB"
    table = Table(*heads.split("|"))
    costs: dict[tuple[str, str], float] = {}
    for quality in snapshot.capabilities.qualities:
        told = measure(snapshot, cast(Quality, quality), SIZE, threads)
        for column in COLUMNS:
            costs[quality, column] = told["gflop"][column]
            seconds = (f"{told[name]:.2f}" for name in ("load_s", "first_s", "warm_s"))
            work = (str(told["evaluations"][column]), f"{costs[quality, column]:.1f}")
            table.add_row(quality, column, *work, *seconds, f"{told['peak_mb']:.0f}")
    console.print(table)
    for column in COLUMNS:
        share = costs["low", column] / costs["high", column]
        goal(f"denoiser FLOPs of low / high, {column}", share, CHEAPER, above=False)


def scores(snapshot: Snapshot, prompts: int, threads: int) -> None:
    """Part 4."""
    judge = Recogniser(ROOT / "evals/judge")
    engine = open_engine(snapshot, threads)
    table = Table("suite", "quality", *COLUMNS)
    kept: dict[tuple[str, str, str], float] = {}
    for name in SUITES:
        suite = _some(read_suite(ROOT / f"evals/suites/{name}.toml"), prompts)
        for quality in get_args(Quality):
            told = adherence(engine, judge, replace(suite, quality=quality), lambda line: None)
            for column in COLUMNS:
                kept[name, quality, column] = told[column]["top1"]
            table.add_row(name, quality, *(f"{told[column]['top1']:.3f}" for column in COLUMNS))
    console.print(table)
    for column in COLUMNS:
        low, high = (sum(kept[n, q, column] for n in SUITES) for q in ("low", "high"))
        goal(f"adherence of low / high, {column}", low / max(high, 1e-9), KEPT, above=True)


def goal(name: str, value: float, wanted: float, *, above: bool) -> None:
    met = value >= wanted if above else value <= wanted
    sign = "≥" if above else "≤"
    console.print(f"{name}: {value:.3f} (goal {sign} {wanted}): {'met' if met else 'NOT met'}")


def _some(suite: Suite, prompts: int) -> Suite:
    """Prompts drawn over the whole suite, always the same; scored among their own labels."""
    drawn = np.random.default_rng(0).permutation(len(suite.cases))[:prompts]
    return replace(suite, cases=tuple(suite.cases[i] for i in sorted(drawn)))


if __name__ == "__main__":
    main()
