"""schemathesis over the server's own OpenAPI document: no 5xx, no hang, no growth.

    python fuzz/api.py [--minutes 10] [--seed 1]

Starts a server over the fake engine in a folder of its own, lets schemathesis ask it whatever the
document allows and much that it does not, and prints what the API process held before and after.
Exits 1 when a check failed or the server did not survive.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.contract.running import Running, running

CHECKS = "not_a_server_error,content_type_conformance,unsupported_method"
HANG_SECONDS = 60
READY = "/readyz"  # answers 503 while it loads, which is what it is for


def main() -> int:
    asked = _arguments()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), queue_size=64) as server:
        httpx2.get(f"{server.url}/v1/models", timeout=HANG_SECONDS)
        before = _resident(server)
        code = _storm(server.url, asked.minutes, asked.seed)
        alive = httpx2.get(f"{server.url}/healthz", timeout=HANG_SECONDS).status_code == 200
        after = _resident(server)
        print(f"server alive: {alive}")
        print(f"API process: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after,", end=" ")
        print(f"{server.peak_memory() / 1e6:.1f} MB at its peak")
        return code if alive else 1


def _storm(url: str, minutes: float, seed: int) -> int:
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json"),
        *("--max-time", str(max(1, round(minutes * 60))), "--seed", str(seed)),
        *("--checks", CHECKS, "--exclude-path", READY),
        *("--request-timeout", str(HANG_SECONDS), "--continue-on-failure", "--no-color"),
        *("--suppress-health-check", "all", "--warnings", "off"),
    ]
    return subprocess.run(command, check=False, cwd=tempfile.gettempdir()).returncode


def _resident(server: Running) -> int:
    status = Path(f"/proc/{server.pid}/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
