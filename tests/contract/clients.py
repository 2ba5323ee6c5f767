"""The official client in a process of its own: the newest, and the one of a year ago."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.contract.running import ROOT

DRIVER = Path(__file__).with_name("client_driver.py")
INTERPRETERS = {
    "newest": Path(sys.executable),
    "a-year-ago": ROOT / ".venv-old-openai" / "bin" / "python",
}


class Client:
    """Each call is made by the client's process; its answer, or what it raised, comes back."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def generate(self, **arguments: Any) -> dict[str, Any]:
        return self._call("generate", arguments)

    def stream(self, **arguments: Any) -> dict[str, Any]:
        return self._call("stream", arguments)

    def models(self) -> dict[str, Any]:
        return self._call("models", {})

    def model(self, name: str) -> dict[str, Any]:
        return self._call("model", {"model": name})

    def _call(self, call: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"call": call, "arguments": arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the client ended; its traceback is above"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def client_of(interpreter: Path, url: str) -> Iterator[Client]:
    """The client that `interpreter` has installed, pointed at a server."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "OPENAI"))}
    process = subprocess.Popen(
        [str(interpreter), str(DRIVER), f"{url}/v1"],
        env=own,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Client(process)
        assert process.stdin is not None
        process.stdin.close()
