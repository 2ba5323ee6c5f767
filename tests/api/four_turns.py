"""A conversation of four turns with the official client, and the server that it is had with."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai

from tests.contract.running import ROOT

MODEL = "gpt-5"
FIRST = "a red bird on a meadow, flat illustration"


@contextmanager
def native_server(home: Path) -> Iterator[str]:
    """A server with the snapshot of the package, at the URL that is given."""
    environment = {"SFUMATO_HOME": str(home), "SFUMATO_PORT": "0"}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.serve"],
        cwd=ROOT,
        env={**os.environ, **environment, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url, "the server did not start; its log is above"
        yield url
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def turns(*, quality: str, size: str) -> list[dict[str, Any]]:
    """What is asked, turn by turn; `previous` and `call` stand for ids that are known then."""
    tool = {"type": "image_generation", "quality": quality, "size": size}
    return [
        {"input": FIRST, "tools": [{**tool, "seed": 7}]},
        {"input": "make it blue", "previous": True, "tools": [tool]},
        {"input": "add a hat", "call": True, "tools": [tool]},
        {"input": "transparent background, as webp", "previous": True, "tools": [tool]},
    ]


def had(client: openai.OpenAI, turn: dict[str, Any], last: Any, *, streams: bool) -> Any:
    """One turn's response, whole or from its stream."""
    asked: dict[str, Any] = {"model": MODEL, "tools": turn["tools"], "input": turn["input"]}
    if turn.get("previous"):
        asked["previous_response_id"] = last.id
    if turn.get("call"):
        asked["input"] = [
            {"role": "user", "content": turn["input"]},
            {"type": "image_generation_call", "id": call_of(last).id},
        ]
    if not streams:
        return client.responses.create(**asked)
    events = list(client.responses.create(**asked, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].type == "response.completed", events[-1]
    return events[-1].response


def call_of(response: Any) -> Any:
    """The one picture of a response."""
    calls = [item for item in response.output if item.type == "image_generation_call"]
    assert len(calls) == 1, response.output
    assert calls[0].status == "completed", calls[0]
    return calls[0]
