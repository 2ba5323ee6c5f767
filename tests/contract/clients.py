"""OpenAI's own clients, each in a process of its own: two of Python and two of Node.

Calls are named as in the Python client; `client_driver.py` and `node_client/driver.mjs` make them.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contract.running import ROOT

HERE = Path(__file__).parent
PYTHON_DRIVER = HERE / "client_driver.py"
NODE_DRIVER = HERE / "node_client" / "driver.mjs"
OLD_PYTHON = ROOT / ".venv-old-openai" / "bin" / "python"
NODE_CLIENTS = ROOT / ".venv-node-openai"

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A pinned client: what starts it and which file shows that it is installed."""

    name: str
    command: tuple[str, ...]
    flags: tuple[str, ...] = ()
    installed: Path

    @property
    def is_newest(self) -> bool:
        return self.name.endswith("newest")


def _node(age: str) -> Speaker:
    folder = NODE_CLIENTS / age
    command = ("node", str(NODE_DRIVER), str(folder))
    return Speaker(
        name=f"node-{age}", command=command, installed=folder / "node_modules" / "openai"
    )


SPEAKERS = {
    speaker.name: speaker
    for speaker in (
        Speaker(
            name="python-newest",
            command=(sys.executable, str(PYTHON_DRIVER)),
            flags=("--check-types",),
            installed=Path(sys.executable),
        ),
        Speaker(
            name="python-a-year-ago",
            command=(str(OLD_PYTHON), str(PYTHON_DRIVER)),
            installed=OLD_PYTHON,
        ),
        _node("newest"),
        _node("a-year-ago"),
    )
}


class Client:
    """Each call is made by the client's process; its answer, or what it raised, comes back."""

    def __init__(self, process: "subprocess.Popen[str]", options: Answer | None = None) -> None:
        self._process = process
        self._options = options or {}

    def told(self, **options: Any) -> "Client":
        """The same client with `headers`, `api_key`, `timeout` or `max_retries` in each call."""
        return Client(self._process, {**self._options, **options})

    def call(self, call: str, *ids: str, **arguments: Any) -> Answer:
        """`{status, headers, value}`; `value` is a list of events when `stream` is true.

        What was raised instead: `{raised, status, code, param, error_type, message, request_id,
        headers}`.
        """
        return self.ask({"call": call, "ids": ids, "arguments": arguments})

    def content(self, call: str, *ids: str, **more: Any) -> bytes:
        """The bytes that the call gives."""
        answer = self.ask({"call": call, "ids": ids, "mode": "bytes", **more})
        return base64.b64decode(answer["value"])

    def every(self, call: str, *ids: str, **arguments: Any) -> list[Any]:
        """All items of a list, page after page."""
        answer = self.ask({"call": call, "ids": ids, "arguments": arguments, "mode": "every"})
        found: list[Any] = answer["value"]
        return found

    def generate(self, **arguments: Any) -> Answer:
        return self.call("images.generate", **arguments)

    def ask(self, asked: Answer) -> Answer:
        """One line there, one line back: `call`, `ids`, `arguments`, `mode`, `take`, options."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({**self._options, **asked}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the client ended; what it wrote is above"
        answer: Answer = json.loads(line)
        return answer


@contextmanager
def client_of(speaker: Speaker, url: str) -> Iterator[Client]:
    """That client, pointed at a server."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "OPENAI", "NODE"))}
    process = subprocess.Popen(
        [*speaker.command, f"{url}/v1", *speaker.flags],
        env=own,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Client(process)
        assert process.stdin is not None
        process.stdin.close()
