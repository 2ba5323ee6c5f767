"""How much main memory the server needs to answer `n` large pictures at once.

    python benchmarks/large_answer.py [--n 10] [--size 3840x2160]

Starts a server over the fake engine, whose pictures compress no better than photographs, and prints
what the API process holds before and at its peak, beside what all the base64 would take.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.api.home import fake_snapshot, make_home
from tests.contract.running import ROOT, Running


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_home(home, fake_snapshot(recipe={"grain": True}))
        process = _serve(home)
        try:
            assert process.stdout is not None
            running = Running(
                url=process.stdout.readline().strip(),
                pid=process.pid,
                step_log=home / "steps",
                home=home,
            )
            _measure(running, asked.n, asked.size)
        finally:
            process.terminate()
            process.wait()


def _measure(server: Running, n: int, size: str) -> None:
    body = {"prompt": "an apple", "quality": "low", "seed": 1}
    httpx2.post(
        f"{server.url}/v1/images/generations", json={**body, "size": "816x816"}, timeout=600
    )
    before = server.peak_memory()
    received = _receive(server.url, {**body, "size": size, "n": n})
    peak = server.peak_memory()
    print(f"answer: {n} pictures of {size}, {received / 1e6:.1f} MB of JSON")
    print(f"API process: {before / 1e6:.1f} MB before, {peak / 1e6:.1f} MB at its peak")
    print(f"growth: {(peak - before) / received:.3f} of the answer")


def _receive(url: str, body: dict[str, object]) -> int:
    total = 0
    path = f"{url}/v1/images/generations"
    with httpx2.stream("POST", path, json=body, timeout=600) as reply:
        reply.raise_for_status()
        for chunk in reply.iter_bytes():
            total += len(chunk)
    return total


def _serve(home: Path) -> "subprocess.Popen[str]":
    settings = {"SFUMATO_HOME": str(home), "SFUMATO_PORT": "0", "SFUMATO_THREADS": "1"}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.contract.serve"],
        cwd=ROOT,
        env={**os.environ, **settings, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=10)
    parser.add_argument("--size", default="3840x2160")
    return parser.parse_args()


if __name__ == "__main__":
    main()
