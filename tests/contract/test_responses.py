"""POST /v1/responses and what can be done with a response afterwards, as the clients do it."""

import time
from typing import Any

import pytest

from tests.contract.asking import FOUR, REQUEST, TWO, error_of, picture, value_of, wire
from tests.contract.clients import Client
from tests.contract.drawing import Drawings, sent
from tests.contract.talking import CALL, ask, call_of, calls, respond, with_tool, words_of

UNKNOWN = "resp_00000000000000000000000000000000"
ADDED, DONE = "response.output_item.added", "response.output_item.done"


@wire("W-501", "W-502")
@FOUR
def test_a_turn_gives_a_picture_and_a_word(client: Client) -> None:
    response = respond(client)
    assert response["id"].startswith("resp_")
    shown = {name: response[name] for name in ("object", "status", "model", "error")}
    assert shown == {"object": "response", "status": "completed", "model": "gpt-5", "error": None}
    item = call_of(response)
    assert item["id"].startswith("ig_")
    assert (item["action"], item["revised_prompt"]) == ("generate", "a red apple")
    assert (item["size"], item["quality"], item["output_format"]) == ("816x816", "low", "png")
    assert picture(item["result"]).size == (816, 816)
    assert words_of(response)


@wire("W-503")
@FOUR
def test_usage_is_the_directors_and_the_tools_apart(client: Client) -> None:
    response = respond(client)
    usage = response["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert usage["input_tokens"] >= 3
    images = response["tool_usage"]["image_gen"]
    assert images["input_tokens"] == 3
    assert images["output_tokens"] == images["output_tokens_details"]["image_tokens"] == 171
    assert images["total_tokens"] == 174


@wire("W-504")
@FOUR
@pytest.mark.parametrize("partials", [0, 2])
def test_the_order_of_a_stream(client: Client, partials: int) -> None:
    tools = with_tool(partial_images=partials, output_format="jpeg")
    events = value_of(ask(client, stream=True, tools=tools))
    kinds = [event["type"] for event in events]
    deltas = kinds.count("response.output_text.delta")
    assert kinds == [
        "response.created",
        "response.in_progress",
        ADDED,
        f"{CALL}.in_progress",
        f"{CALL}.generating",
        *[f"{CALL}.partial_image"] * partials,
        f"{CALL}.completed",
        DONE,
        ADDED,
        "response.content_part.added",
        *["response.output_text.delta"] * deltas,
        "response.output_text.done",
        "response.content_part.done",
        DONE,
        "response.completed",
    ]
    assert deltas > 0
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


@wire("W-505")
@FOUR
def test_what_the_events_of_a_stream_carry(client: Client) -> None:
    events = value_of(
        ask(client, stream=True, tools=with_tool(partial_images=1, output_format="jpeg"))
    )
    by_kind = {event["type"]: event for event in events if event["type"] not in (ADDED, DONE)}
    assert by_kind["response.created"]["response"]["status"] == "in_progress"
    partial = by_kind[f"{CALL}.partial_image"]
    assert partial["partial_image_index"] == 0
    assert picture(partial["partial_image_b64"]).size == (816, 816)
    assert "result" not in by_kind[f"{CALL}.completed"]
    added = next(event for event in events if event["type"] == ADDED)
    assert (added["output_index"], added["item"]["status"]) == (0, "in_progress")
    done = next(event for event in events if event["type"] == DONE)
    response = by_kind["response.completed"]["response"]
    assert done["item"] == call_of(response)
    said = "".join(e["delta"] for e in events if e["type"] == "response.output_text.delta")
    assert said == words_of(response)


@wire("W-506")
@TWO
@pytest.mark.parametrize("way", ["previous_response_id", "call", "reference", "conversation"])
def test_a_later_turn_changes_the_picture(client: Client, way: str) -> None:
    held = value_of(client.call("conversations.create"))["id"] if way == "conversation" else None
    first = respond(client, **({"conversation": held} if held else {}))
    item = call_of(first)
    ways: dict[str, Any] = {
        "previous_response_id": {"previous_response_id": first["id"]},
        "conversation": {"conversation": held},
        "call": {"text": [{"type": "image_generation_call", "id": item["id"]}]},
        "reference": {"text": [{"type": "item_reference", "id": item["id"]}]},
    }
    more = ways[way]
    text: Any = "make it blue"
    if "text" in more:
        text = [*more.pop("text"), {"role": "user", "content": "make it blue"}]
    second = respond(client, text, **more)
    assert call_of(second)["action"] == "edit"
    assert call_of(second)["id"] != item["id"]
    assert call_of(second)["result"] != item["result"]


@wire("W-507")
@FOUR
@pytest.mark.parametrize("way", ["data url", "file"])
def test_a_picture_that_was_sent_is_changed(client: Client, drawings: Drawings, way: str) -> None:
    path = drawings.photo()
    if way == "file":
        file = value_of(client.call("files.create", file=sent(path), purpose="vision"))
        part = {"type": "input_image", "file_id": file["id"], "detail": "auto"}
    else:
        part = {"type": "input_image", "image_url": drawings.data_url(path), "detail": "auto"}
    content = [{"type": "input_text", "text": "make it blue"}, part]
    tools = with_tool(size="auto")
    response = respond(client, [{"role": "user", "content": content}], tools=tools)
    item = call_of(response)
    assert (item["action"], item["size"]) == ("edit", "96x64")
    assert response["tool_usage"]["image_gen"]["input_tokens_details"]["image_tokens"] == 24


@wire("W-508")
def test_a_question_gets_words_and_no_picture(client: Client) -> None:
    response = respond(client, "What can you do?")
    assert calls(response) == []
    assert words_of(response)
    assert response["tool_usage"]["image_gen"]["total_tokens"] == 0


@wire("W-509")
@FOUR
def test_a_response_can_be_had_again_until_it_is_deleted(client: Client) -> None:
    response = respond(client)
    again = value_of(client.call("responses.retrieve", response["id"]))
    assert call_of(again) == call_of(response)
    assert again["usage"] == response["usage"]
    client.call("responses.delete", response["id"])
    answer = client.call("responses.retrieve", response["id"])
    assert error_of(answer, "NotFoundError")[0] == REQUEST


@wire("W-510")
def test_without_store_a_response_is_forgotten(client: Client) -> None:
    response = respond(client, "What can you do?", store=False)
    assert error_of(client.call("responses.retrieve", response["id"]), "NotFoundError")


@wire("W-511")
@FOUR
def test_a_background_response_is_polled(client: Client) -> None:
    response = respond(client, background=True)
    assert (response["status"], response["background"]) == ("queued", True)
    while response["status"] in ("queued", "in_progress"):
        time.sleep(0.02)
        response = value_of(client.call("responses.retrieve", response["id"]))
    assert response["status"] == "completed"
    assert picture(call_of(response)["result"]).size == (816, 816)


@wire("W-512")
@FOUR
def test_a_stream_is_resumed_behind_any_of_its_events(client: Client) -> None:
    events = value_of(ask(client, stream=True, background=True))
    assert [event["type"] for event in events[:2]] == ["response.created", "response.queued"]
    name = events[0]["response"]["id"]
    for after in (0, 4, len(events) - 2):
        asked = {"stream": True, "starting_after": after}
        rest = value_of(client.call("responses.retrieve", name, **asked))
        assert rest == events[after + 1 :]


@wire("W-513")
@TWO
def test_a_background_response_can_be_cancelled(client: Client) -> None:
    tools = with_tool(size="2880x2880", quality="high")
    response = respond(client, background=True, tools=tools)
    stopped = value_of(client.call("responses.cancel", response["id"]))
    assert stopped["status"] == "cancelled"
    again = value_of(client.call("responses.cancel", response["id"]))
    assert again["status"] == "cancelled"


@wire("W-513")
def test_only_a_background_response_can_be_cancelled(client: Client) -> None:
    response = respond(client, "What can you do?")
    answer = client.call("responses.cancel", response["id"])
    assert error_of(answer, "BadRequestError")[0] == REQUEST


@wire("W-514")
def test_what_was_sent_is_listed_newest_first(client: Client) -> None:
    said = ["What can you do?", "Hello", "Thanks"]
    items = [{"role": "user", "content": text} for text in said]
    response = respond(client, items)
    listed = client.every("responses.input_items.list", response["id"])
    assert [item["content"][0]["text"] for item in listed] == said[::-1]
    page = {"limit": 2, "order": "asc"}
    upward = client.every("responses.input_items.list", response["id"], **page)
    assert [item["content"][0]["text"] for item in upward] == said
    first = value_of(client.call("responses.input_items.list", response["id"], limit=1))
    assert (first["object"], first["has_more"]) == ("list", True)
    assert first["first_id"] == first["last_id"] == listed[0]["id"]


@wire("W-515")
def test_an_unknown_response_is_not_found(client: Client) -> None:
    for call in ("responses.retrieve", "responses.cancel", "responses.delete"):
        assert error_of(client.call(call, UNKNOWN), "NotFoundError")[0] == REQUEST
    for name in ("previous_response_id", "conversation"):
        found = error_of(ask(client, **{name: UNKNOWN}), "NotFoundError")
        assert (found[0], found[2]) == (REQUEST, name)


@wire("W-516")
@FOUR
def test_what_is_refused_at_the_input_is_an_error_and_not_a_response(client: Client) -> None:
    answer = ask(client, "a nude woman")
    assert error_of(answer, "BadRequestError")[1] == "moderation_blocked"
    assert error_of(ask(client, "a nude woman", stream=True), "BadRequestError")[1] == (
        "moderation_blocked"
    )


@wire("W-517")
@TWO
def test_four_turns_make_one_picture(client: Client) -> None:
    first = respond(client, "a red apple")
    second = respond(client, "make it blue", previous_response_id=first["id"])
    named = [
        {"type": "image_generation_call", "id": call_of(second)["id"]},
        {"role": "user", "content": "add a hat"},
    ]
    third = respond(client, named)
    fourth = respond(
        client, "transparent background, as webp", previous_response_id=third["id"],
        tools=with_tool(output_format="webp"),
    )  # fmt: skip
    item = call_of(fourth)
    assert (item["background"], item["output_format"]) == ("transparent", "webp")
    assert picture(item["result"]).format == "WEBP"
    assert {call_of(one)["action"] for one in (second, third, fourth)} == {"edit"}


@wire("W-518")
@pytest.mark.speakers("python-newest", "node-newest", "python-newest-strict", "node-newest-strict")
def test_an_item_tells_more_outside_strict_mode(client: Client, strict: bool) -> None:
    item = call_of(respond(client))
    assert ("sfumato" in item) is not strict
    if not strict:
        assert {"picture", "seed", "snapshot", "image_sha256"} <= item["sfumato"].keys()


@wire("W-519")
@pytest.mark.speakers("python-newest", "python-newest-strict", "node-newest", "node-newest-strict")
def test_tokens_are_counted_without_an_answer(client: Client) -> None:
    asked = {"model": "gpt-5", "input": "a red apple"}
    counted = value_of(client.call("responses.input_tokens.count", **asked))
    assert counted["object"] == "response.input_tokens"
    assert (
        counted["input_tokens"] == respond(client, "a red apple", tools=[])["usage"]["input_tokens"]
    )
