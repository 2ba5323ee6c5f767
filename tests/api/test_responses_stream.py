"""A response as events: their order, their numbers, resuming, and who leaves."""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of
from tests.api.test_responses import PATH, TOOL, answered, asked, call

CALL = "response.image_generation_call"


def events(text: str) -> list[dict[str, Any]]:
    """The data of every event, whose `type` its `event:` line repeats."""
    found = []
    for block in text.split("\n\n"):
        if block and not block.startswith(":"):
            head, data = block.split("\n")
            found.append(json.loads(data.removeprefix("data: ")))
            assert head == f"event: {found[-1]['type']}"
    return found


def streamed(client: TestClient, text: Any = "Draw a red apple", **more: Any) -> list[Any]:
    reply = client.post(PATH, json=asked(text, stream=True, **more))
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith("text/event-stream")
    return events(reply.text)


def test_the_events_come_in_openais_order(client: TestClient) -> None:
    told = streamed(client, tools=[{**TOOL, "partial_images": 2}])
    kinds = [event["type"] for event in told]
    deltas = kinds.count("response.output_text.delta")
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        f"{CALL}.in_progress",
        f"{CALL}.generating",
        f"{CALL}.partial_image",
        f"{CALL}.partial_image",
        f"{CALL}.completed",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
        *["response.output_text.delta"] * deltas,
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert deltas >= 1
    assert [event["sequence_number"] for event in told] == list(range(len(told)))


def test_each_event_has_what_openais_has(client: TestClient) -> None:
    told = streamed(client, tools=[{**TOOL, "partial_images": 1}])
    by_kind = {event["type"]: event for event in told}
    created = by_kind["response.created"]["response"]
    assert (created["status"], created["output"]) == ("in_progress", [])
    added = next(e for e in told if e["type"] == "response.output_item.added")
    assert added["item"].keys() == {"id", "type", "status"} and added["output_index"] == 0
    partial = by_kind[f"{CALL}.partial_image"]
    assert partial["partial_image_index"] == 0 and partial["item_id"] == added["item"]["id"]
    assert (partial["size"], partial["quality"]) == ("816x816", "low")
    image = Image.open(io.BytesIO(base64.b64decode(partial["partial_image_b64"])))
    assert image.size == (816, 816)
    assert by_kind[f"{CALL}.completed"].keys() == {
        "type", "sequence_number", "item_id", "output_index",
    }  # fmt: skip
    done = next(e for e in told if e["type"] == "response.output_item.done")["item"]
    whole = by_kind["response.completed"]["response"]
    assert whole["output"][0] == done and done["result"]
    text = "".join(e["delta"] for e in told if e["type"] == "response.output_text.delta")
    assert text == by_kind["response.output_text.done"]["text"]
    assert text == whole["output"][1]["content"][0]["text"]


@pytest.mark.parametrize("partials", [0, 1, 3])
def test_each_partial_costs_a_hundred_tokens(client: TestClient, partials: int) -> None:
    told = streamed(client, tools=[{**TOOL, "partial_images": partials}])
    plain = answered(client)["tool_usage"]["image_gen"]["output_tokens"]
    spent = told[-1]["response"]["tool_usage"]["image_gen"]["output_tokens"]
    assert spent == plain + 100 * partials


def test_two_pictures_have_two_places(client: TestClient) -> None:
    told = streamed(client, "draw two versions of a red apple")
    places = [e["output_index"] for e in told if e["type"] == "response.output_item.done"]
    assert places == [0, 1, 2]


def test_what_is_refused_before_the_first_event_is_an_ordinary_error(client: TestClient) -> None:
    body = asked("make it blue", stream=True, tools=[{**TOOL, "action": "edit"}])
    assert error_of(client.post(PATH, json=body), 400)["param"] == "tools"


def test_a_server_that_fails_ends_the_stream_as_failed(tmp_path: Path) -> None:
    settings = make_home(tmp_path, fake_snapshot(recipe={"step_seconds": 0.2}), job_timeout=0.3)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        last = streamed(client)[-1]
        assert last["type"] == "response.failed"
        assert last["response"]["status"] == "failed"
        assert last["response"]["error"]["code"] == "server_error"
        item = last["response"]["output"][0]
        assert (item["status"], item["error"]["type"]) == ("failed", "image_tool_error")
        assert error_of(client.post(PATH, json=asked()), 500)["code"] == "server_error"


def test_the_same_events_can_be_read_again_from_any_of_them_on(client: TestClient) -> None:
    told = streamed(client, tools=[{**TOOL, "partial_images": 1}])
    path = f"{PATH}/{told[0]['response']['id']}?stream=true"
    assert events(client.get(path).text) == told
    assert events(client.get(f"{path}&starting_after=4").text) == told[5:]
    assert events(client.get(f"{path}&starting_after={len(told)}").text) == []


def test_deltas_are_padded_when_that_is_asked_for(client: TestClient) -> None:
    told = streamed(client, "hello", stream_options={"include_obfuscation": True})
    deltas = [e for e in told if e["type"] == "response.output_text.delta"]
    assert deltas and all(e["obfuscation"] for e in deltas)
    path = f"{PATH}/{told[0]['response']['id']}?stream=true"
    again = events(client.get(f"{path}&include_obfuscation=true").text)
    assert all(e["obfuscation"] for e in again if e["type"] == "response.output_text.delta")
    assert not [e for e in events(client.get(path).text) if "obfuscation" in e]


def test_deltas_that_are_asked_for_again_are_padded_again(client: TestClient) -> None:
    body = asked("hello", stream=True, stream_options={"include_obfuscation": True})
    headers = {"Idempotency-Key": "padded"}
    first = client.post(PATH, json=body, headers=headers)
    again = client.post(PATH, json=body, headers=headers)
    assert again.headers["idempotent-replayed"] == "true"
    for reply in (first, again):
        deltas = [e for e in events(reply.text) if e["type"] == "response.output_text.delta"]
        assert deltas and all(e["obfuscation"] for e in deltas)


def test_a_stream_that_is_not_kept_leaves_nothing(client: TestClient) -> None:
    told = streamed(client, store=False, tools=[{**TOOL, "partial_images": 1}])
    whole = told[-1]["response"]
    assert call(whole)["result"]
    error_of(client.get(f"{PATH}/{whole['id']}"), 404)
    error_of(client.get(f"/v1/sfumato/pictures/{call(whole)['sfumato']['picture']}"), 404)


def test_cut_words_end_the_stream_as_incomplete(client: TestClient) -> None:
    told = streamed(client, "What can you do?", max_output_tokens=16)
    assert told[-1]["type"] == "response.incomplete"
    assert told[-1]["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
