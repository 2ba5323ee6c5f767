"""Streams of the Images API, as the clients read them and as they lie on the wire."""

import json
from typing import Any

import pytest

from tests.contract import web
from tests.contract.asking import (
    FOUR,
    REQUEST,
    SMALL,
    SMALL_TOKENS,
    TWO,
    error_of,
    picture,
    value_of,
    wire,
)
from tests.contract.clients import Client
from tests.contract.conftest import Fields
from tests.contract.running import Running

ROUTE = "POST /v1/images/generations"
PARTIAL, COMPLETED = "image_generation.partial_image", "image_generation.completed"
JPEG = {**SMALL, "output_format": "jpeg"}  # partial images are noise, which PNG keeps
SHAPE = {"background": "opaque", "output_format": "jpeg", "quality": "low", "size": "816x816"}


@wire("W-301", "W-302")
@FOUR
@pytest.mark.parametrize("partials", [0, 3])
def test_a_stream_is_partials_and_then_the_picture(
    client: Client, fields: Fields, partials: int
) -> None:
    events = value_of(client.generate(**JPEG, stream=True, partial_images=partials))
    assert [event["type"] for event in events] == [PARTIAL] * partials + [COMPLETED]
    assert [event["partial_image_index"] for event in events[:-1]] == list(range(partials))
    for event in events:
        assert event.items() >= SHAPE.items()
        assert event["created_at"] > 0
        assert picture(event["b64_json"]).size == (816, 816)
    assert len({event["b64_json"] for event in events}) == partials + 1
    fields.honoured(ROUTE, "stream", "server-sent events instead of one answer")
    fields.honoured(ROUTE, "partial_images", "that many partial images first; 100 tokens each")


@wire("W-303")
@FOUR
def test_a_partial_image_costs_a_hundred_tokens(client: Client) -> None:
    usage = value_of(client.generate(**JPEG, stream=True, partial_images=2))[-1]["usage"]
    assert usage["output_tokens"] == SMALL_TOKENS + 200
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


@wire("W-304")
@TWO
def test_several_pictures_are_completed_one_by_one_and_the_text_counts_once(client: Client) -> None:
    events = value_of(client.generate(**JPEG, stream=True, n=3))
    assert [event["type"] for event in events] == [COMPLETED] * 3
    assert len({event["b64_json"] for event in events}) == 3
    assert [event["usage"]["input_tokens"] for event in events] == [2, 0, 0]


@wire("W-305")
@FOUR
def test_the_completed_event_echoes_the_safety_identifier(client: Client) -> None:
    events = value_of(client.generate(**SMALL, stream=True, safety_identifier="u_9"))
    assert events[-1]["safety_identifier"] == "u_9"


@wire("W-306")
@TWO
@pytest.mark.parametrize("output_format", ["jpeg", "webp"])
def test_partials_have_the_format_that_was_asked_for(client: Client, output_format: str) -> None:
    more = {"stream": True, "partial_images": 1, "output_format": output_format}
    events = value_of(client.generate(**SMALL, **more))
    assert {picture(event["b64_json"]).format for event in events} == {output_format.upper()}


@wire("W-307")
def test_what_is_wrong_before_the_first_byte_is_an_ordinary_error(
    client: Client, fields: Fields
) -> None:
    answer = client.generate(**SMALL, stream=True, partial_images=4)
    expected = (REQUEST, "integer_above_max_value", "partial_images")
    assert error_of(answer, "BadRequestError") == expected
    assert answer["headers"]["content-type"] == "application/json"
    fields.refused(ROUTE, "partial_images", "4", answer)


@wire("W-308")
@FOUR
def test_a_client_may_leave_after_the_first_event(client: Client) -> None:
    more = {"stream": True, "partial_images": 3}
    asked: dict[str, Any] = {"call": "images.generate", "arguments": {**JPEG, **more}, "take": 1}
    assert [event["type"] for event in value_of(client.ask(asked))] == [PARTIAL]
    value_of(client.generate(**SMALL))


@wire("W-309")
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream", "*/*"])
@pytest.mark.speakers("python-newest")
def test_messages_on_the_wire_are_an_event_line_and_a_data_line(
    server: Running, accept: str
) -> None:
    body = {**JPEG, "stream": True, "partial_images": 1}
    url, headers = f"{server.url}/v1/images/generations", {"accept": accept}
    reply = web.post(url, json=body, headers=headers)
    assert reply.headers["content-type"].partition(";")[0] == "text/event-stream"
    assert "content-length" not in reply.headers
    messages = [message for message in reply.text.split("\n\n") if not message.startswith(":")]
    assert messages.pop() == ""
    for message, kind in zip(messages, [PARTIAL, COMPLETED], strict=True):
        event, data = message.split("\n")
        assert event == f"event: {kind}"
        assert json.loads(data.removeprefix("data: "))["type"] == kind
