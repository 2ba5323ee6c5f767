"""`Prefer: respond-async`: a job instead of an answer, over real sockets and across a kill -9."""

import io
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.contract.running import Running, running

PATH = "/v1/images/generations"
JOBS = "/v1/sfumato/jobs"
SMALL = {"prompt": "an apple", "size": "816x816", "quality": "low", "seed": 7}
LATER = {"prefer": "respond-async"}


def order(server: Running, body: dict[str, Any], **headers: str) -> httpx2.Response:
    return httpx2.post(f"{server.url}{PATH}", json=body, headers=LATER | headers, timeout=60)


def get(server: Running, path: str) -> dict[str, Any]:
    reply = httpx2.get(f"{server.url}{path}", timeout=60)
    reply.raise_for_status()
    found: dict[str, Any] = reply.json()
    return found


def until_over(server: Running, path: str) -> dict[str, Any]:
    while (job := get(server, path))["status"] in ("queued", "in_progress"):
        time.sleep(0.02)
    return job


def events(server: Running, path: str) -> Iterator[dict[str, Any]]:
    with httpx2.stream("GET", f"{server.url}{path}?stream=true", timeout=60) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        for line in reply.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("jobs"), step_seconds=0.05) as server:
        yield server


def test_a_job_is_accepted_at_once_and_has_its_pictures_later(server: Running) -> None:
    reply = order(server, SMALL | {"seed": 100})
    assert reply.status_code == 202
    assert reply.headers["preference-applied"] == "respond-async"
    job = reply.json()
    path = reply.headers["location"]
    assert path == f"{JOBS}/{job['id']}"
    assert (job["object"], job["status"], job["result"]) == ("sfumato.job", "queued", None)
    over = until_over(server, path)
    assert over["status"] == "completed"
    assert over["created_at"] <= over["started_at"] <= over["finished_at"]
    assert over["position"] is over["progress"] is over["error"] is None
    assert over["result"]["size"] == "816x816"
    assert len(over["result"]["data"][0]["b64_json"]) > 1000
    assert get(server, path) == over  # and read again
    assert server.steps(100) == [1, 2, 3, 4]


def test_a_waiting_job_has_a_position_and_a_working_one_progress(server: Running) -> None:
    first, second = (order(server, SMALL | {"seed": s, "n": 3}).json() for s in (200, 210))
    seen: list[dict[str, Any]] = []
    while (job := get(server, f"{JOBS}/{first['id']}"))["status"] != "completed":
        seen.append(job)
    assert any(job["progress"] and 0 < job["progress"]["step"] <= 12 for job in seen)
    assert {job["progress"]["steps"] for job in seen if job["progress"]} == {12}
    assert second["position"] >= 1
    until_over(server, f"{JOBS}/{second['id']}")


def test_a_job_is_followed_from_its_beginning_also_when_it_is_over(server: Running) -> None:
    reply = order(server, SMALL | {"seed": 300, "n": 2, "stream": True, "partial_images": 2})
    path = reply.headers["location"]
    told = list(events(server, path))
    kinds = [event["type"].removeprefix("image_generation.") for event in told]
    assert kinds == ["partial_image", "partial_image", "completed"] * 2
    assert all(len(event["b64_json"]) > 1000 for event in told)
    assert told[2]["usage"]["output_tokens_details"]["image_tokens"] > 200  # two partials are in it
    again = list(events(server, path))
    assert [event["type"] for event in again] == ["image_generation.completed"] * 2
    assert [e["b64_json"] for e in again] == [told[2]["b64_json"], told[5]["b64_json"]]
    spool = Path(server.step_log).parent / "spool"
    assert not spool.exists() or list(spool.iterdir()) == []


def test_a_job_is_cancelled_while_it_waits_and_while_it_works(server: Running) -> None:
    working, waiting = (order(server, SMALL | {"seed": s, "n": 10}).json() for s in (400, 420))
    while not server.steps(400):
        time.sleep(0.02)
    for job in (waiting, working):
        path = f"{JOBS}/{job['id']}"
        over = httpx2.post(f"{server.url}{path}/cancel", timeout=60).json()
        assert over["status"] == "cancelled"
        assert over["error"]["message"] == "The job was cancelled."
        assert httpx2.post(f"{server.url}{path}/cancel").json() == over  # and again
        assert [event["type"] for event in events(server, path)][-1] == "error"
    assert len(server.steps(409)) == 0


def test_a_job_that_is_over_can_be_forgotten_and_one_that_is_not_cannot(server: Running) -> None:
    job = order(server, SMALL | {"seed": 500, "n": 5}).json()
    url = f"{server.url}{JOBS}/{job['id']}"
    early = httpx2.delete(url)
    assert early.status_code == 409
    assert early.headers["x-should-retry"] == "false"
    httpx2.post(f"{url}/cancel", timeout=60)
    assert httpx2.delete(url).json() == {
        "id": job["id"],
        "object": "sfumato.job.deleted",
        "deleted": True,
    }
    assert httpx2.get(url).status_code == 404
    assert httpx2.delete(url).status_code == 404


def test_jobs_are_listed_newest_first_in_pages(server: Running) -> None:
    ids = [order(server, SMALL | {"seed": 600 + i}).json()["id"] for i in range(3)]
    first = get(server, f"{JOBS}?limit=2")
    assert [job["id"] for job in first["data"]] == [ids[2], ids[1]]
    assert first["has_more"] is True
    rest = get(server, f"{JOBS}?limit=1&after={first['last_id']}")
    assert [job["id"] for job in rest["data"]] == [ids[0]]
    assert httpx2.get(f"{server.url}{JOBS}?after=job_x").status_code == 404
    assert httpx2.get(f"{server.url}{JOBS}?order=asc").status_code == 400
    assert httpx2.get(f"{server.url}{JOBS}/{ids[0]}?stream=yes").status_code == 400
    for job_id in ids:
        until_over(server, f"{JOBS}/{job_id}")


def test_an_edit_can_be_a_job_too(server: Running) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (816, 816), "red").save(picture, "PNG")
    reply = httpx2.post(
        f"{server.url}/v1/images/edits",
        data={"prompt": "make it blue", "quality": "low", "seed": "800"},
        files={"image": ("red.png", picture.getvalue(), "image/png")},
        headers=LATER,
        timeout=60,
    )
    assert (reply.status_code, reply.json()["task"]) == (202, "edit")
    told = list(events(server, reply.headers["location"]))
    assert [event["type"] for event in told] == ["image_edit.completed"]
    assert until_over(server, reply.headers["location"])["result"]["usage"]["total_tokens"] > 0


def test_a_refusal_is_told_now_and_not_by_a_job(server: Running) -> None:
    before = get(server, JOBS)["data"][:1]
    reply = order(server, SMALL | {"size": "1x1"})
    assert reply.status_code == 400
    assert get(server, JOBS)["data"][:1] == before


def test_one_key_is_one_job(server: Running) -> None:
    key = {"idempotency-key": "one job"}
    one, two = (order(server, SMALL | {"seed": 700}, **key) for _ in range(2))
    assert one.json()["id"] == two.json()["id"]
    assert two.headers["idempotent-replayed"] == "true"
    now = httpx2.post(f"{server.url}{PATH}", json=SMALL | {"seed": 700}, headers=key, timeout=60)
    assert now.json() == until_over(server, one.headers["location"])["result"]


@pytest.mark.wire("W-816")
def test_accepted_jobs_outlive_a_kill_and_finished_pictures_are_not_made_again(
    tmp_path: Path,
) -> None:
    with running(tmp_path, step_seconds=0.1) as server:
        accepted = [order(server, SMALL | {"seed": s, "n": 2}) for s in (10, 20, 30)]
        while not server.steps(11):
            time.sleep(0.02)
        os.kill(server.pid, signal.SIGKILL)
    assert server.steps(10) == [1, 2, 3, 4]
    with running(tmp_path) as server:
        for reply in accepted:
            over = until_over(server, reply.headers["location"])
            assert (over["status"], len(over["result"]["data"])) == ("completed", 2)
        assert server.steps(10) == [1, 2, 3, 4]
        assert server.steps(30) == server.steps(31) == [1, 2, 3, 4]
        pictures = get(server, "/v1/sfumato/pictures")["data"]
        assert sorted(picture["seed"] for picture in pictures) == [10, 11, 20, 21, 30, 31]
