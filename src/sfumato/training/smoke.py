"""`python -m sfumato.training.smoke`: packages → assets → training → release → a served picture.

The whole road at toy size, to show that it is whole; the pictures are not meant to be good.
"""

import base64
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sfumato.training.config import CONFIGS
from sfumato.training.prepare import prepare_assets, prepare_encoder
from sfumato.training.release import release
from sfumato.training.trainer import Run

T = TypeVar("T")
ROOT = Path("build/smoke")
PORT = 8765
PATIENCE = 60  # seconds until the server must answer


def main() -> None:
    """Run every step, telling how long each took; exits with 1 when no picture comes back."""
    config = CONFIGS["smoke"]
    assets = _timed("assets", lambda: prepare_assets(config, ROOT / "data"))
    encoder = _timed("text encoder", lambda: prepare_encoder(ROOT / "data", threads=2))
    run = Run(config, ROOT / "run", assets, encoder)
    reports = _timed("training", lambda: list(run.train()))
    print(f"loss {reports[0].loss:.3f} → {reports[-1].loss:.3f}" if reports else "already trained")
    home = (ROOT / "home").resolve()
    snapshot = _timed(
        "release",
        lambda: release(config, ROOT / "run", ROOT / "data", home / "snapshots"),
    )
    picture = _timed("served picture", lambda: _served(snapshot.id, home))
    (ROOT / "picture.png").write_bytes(picture)
    print(f"{snapshot.id} made {ROOT / 'picture.png'}, {len(picture)} bytes")


def _timed(what: str, act: Callable[[], T]) -> T:
    started = time.monotonic()
    result = act()
    print(f"{what}: {time.monotonic() - started:.0f} s", flush=True)
    return result


def _served(model: str, home: Path) -> bytes:
    """One picture over HTTP from a server that knows the snapshot by its own id."""
    environment = {**os.environ, "SFUMATO_HOME": str(home), "SFUMATO_PORT": str(PORT)}
    command = [sys.executable, "-m", "sfumato", "serve"]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_until_ready()
        body = json.dumps({"model": model, "prompt": "a red apple", "quality": "low", "seed": 1})
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/v1/images/generations",
            body.encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as response:
            if response.headers["x-sfumato-snapshot"] != model:
                sys.exit(f"{response.headers['x-sfumato-snapshot']} answered instead of {model}")
            return base64.b64decode(json.load(response)["data"][0]["b64_json"])
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_ready() -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    main()
