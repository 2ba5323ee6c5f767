"""Requests that outlive their connection: idempotency keys, and answers that come later."""

import json
import threading
import time
from typing import Any

import pytest

from tests.contract import web
from tests.contract.asking import FOUR, REQUEST, SMALL, error_of, first, picture, value_of, wire
from tests.contract.clients import SPEAKERS, Client
from tests.contract.drawing import Drawings, sent
from tests.contract.running import Running

EXTENDED = pytest.mark.speakers(*SPEAKERS)
UNKNOWN = "job_00000000000000000000000000000000"


def key_of(request: pytest.FixtureRequest) -> dict[str, str]:
    return {"Idempotency-Key": request.node.name[-200:]}


@wire("W-801")
@FOUR
def test_the_same_key_gets_the_same_answer(
    client: Client, server: Running, request: pytest.FixtureRequest
) -> None:
    told = client.told(headers=key_of(request))
    once = value_of(told.generate(**SMALL))
    computed = len(server.all_steps())
    again = told.generate(**SMALL)
    assert value_of(again) == once
    assert len(server.all_steps()) == computed


@wire("W-802")
@FOUR
def test_the_same_key_with_another_body_is_a_conflict(
    client: Client, request: pytest.FixtureRequest
) -> None:
    told = client.told(headers=key_of(request))
    value_of(told.generate(**SMALL))
    answer = told.told(max_retries=3).generate(**{**SMALL, "prompt": "a pear"})
    assert error_of(answer, "ConflictError")[0] == REQUEST
    assert answer["headers"]["x-should-retry"] == "false"


@wire("W-803")
@FOUR
def test_an_edit_has_an_idempotency_key_too(
    client: Client, drawings: Drawings, server: Running, request: pytest.FixtureRequest
) -> None:
    told = client.told(headers=key_of(request))
    asked = {"image": sent(drawings.photo()), "prompt": "a hat", "quality": "low"}
    once = value_of(told.call("images.edit", **asked))
    computed = len(server.all_steps())
    assert value_of(told.call("images.edit", **asked)) == once
    assert len(server.all_steps()) == computed


@wire("W-804")
@pytest.mark.speakers("python-newest", "python-newest-strict")
def test_a_duplicate_joins_the_work_in_progress(
    server: Running, request: pytest.FixtureRequest
) -> None:
    before, answers = len(server.all_steps()), []

    def post() -> None:
        url = f"{server.url}/v1/images/generations"
        reply = web.post(url, json={**SMALL, "n": 3}, headers=key_of(request))
        answers.append(reply.json()["data"])

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4 and all(answer == answers[0] for answer in answers)
    assert len(server.all_steps()) - before == 3 * 4


@wire("W-805")
@pytest.mark.parametrize("key", ["", "a" * 257, "\u00fc"])
@pytest.mark.speakers("python-newest", "python-newest-strict")
def test_a_key_that_is_none_is_refused(server: Running, key: str) -> None:
    url, headers = f"{server.url}/v1/images/generations", [(b"idempotency-key", key.encode())]
    reply = web.post(url, json=SMALL, headers=headers)
    assert (reply.status_code, reply.json()["error"]["param"]) == (400, "Idempotency-Key")


@wire("W-806")
@pytest.mark.speakers("node-newest", "python-newest", "node-newest-strict")
def test_a_failure_is_forgotten_with_its_key(
    client: Client, request: pytest.FixtureRequest
) -> None:
    told = client.told(headers=key_of(request))
    assert error_of(told.generate(**{**SMALL, "size": "1x1"}), "BadRequestError")
    value_of(told.generate(**SMALL))


@wire("W-807")
@FOUR
def test_whatever_is_made_is_made_once_for_a_key(
    client: Client, drawings: Drawings, request: pytest.FixtureRequest
) -> None:
    def keyed(what: str) -> Client:
        return client.told(headers={"Idempotency-Key": f"{what} {request.node.name}"})

    file: dict[str, Any] = {"file": sent(drawings.text(data=b"x")), "purpose": "batch"}
    batch = {"endpoint": "/v1/images/generations", "completion_window": "24h"}
    name = value_of(keyed("file").call("files.create", **file))["id"]
    assert value_of(keyed("file").call("files.create", **file))["id"] == name
    calls: dict[str, dict[str, Any]] = {
        "batches.create": {"input_file_id": name, **batch},
        "conversations.create": {"metadata": {"a": "b"}},
        "responses.create": {"model": "gpt-5", "input": "What can you do?"},
    }
    for call, arguments in calls.items():
        ids = {value_of(keyed(call).call(call, **arguments))["id"] for _ in range(2)}
        assert len(ids) == 1, call


@wire("W-811")
@EXTENDED
def test_respond_async_gives_a_job_and_the_job_the_pictures(
    client: Client, server: Running
) -> None:
    answer = client.told(headers={"Prefer": "respond-async"}).generate(**SMALL, n=2)
    assert answer["status"] == 202
    headers = answer["headers"]
    assert headers["preference-applied"] == "respond-async"
    address = server.url + headers["location"]
    assert "/v1/sfumato/jobs/job_" in address
    job = web.get(address).json()
    assert (job["object"], job["task"]) == ("sfumato.job", "generate")
    while job["status"] not in ("completed", "failed", "cancelled"):
        time.sleep(0.02)
        job = web.get(address).json()
    assert job["status"] == "completed"
    assert [picture(one["b64_json"]).size for one in job["result"]["data"]] == [(816, 816)] * 2
    assert job["result"]["usage"]["output_tokens"] == 2 * 171
    assert web.delete(address).json()["deleted"] is True
    assert web.get(address).status_code == 404


@wire("W-812")
@pytest.mark.speakers("python-newest")
def test_the_events_of_a_job_can_be_read_by_whoever_comes_late(server: Running) -> None:
    url, headers = f"{server.url}/v1/images/generations", {"prefer": "respond-async"}
    accepted = web.post(url, json={**SMALL, "seed": 4711}, headers=headers)
    address = server.url + accepted.headers["location"]
    for _ in range(2):
        text = web.get(address, params={"stream": "true"}).text
        assert text.rstrip().rpartition("\n\n")[2].startswith("event: image_generation.completed")
    assert server.steps(4711) == [1, 2, 3, 4]


@wire("W-813")
def test_a_job_can_be_cancelled_and_waits_its_turn(slow: Running) -> None:
    url, headers = f"{slow.url}/v1/images/generations", {"prefer": "respond-async"}
    body = {**SMALL, "quality": "high", "n": 4}
    jobs = [web.post(url, json=body, headers=headers).json() for _ in range(2)]
    found = [web.get(f"{slow.url}/v1/sfumato/jobs/{job['id']}").json() for job in jobs]
    assert all(job["status"] in ("queued", "in_progress") for job in found)
    assert found[1]["position"] >= found[0]["position"]
    for job in jobs:
        address = f"{slow.url}/v1/sfumato/jobs/{job['id']}"
        assert web.post(f"{address}/cancel").json()["status"] == "cancelled"
        assert web.get(address).json()["status"] == "cancelled"


@wire("W-814")
@pytest.mark.speakers("python-newest")
def test_jobs_are_listed_newest_first(server: Running) -> None:
    url, headers = f"{server.url}/v1/images/generations", {"prefer": "respond-async"}
    ids = [web.post(url, json=SMALL, headers=headers).json()["id"] for _ in range(2)]
    listed = web.get(f"{server.url}/v1/sfumato/jobs", params={"limit": 2}).json()
    assert [job["id"] for job in listed["data"]] == ids[::-1]
    assert web.get(f"{server.url}/v1/sfumato/jobs/{UNKNOWN}").status_code == 404


@wire("W-815")
@pytest.mark.speakers(*(f"{name}-strict" for name in SPEAKERS))
def test_strict_mode_has_no_jobs(client: Client, server: Running) -> None:
    answer = client.told(headers={"Prefer": "respond-async"}).generate(**SMALL)
    assert answer["status"] == 200
    assert first(answer).size == (816, 816)
    assert web.get(f"{server.url}/v1/sfumato/jobs").status_code == 404


@wire("W-801")
@pytest.mark.speakers("python-newest", "python-newest-strict")
def test_a_replayed_answer_says_so_outside_strict_mode(
    server: Running, strict: bool, request: pytest.FixtureRequest
) -> None:
    url = f"{server.url}/v1/images/generations"
    replies = [web.post(url, json=SMALL, headers=key_of(request)) for _ in range(2)]
    assert "idempotent-replayed" not in replies[0].headers
    assert ("idempotent-replayed" in replies[1].headers) is not strict
    assert json.loads(replies[0].content) == json.loads(replies[1].content)
