"""A server in a process of its own, on a real socket."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sfumato.store import Store
from tests.api.home import fake_snapshot, make_home

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that answers at `url`. `steps` is one line, `<seed> <step>`, per step computed."""

    url: str
    pid: int
    home: Path
    step_log: Path
    keys: Mapping[str, str] = field(default_factory=dict)  # name → secret

    def steps(self, seed: int) -> list[int]:
        """The steps that were computed for the picture with that seed."""
        return [step for found, step in self.all_steps() if found == seed]

    def all_steps(self) -> list[tuple[int, int]]:
        """(seed, step) of every step that was computed."""
        if not self.step_log.exists():
            return []
        rows = [line.split() for line in self.step_log.read_text("utf-8").splitlines()]
        return [(int(seed), int(step)) for seed, step in rows]

    def kill_workers(self) -> None:
        """End the processes that work for the server, at once."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()
        for child in children:
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                os.kill(int(child), signal.SIGKILL)

    def peak_memory(self) -> int:
        """The most main memory that the server process has held, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


@contextmanager
def running(
    home: Path,
    *,
    step_seconds: float = 0,
    keys: Mapping[str, Mapping[str, int]] | None = None,
    **settings: Any,
) -> Iterator[Running]:
    """A server over a home whose fake engine logs its steps and takes `step_seconds` for each.

    `keys` are names with their budgets; Running has their secrets.
    """
    log = home / "steps.log"
    recipe = {"step_log": str(log), "step_seconds": step_seconds}
    make_home(home, fake_snapshot(recipe=recipe))
    secrets = _make_keys(home, keys or {})
    given = {"home": home, "port": 0, "threads": 1, **settings}
    environment = {f"SFUMATO_{name.upper()}": str(value) for name, value in given.items()}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    # The gate has memory kept between tensors; a server is measured as its users run it.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.serve"],
        cwd=ROOT,
        env={**own, **environment, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url, "the server did not start; its log is above"
        yield Running(url=url, pid=process.pid, home=home, step_log=log, keys=secrets)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _make_keys(home: Path, keys: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    with Store.open(home) as store:
        return {name: store.keys.create(name, **budgets)[1] for name, budgets in keys.items()}
