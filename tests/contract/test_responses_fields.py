"""POST /v1/responses, field by field, but for those of its tool."""

from typing import Any

import pytest

from tests.contract.asking import FOUR, REQUEST, error_of, value_of, wire, wire_json
from tests.contract.clients import Client
from tests.contract.conftest import Fields
from tests.contract.drawing import Drawings
from tests.contract.talking import ask, call_of, calls, respond, with_tool, words_of

ROUTE = "POST /v1/responses"
QUESTION = "What can you do?"


@wire("W-521")
@pytest.mark.parametrize("model", ["gpt-5", "gpt-4.1-mini", "o3", "sfumato-director"])
def test_the_model_of_the_words_is_echoed(client: Client, fields: Fields, model: str) -> None:
    assert respond(client, QUESTION, model=model)["model"] == model
    fields.honoured(ROUTE, "model", "is echoed; the director answers to all of them")


@wire("W-521")
@pytest.mark.parametrize(
    ("model", "raised", "code"),
    [
        ("gpt-image-2", "BadRequestError", "invalid_value"),
        ("nothing", "NotFoundError", "model_not_found"),
        (None, "BadRequestError", "missing_required_parameter"),
    ],
)
def test_a_model_that_does_not_talk_is_refused(
    client: Client, fields: Fields, model: str | None, raised: str, code: str
) -> None:
    answer = ask(client, QUESTION, model=model)
    assert error_of(answer, raised) == (REQUEST, code, "model")
    fields.refused(ROUTE, "model", wire_json(model), answer)


@wire("W-522")
@FOUR
def test_input_is_text_or_items(client: Client, fields: Fields) -> None:
    plain = respond(client, QUESTION)
    parts = [{"type": "input_text", "text": QUESTION}]
    items = respond(client, [{"type": "message", "role": "user", "content": parts}])
    assert words_of(plain) == words_of(items)
    assert call_of(respond(client, "a green pear"))["revised_prompt"] == "a green pear"
    fields.honoured(ROUTE, "input", "is what the director reads")


@wire("W-522")
@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        (None, "missing_required_parameter", "input"),
        (7, "invalid_type", "input"),
        ([], "invalid_value", "input"),
        ([{"type": "function_call"}], "invalid_value", "input[0].type"),
        (
            [{"role": "user", "content": [{"type": "input_audio"}]}],
            "invalid_value",
            "input[0].content[0].type",
        ),
        (
            [{"role": "user", "content": [{"type": "input_image", "detail": "auto"}]}],
            "invalid_value",
            "input[0].content[0]",
        ),
    ],
)
def test_input_that_cannot_be_read_is_refused_by_its_place(
    client: Client, fields: Fields, given: Any, code: str, param: str
) -> None:
    answer = ask(client, given)
    assert error_of(answer, "BadRequestError") == (REQUEST, code, param)
    if param == "input":
        fields.refused(ROUTE, "input", wire_json(given), answer)


@wire("W-523")
@FOUR
def test_instructions_say_how_pictures_are_answered(client: Client, fields: Fields) -> None:
    plain = respond(client)
    told = respond(client, instructions="Always answer as webp.")
    assert told["instructions"] == "Always answer as webp."
    assert [call_of(one)["output_format"] for one in (plain, told)] == ["png", "webp"]
    assert told["usage"]["input_tokens"] > plain["usage"]["input_tokens"]
    assert "only" in words_of(respond(client, instructions="Speak like a pirate."))
    fields.honoured(ROUTE, "instructions", "what they say of size, format, background, quality")


@wire("W-524")
@FOUR
def test_without_the_tool_no_picture_is_made(client: Client, fields: Fields) -> None:
    response = respond(client, tools=[])
    assert calls(response) == [] and "tool" in words_of(response)
    echoed = respond(client, QUESTION)["tools"][0]
    assert echoed["type"] == "image_generation"
    assert (echoed["size"], echoed["output_format"], echoed["n"]) == ("816x816", "png", 1)
    fields.honoured(ROUTE, "tools", "with `image_generation` there are pictures")


@wire("W-524")
@pytest.mark.parametrize(
    ("tools", "code", "param"),
    [
        ([{"type": "web_search"}], "invalid_value", "tools[0].type"),
        (with_tool() + with_tool(), "invalid_value", "tools[1]"),
        (with_tool(n=2), "unknown_parameter", "tools[0].n"),
        ([{}], "missing_required_parameter", "tools[0].type"),
    ],
)
def test_other_tools_are_refused(
    client: Client, fields: Fields, tools: Any, code: str, param: str
) -> None:
    answer = ask(client, tools=tools)
    assert error_of(answer, "BadRequestError") == (REQUEST, code, param)
    fields.refused(ROUTE, "tools", {"n": "with n"}.get(param[-1], param), answer)


@wire("W-525")
@FOUR
@pytest.mark.parametrize(
    ("choice", "text", "count"),
    [
        ("none", "a red apple", 0),
        ("auto", QUESTION, 0),
        ("required", QUESTION, 1),
        ({"type": "image_generation"}, QUESTION, 1),
        (
            {
                "type": "allowed_tools",
                "mode": "required",
                "tools": [{"type": "image_generation"}],
            },
            QUESTION,
            1,
        ),
    ],
)
def test_tool_choice_decides_whether_there_is_a_picture(
    client: Client, fields: Fields, choice: Any, text: str, count: int
) -> None:
    response = respond(client, text, tool_choice=choice)
    assert len(calls(response)) == count
    assert response["tool_choice"] == choice
    fields.honoured(ROUTE, "tool_choice", "whether the director may or must draw")


@wire("W-525")
@pytest.mark.parametrize(
    ("choice", "tools", "param"),
    [
        ("always", with_tool(), "tool_choice"),
        ({"type": "function", "name": "x"}, with_tool(), "tool_choice.type"),
        ("required", [], "tool_choice"),
    ],
)
def test_a_choice_that_is_not_there_is_refused(
    client: Client, fields: Fields, choice: Any, tools: Any, param: str
) -> None:
    answer = ask(client, tool_choice=choice, tools=tools)
    assert error_of(answer, "BadRequestError") == (REQUEST, "invalid_value", param)
    fields.refused(ROUTE, "tool_choice", wire_json(choice), answer)


@wire("W-526")
@FOUR
def test_how_many_pictures_one_answer_may_have(client: Client, fields: Fields) -> None:
    several = "make 3 versions of a red apple"
    assert len(calls(respond(client, several))) == 3
    assert len(calls(respond(client, several, max_tool_calls=2))) == 2
    assert len(calls(respond(client, several, parallel_tool_calls=False))) == 1
    fields.honoured(ROUTE, "max_tool_calls", "at most that many pictures (4)")
    fields.honoured(ROUTE, "parallel_tool_calls", "`false`: one picture")


@wire("W-527")
@FOUR
def test_max_output_tokens_cuts_the_answer(client: Client, fields: Fields) -> None:
    response = respond(client, QUESTION, max_output_tokens=16)
    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert response["usage"]["output_tokens"] <= 16
    fields.honoured(ROUTE, "max_output_tokens", "the answer ends there, `incomplete`")


@wire("W-528")
@FOUR
def test_turns_go_on_from_where_it_is_said(client: Client, fields: Fields) -> None:
    first = respond(client)
    second = respond(client, "make it blue", previous_response_id=first["id"])
    assert second["previous_response_id"] == first["id"]
    assert call_of(second)["action"] == "edit"
    fields.honoured(ROUTE, "previous_response_id", "the turns before come along")
    held = value_of(client.call("conversations.create"))
    for given in (held["id"], {"id": held["id"]}):
        assert respond(client, conversation=given)["conversation"] == {"id": held["id"]}
    fields.honoured(ROUTE, "conversation", "its turns come along, and this one is kept there")


@wire("W-528")
def test_two_places_to_go_on_from_are_one_too_many(client: Client, fields: Fields) -> None:
    more = {"previous_response_id": "resp_1", "conversation": "conv_1"}
    answer = ask(client, **more)
    assert error_of(answer, "BadRequestError") == (REQUEST, "invalid_value", "conversation")
    fields.refused(ROUTE, "conversation", "with `previous_response_id`", answer)


@wire("W-529")
@FOUR
def test_streams_obfuscate_when_they_are_asked_to(client: Client, fields: Fields) -> None:
    more = {"stream": True, "stream_options": {"include_obfuscation": True}}
    events = value_of(ask(client, QUESTION, **more))
    deltas = [e for e in events if e["type"] == "response.output_text.delta"]
    assert deltas and all(delta["obfuscation"] for delta in deltas)
    fields.honoured(ROUTE, "stream", "events instead of one answer")
    fields.honoured(ROUTE, "stream_options", "`include_obfuscation`: filling in the deltas")


@wire("W-530")
@FOUR
def test_background_and_store(client: Client, fields: Fields) -> None:
    for window in ("soonest", "2h", "8h"):
        options = {"completion_window": window}
        response = respond(client, QUESTION, background=True, background_options=options)
        assert response["status"] in ("queued", "in_progress", "completed")
    fields.honoured(ROUTE, "background", "answered at once, to be polled")
    fields.honoured(ROUTE, "background_options", "any `completion_window`: begun at once")
    gone = respond(client, QUESTION, store=False)["id"]
    assert client.call("responses.retrieve", gone)["status"] == 404
    fields.honoured(ROUTE, "store", "`false`: forgotten once it is answered")


@wire("W-531")
@FOUR
def test_include_writes_pictures_into_what_was_sent(
    client: Client, fields: Fields, drawings: Drawings
) -> None:
    url = drawings.data_url(drawings.photo())
    part = {"type": "input_image", "image_url": url, "detail": "auto"}
    asked = [{"role": "user", "content": [{"type": "input_text", "text": QUESTION}, part]}]
    name = respond(client, asked, include=["message.input_image.image_url"])["id"]
    listed = client.every(
        "responses.input_items.list", name, include=["message.input_image.image_url"]
    )
    assert listed[0]["content"][1]["image_url"] == url
    plain = client.every("responses.input_items.list", name)
    assert plain[0]["content"][1]["image_url"] is None
    fields.honoured(ROUTE, "include", "`message.input_image.image_url`, in what is listed")


@wire("W-532")
@FOUR
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("metadata", {"topic": "fruit"}),
        ("safety_identifier", "u_9"),
        ("user", "u_9"),
        ("prompt_cache_key", "k"),
        ("truncation", "auto"),
    ],
)
def test_what_is_echoed(client: Client, fields: Fields, name: str, value: Any) -> None:
    response = respond(client, QUESTION, **{name: value})
    assert response[name] == value
    assert value_of(client.call("responses.retrieve", response["id"]))[name] == value
    fields.honoured(ROUTE, name, "is kept and echoed")


@wire("W-533")
@pytest.mark.parametrize(
    ("name", "value", "param"),
    [
        ("temperature", 0.5, "temperature"),
        ("top_p", 0.5, "top_p"),
        ("top_logprobs", 3, "top_logprobs"),
        ("reasoning", {"effort": "high"}, "reasoning.effort"),
        ("text", {"verbosity": "high"}, "text.verbosity"),
        ("text", {"format": {"type": "json_object"}}, "text.format.type"),
        ("service_tier", "priority", "service_tier"),
        ("prompt", {"id": "pmpt_1"}, "prompt"),
        ("prompt_cache_options", {}, "prompt_cache_options"),
        ("prompt_cache_retention", "24h", "prompt_cache_retention"),
        ("context_management", [{"type": "compaction"}], "context_management"),
        ("access_programs", ["x"], "access_programs"),
        ("moderation", {"mode": "x"}, "moderation"),
        ("image", {"context_compression": "enabled"}, "image.context_compression"),
        ("include", ["message.output_text.logprobs"], "include[0]"),
        ("include", ["everything"], "include[0]"),
        ("metadata", {str(i): "x" for i in range(17)}, "metadata"),
        ("max_output_tokens", 15, "max_output_tokens"),
        ("max_tool_calls", 0, "max_tool_calls"),
        ("background_options", {"completion_window": "soonest"}, "background_options"),
        ("stream_options", {"include_obfuscation": True}, "stream_options"),
        ("truncation", "sometimes", "truncation"),
        ("store", "no", "store"),
        ("instructions", 7, "instructions"),
        ("seed", 7, "seed"),
    ],
)
def test_what_no_director_can_do_is_refused_by_name(
    client: Client, fields: Fields, name: str, value: Any, param: str
) -> None:
    answer = ask(client, QUESTION, **{name: value})
    found = error_of(answer, "BadRequestError")
    assert (found[0], found[2]) == (REQUEST, param)
    if name != "seed":
        fields.refused(ROUTE, name, "17 pairs" if name == "metadata" else wire_json(value), answer)


@wire("W-534")
@FOUR
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 1),
        ("top_p", 1),
        ("top_logprobs", 0),
        ("reasoning", {"effort": "none"}),
        ("text", {"format": {"type": "text"}, "verbosity": "medium"}),
        ("service_tier", "auto"),
    ],
)
def test_the_usual_value_is_what_happens(
    client: Client, fields: Fields, name: str, value: Any
) -> None:
    assert name in respond(client, QUESTION, **{name: value})
    fields.honoured(ROUTE, name, f"`{value}`, which is what happens".replace("'", '"'))


@wire("W-535")
@FOUR
def test_background_needs_store(client: Client, fields: Fields) -> None:
    answer = ask(client, background=True, store=False)
    assert error_of(answer, "BadRequestError") == (REQUEST, "invalid_value", "background")
    fields.refused(ROUTE, "background", "without `store`", answer)
