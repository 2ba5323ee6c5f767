"""Seconds, peak memory and denoiser work of one quality, measured in a fresh process.

`measure` starts `python -m sfumato.evals.speed MANIFEST QUALITY SIZE THREADS`, which prints one
line of JSON. Peak memory is the process's largest resident set, as the kernel counts it.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

from sfumato.core import Quality
from sfumato.engines.native import NativeEngine
from sfumato.evals.adherence import COLUMNS
from sfumato.evals.flops import denoiser_inputs, flops
from sfumato.evals.rendering import Renderer, open_engine, render
from sfumato.registry.snapshot import Snapshot, read_snapshot

PROMPT = "a red apple on a table"
WARM_PICTURES = 2
KIB_PER_RSS_UNIT = 1 / 1024 if sys.platform == "darwin" else 1


def measure(snapshot: Snapshot, quality: Quality, size: int, threads: int) -> dict[str, Any]:
    """{"load_s", "first_s", "warm_s", "peak_mb"} of `quality` at `size` pixels square; a native
    snapshot's also has "evaluations" and "gflop", the denoiser's work per picture and column.

    RuntimeError carries what the process said when it failed.
    """
    manifest = snapshot.folder / f"{snapshot.id}.json"
    command = [sys.executable, "-m", "sfumato.evals.speed", str(manifest), quality]
    done = subprocess.run(
        [*command, str(size), str(threads)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"Measuring '{quality}' failed: {done.stderr.strip()[-2000:]}")
    return cast(dict[str, Any], json.loads(done.stdout.splitlines()[-1]))


def main(manifest: str, quality: str, size: str, threads: str) -> None:
    """Load, render once cold and then warm; print the numbers."""
    began = time.perf_counter()
    snapshot = read_snapshot(Path(manifest))
    engine = open_engine(snapshot, int(threads))
    seconds = [time.perf_counter() - began]
    for seed in range(1 + WARM_PICTURES):
        began = time.perf_counter()
        render(
            engine,
            PROMPT,
            seed=seed,
            size=int(size),
            quality=cast(Quality, quality),
            memory="on",
        )
        seconds.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_PER_RSS_UNIT / 1024
    numbers: dict[str, float] = {
        "load_s": seconds[0],
        "first_s": seconds[1],
        "warm_s": min(seconds[2:]),
        "peak_mb": peak,
    }
    rounded = {name: round(value, 3) for name, value in numbers.items()}
    print(json.dumps(rounded | work(snapshot, engine, cast(Quality, quality), int(size))))


def work(snapshot: Snapshot, engine: Renderer, quality: Quality, size: int) -> dict[str, Any]:
    """{"evaluations": {column: n}, "gflop": {column: x}} of one picture; {} without a denoiser.

    Evaluations are counted while a picture is made, operations in the shapes that it had.
    """
    if not isinstance(engine, NativeEngine):
        return {}
    counted, done = engine.model.denoiser, {}
    for column, memory in COLUMNS.items():
        before = counted.evaluations
        picture = render(engine, PROMPT, seed=0, size=size, quality=quality, memory=memory)
        done[column] = counted.evaluations - before
    width, height = map(int, picture.settings["base"].split("x"))
    each = flops(snapshot.path("denoiser"), denoiser_inputs(height, width)) / 1e9
    return {
        "evaluations": done,
        "gflop": {column: round(n * each, 2) for column, n in done.items()},
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
