"""Responses in the background: polling, cancelling, streaming, and a server that is killed."""

import asyncio
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from sfumato.api.responses import runs
from sfumato.store import Store
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of
from tests.api.test_responses import PATH, TOOL, answered, asked, call
from tests.api.test_responses_stream import events
from tests.contract.running import Running, running

HANG_SECONDS = 120
ENDED = ("completed", "failed", "cancelled", "incomplete")


def polled(client: Any, response_id: str, url: str = "") -> dict[str, Any]:
    """The response once it is over."""
    found: dict[str, Any] = {}

    def is_over() -> bool:
        found.update(client.get(f"{url}{PATH}/{response_id}").json())
        return found["status"] in ENDED

    _until(is_over)
    return found


def test_it_is_queued_at_once_and_polled_to_its_end(client: TestClient) -> None:
    body = answered(client, background=True)
    assert (body["status"], body["background"], body["output"]) == ("queued", True, [])
    ended = polled(client, body["id"])
    assert ended["status"] == "completed" and call(ended)["result"]
    assert ended["created_at"] == body["created_at"]


def test_its_stream_says_that_it_was_queued(client: TestClient) -> None:
    told = events(client.post(PATH, json=asked(background=True, stream=True)).text)
    kinds = [event["type"] for event in told]
    assert kinds[:3] == ["response.created", "response.queued", "response.in_progress"]
    assert kinds[-1] == "response.completed"
    assert told[0]["response"]["status"] == "queued"
    path = f"{PATH}/{told[0]['response']['id']}?stream=true&starting_after=3"
    assert events(client.get(path).text) == told[4:]


def test_partial_images_wait_for_whoever_reads_the_stream(client: TestClient) -> None:
    tool = {**TOOL, "partial_images": 2}
    body = answered(client, background=True, tools=[tool])
    told = events(client.get(f"{PATH}/{body['id']}?stream=true").text)
    partials = [e for e in told if e["type"].endswith("partial_image")]
    assert [e["partial_image_index"] for e in partials] == [0, 1]


def test_what_is_refused_after_the_answer_ends_it_as_failed(client: TestClient) -> None:
    body = answered(client, "Draw graphic gore with severed heads", background=True)
    ended = polled(client, body["id"])
    assert ended["status"] == "failed"
    assert ended["error"]["code"] == "image_content_policy_violation"
    told = events(client.get(f"{PATH}/{body['id']}?stream=true").text)
    assert [e["type"] for e in told][-1] == "response.failed"


def test_a_background_response_is_read_like_any_other_previous_one(client: TestClient) -> None:
    first = answered(client, background=True)
    polled(client, first["id"])
    assert call(answered(client, "make it blue", previous_response_id=first["id"]))


def test_cancelling_one_that_is_over_changes_nothing(client: TestClient) -> None:
    body = polled(client, answered(client, background=True)["id"])
    assert client.post(f"{PATH}/{body['id']}/cancel").json() == body


def test_without_its_key_nothing_is_accepted(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot())
    app = create_app(settings)
    keyless = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    with keyless as client, Store.open(settings.root) as store:
        with store.database.write() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER full BEFORE INSERT ON idempotency"
                " BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        headers = {"Idempotency-Key": "a"}
        error_of(client.post(PATH, json=asked(background=True), headers=headers), 500)
        assert store.responses.unfinished() == ()


def test_its_partial_images_are_removed_beside_the_loop(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[tuple[str, bool]] = []
    remove = shutil.rmtree

    def watched(folder: Path, **more: Any) -> None:
        remove(folder, **more)
        removed.append((folder.name, _in_a_loop()))

    monkeypatch.setattr(runs, "KEPT_SECONDS", 0)
    monkeypatch.setattr(shutil, "rmtree", watched)
    answered(client)  # none are asked for: nothing is removed
    begun = answered(client, background=True, tools=[{**TOOL, "partial_images": 1}])
    shown = call(polled(client, begun["id"]))["id"]
    _until(lambda: bool(removed))
    assert removed == [(shown, False)]


def test_cancelled_and_left_over_a_real_socket(tmp_path: Path) -> None:
    with running(tmp_path, step_seconds=0.1) as server, httpx2.Client(timeout=60) as http:
        _cancel_stops_within_a_step(server, http)
        _a_client_that_leaves_can_read_again(server, http)
        _one_that_is_not_kept_stops_with_its_client(server, http)


def test_a_killed_server_goes_on_and_renders_nothing_twice(tmp_path: Path) -> None:
    """Two pictures of which one is finished; one that waits; one that a client waits for."""
    with running(tmp_path, step_seconds=0.06) as server, httpx2.Client(timeout=60) as http:
        two = "draw two versions of a red apple"
        double = _post(server, http, text=two, background=True, tools=[_slow_tool(61)])
        single = _post(server, http, background=True, tools=[_slow_tool(41)])
        waits = threading.Thread(target=_ignored, args=(server, asked(tools=[_slow_tool(51)])))
        waits.start()
        _until(lambda: 61 in _kept_seeds(server, http) and server.steps(51))
        os.kill(server.pid, signal.SIGKILL)
        waits.join()
    before = len(server.all_steps())
    with running(tmp_path, step_seconds=0.01) as server, httpx2.Client(timeout=60) as http:
        pair = polled(http, double["id"], server.url)
        assert [i["sfumato"]["seed"] for i in pair["output"] if "sfumato" in i] == [61, 62]
        assert call(polled(http, single["id"], server.url))["sfumato"]["seed"] == 41
        anew = {seed for seed, _ in server.all_steps()[before:]}
        assert 61 not in anew, "a finished picture was rendered again"
        assert 51 not in anew, "nobody waits for it any more"
        told = events(http.get(f"{server.url}{PATH}/{double['id']}?stream=true").text)
        assert [e["sequence_number"] for e in told] == list(range(len(told)))
        assert told[-1]["response"] == pair


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _cancel_stops_within_a_step(server: Running, http: httpx2.Client) -> None:
    body = _post(server, http, background=True, tools=[_slow_tool(31)])
    _until(lambda: server.steps(31))
    ended = http.post(f"{server.url}{PATH}/{body['id']}/cancel").json()
    assert ended["status"] == "cancelled"
    computed = len(server.steps(31))
    told = events(http.get(f"{server.url}{PATH}/{body['id']}?stream=true").text)
    assert told[-1]["response"]["status"] == "cancelled"
    assert len(server.steps(31)) <= computed + 1 < 8
    gone = http.delete(f"{server.url}{PATH}/{body['id']}").json()
    assert gone["deleted"] is True
    error_of(http.get(f"{server.url}{PATH}/{body['id']}"), 404)


def _a_client_that_leaves_can_read_again(server: Running, http: httpx2.Client) -> None:
    body = asked(stream=True, tools=[_slow_tool(33)])
    with http.stream("POST", f"{server.url}{PATH}", json=body) as reply:
        created = _first_event(reply)
    path = f"{server.url}{PATH}/{created['response']['id']}?stream=true"
    told = events(http.get(f"{path}&starting_after=0").text)
    assert told[0]["sequence_number"] == 1
    assert told[-1]["type"] == "response.completed"


def _one_that_is_not_kept_stops_with_its_client(server: Running, http: httpx2.Client) -> None:
    body = asked(stream=True, store=False, tools=[_slow_tool(35)])
    with http.stream("POST", f"{server.url}{PATH}", json=body) as reply:
        _first_event(reply)
        _until(lambda: server.steps(35))
    time.sleep(0.3)
    computed = len(server.steps(35))
    time.sleep(0.3)
    assert len(server.steps(35)) == computed < 8
    assert 35 not in _kept_seeds(server, http)


def _kept_seeds(server: Running, http: httpx2.Client) -> list[int]:
    kept = http.get(f"{server.url}/v1/sfumato/pictures").json()["data"]
    return [picture["seed"] for picture in kept]


def _slow_tool(seed: int) -> dict[str, Any]:
    return {**TOOL, "quality": "medium", "seed": seed}


def _post(server: Running, http: httpx2.Client, **more: Any) -> dict[str, Any]:
    reply = http.post(f"{server.url}{PATH}", json=asked(**more))
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def _ignored(server: Running, body: dict[str, Any]) -> None:
    try:
        httpx2.post(f"{server.url}{PATH}", json=body, timeout=60)
    except httpx2.HTTPError:
        return


def _first_event(reply: httpx2.Response) -> dict[str, Any]:
    for line in reply.iter_lines():
        if line.startswith("data: "):
            event: dict[str, Any] = json.loads(line.removeprefix("data: "))
            return event
    raise AssertionError("the stream had no event")


def _until(true: Callable[[], Any]) -> None:
    """Wait for it; a hang is a failure that says where."""
    for _ in range(HANG_SECONDS * 20):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never came true")
