"""The same Idempotency-Key: the same pictures, over real sockets and across a kill -9."""

import threading
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.contract.running import running

PATH = "/v1/images/generations"
SMALL = {"prompt": "an apple", "size": "816x816", "quality": "low", "seed": 7}
KEY = {"idempotency-key": "order 66"}


def post(url: str, body: dict[str, Any], **headers: str) -> httpx2.Response:
    return httpx2.post(f"{url}{PATH}", json=body, headers=headers or KEY, timeout=60)


def test_a_retry_gets_the_same_bytes_and_nothing_is_rendered_again(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        first = post(server.url, SMALL | {"n": 2})
        again = post(server.url, dict(reversed((SMALL | {"n": 2}).items())))
        other = post(server.url, SMALL)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.content == first.content
        for name in ("x-sfumato-seed", "x-sfumato-image-sha256", "x-sfumato-snapshot"):
            assert again.headers[name] == first.headers[name]
        assert again.headers["idempotent-replayed"] == "true"
        assert "idempotent-replayed" not in first.headers
        assert server.steps(7) == sorted(set(server.steps(7)))
    assert other.status_code == 409
    assert other.headers["x-should-retry"] == "false"
    assert other.json()["error"]["param"] == "Idempotency-Key"


def test_without_a_seed_the_retry_gets_the_seed_that_was_drawn(tmp_path: Path) -> None:
    body = {name: value for name, value in SMALL.items() if name != "seed"}
    with running(tmp_path) as server:
        assert post(server.url, body).content == post(server.url, body).content


def test_a_duplicate_joins_the_work_that_runs(tmp_path: Path) -> None:
    with running(tmp_path, step_seconds=0.1) as server:
        answers: list[httpx2.Response] = []
        both = [
            threading.Thread(target=lambda: answers.append(post(server.url, SMALL)))
            for _ in range(3)
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert [answer.status_code for answer in answers] == [200] * 3
        assert len({answer.content for answer in answers}) == 1
        assert len(server.steps(7)) == 4


def test_a_client_that_left_finds_its_pictures_when_it_comes_back(tmp_path: Path) -> None:
    with running(tmp_path, step_seconds=0.2) as server:
        with pytest.raises(httpx2.TimeoutException):
            httpx2.post(f"{server.url}{PATH}", json=SMALL, headers=KEY, timeout=0.5)
        assert post(server.url, SMALL).status_code == 200
        assert len(server.steps(7)) == 4


@pytest.mark.wire("W-816")
def test_a_killed_server_goes_on_and_answers_the_retry(tmp_path: Path) -> None:
    body = SMALL | {"n": 3}
    with running(tmp_path, step_seconds=0.2) as server:
        with pytest.raises(httpx2.TransportError):
            threading.Timer(0, _kill_after_first_picture, (server,)).start()
            post(server.url, body)
        done = server.steps(7)
    assert done == [1, 2, 3, 4]
    with running(tmp_path) as server:
        reply = post(server.url, body)
        assert reply.status_code == 200
        assert len(reply.json()["data"]) == 3
        assert reply.headers["x-sfumato-seed"] == "7,8,9"
        assert server.steps(7) == done  # finished before the kill, and not made again
        assert post(server.url, body).content == reply.content


def _kill_after_first_picture(server: Any) -> None:
    import os
    import signal

    while not server.steps(8):
        time.sleep(0.02)
    os.kill(server.pid, signal.SIGKILL)
