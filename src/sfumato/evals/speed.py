"""Seconds and peak memory of one quality, measured in a fresh process that does nothing else.

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
from sfumato.evals.rendering import open_engine, render
from sfumato.registry.snapshot import Snapshot, read_snapshot

PROMPT = "a red apple on a table"
WARM_PICTURES = 2
KIB_PER_RSS_UNIT = 1 / 1024 if sys.platform == "darwin" else 1


def measure(snapshot: Snapshot, quality: Quality, size: int, threads: int) -> dict[str, Any]:
    """{"load_s", "first_s", "warm_s", "peak_mb"} of `quality` at `size` pixels square.

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
    engine = open_engine(read_snapshot(Path(manifest)), int(threads))
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
    numbers = {
        "load_s": seconds[0],
        "first_s": seconds[1],
        "warm_s": min(seconds[2:]),
        "peak_mb": peak,
    }
    print(json.dumps({name: round(value, 3) for name, value in numbers.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
