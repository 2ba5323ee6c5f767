"""A real server in its own process, serving the fake engine from a home in a temp folder."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from sfumato.registry.snapshot import Preset
from tests.api.home import fake_snapshot, make_home

READY_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioServer:
    """Where it answers, and the log in which the engine notes each step that it computes."""

    url: str
    snapshot: str
    step_log: Path

    def steps(self) -> list[tuple[int, int]]:
        """(seed, step) of every step so far, in the order of the work."""
        if not self.step_log.exists():
            return []
        lines = self.step_log.read_text("utf-8").splitlines()
        return [(int(seed), int(step)) for seed, step in (line.split() for line in lines)]


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[StudioServer]:
    """Start `sfumato serve` for `home`, wait until it can paint, stop it afterwards."""
    log = home / "steps.log"
    snapshot = fake_snapshot(
        presets={
            "low": Preset(steps=4, guidance=1.0, t0=0.5),
            "medium": Preset(steps=8, guidance=1.0, t0=0.6),
            "high": Preset(steps=400, guidance=1.0, t0=0.7),  # long enough to be stopped by hand
        },
        recipe={"step_seconds": 0.02, "step_log": str(log)},
    )
    make_home(home, snapshot)
    process = subprocess.Popen(
        [sys.executable, "-m", "sfumato", "serve", "--port", "0"],
        env={**os.environ, "SFUMATO_HOME": str(home), "SFUMATO_THREADS": "1", **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), f"the server did not start: {url!r}"
        _wait_until_ready(url)
        yield StudioServer(url=url, snapshot=snapshot.id, step_log=log)
    finally:
        process.terminate()
        process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()


def _wait_until_ready(url: str) -> None:
    for _ in range(READY_SECONDS * 10):
        try:
            with urlopen(f"{url}/readyz", timeout=5):
                return
        except HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server never became ready")
