"""What /v1/sfumato/jobs answers where nothing is to be made; the rest is in tests/contract."""

import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of

PATH, JOBS = "/v1/images/generations", "/v1/sfumato/jobs"
SMALL = {"prompt": "an apple", "size": "816x816", "quality": "low"}
LATER = {"prefer": "respond-async"}


def busy(root: Path, **settings: int) -> TestClient:
    """A server whose pictures never end."""
    snapshot = fake_snapshot(recipe={"step_seconds": 3600})
    return TestClient(create_app(make_home(root, snapshot, **settings)), "http://127.0.0.1")


def test_a_full_queue_refuses_before_it_reads_what_is_asked(tmp_path: Path) -> None:
    with busy(tmp_path, queue_size=1) as client:
        for _ in range(2):
            assert client.post(PATH, json=SMALL, headers=LATER).status_code == 202
        while client.get(JOBS).json()["data"][0]["position"] != 1:  # both have their places
            time.sleep(0.02)
        for path in (PATH, "/v1/images/edits"):
            reply = client.post(path, content=b"nobody reads this")
            assert error_of(reply, 429)["code"] == "rate_limit_exceeded"
            assert 1 <= int(reply.headers["retry-after"]) <= 120
            assert int(reply.headers["retry-after-ms"]) == 1000 * int(reply.headers["retry-after"])


def test_no_more_wait_than_may(tmp_path: Path) -> None:
    with busy(tmp_path, queue_size=1, waiting_jobs=1) as client:
        replies = [client.post(PATH, json=SMALL, headers=LATER) for _ in range(5)]
        refused = [reply for reply in replies if reply.status_code == 429]
        assert {reply.status_code for reply in replies} == {202, 429}
        assert error_of(refused[0], 429)["code"] == "rate_limit_exceeded"
        assert 1 <= int(refused[0].headers["retry-after"]) <= 120
        unread = client.post(PATH, content=b"nobody reads this", headers=LATER)
        assert unread.status_code == 429


@pytest.mark.parametrize("prefer", ["respond-async", "RESPOND-ASYNC; x=1, wait=5"])
def test_the_preference_is_read_as_http_has_it(tmp_path: Path, prefer: str) -> None:
    with busy(tmp_path) as client:
        assert client.post(PATH, json=SMALL, headers={"prefer": prefer}).status_code == 202


def test_another_preference_is_none_of_ours(client: TestClient) -> None:
    reply = client.post(PATH, json=SMALL, headers={"prefer": "return=minimal"})
    assert reply.status_code == 200
    assert "preference-applied" not in reply.headers


def test_in_strict_mode_there_are_no_jobs(strict_client: TestClient) -> None:
    reply = strict_client.post(PATH, json=SMALL, headers=LATER)
    assert reply.status_code == 200
    assert "preference-applied" not in reply.headers
    assert error_of(strict_client.get(JOBS), 404)
