import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of

ASKED: dict[str, Any] = {"prompt": "x", "size": "816x816", "quality": "high"}
Interrupt = Callable[[dict[str, Any]], Response]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    recipe = {"step_seconds": 0.1, "step_log": str(tmp_path / "steps.log")}
    settings = make_home(tmp_path, fake_snapshot(recipe=recipe))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def interrupted(client: TestClient, tmp_path: Path) -> Interrupt:
    """Make a request and kill the engine's process as soon as it has computed a step."""

    def request(body: dict[str, Any]) -> Response:
        with ThreadPoolExecutor(1) as thread:
            reply = thread.submit(client.post, "/v1/images/generations", json=body)
            while not (tmp_path / "steps.log").exists():
                time.sleep(0.01)
            os.kill(client.app.state.backend.scheduler.worker_pids[0], signal.SIGKILL)  # type: ignore[attr-defined]  # an ASGI app in general has no state
            return reply.result()

    return request


def test_a_killed_worker_is_a_clean_500_and_the_next_request_succeeds(
    client: TestClient, interrupted: Interrupt
) -> None:
    reply = interrupted(ASKED)
    error = error_of(reply, 500)
    assert (error["type"], error["code"], error["param"]) == ("server_error", "server_error", None)
    assert reply.headers["x-should-retry"] == "true"
    assert client.post("/v1/images/generations", json=ASKED).status_code == 200


def test_a_stream_whose_worker_is_killed_ends_with_an_error_event(
    client: TestClient, interrupted: Interrupt
) -> None:
    reply = interrupted({**ASKED, "stream": True})
    assert reply.status_code == 200
    assert reply.text.startswith('event: error\ndata: {"type":"error","error":{"message":')
    assert '"code":"server_error"' in reply.text
    assert client.post("/v1/images/generations", json=ASKED).status_code == 200
