"""Every field of a response that cannot be honoured is refused by its name."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.shape import error_of
from tests.api.test_responses import PATH, TOOL, asked, data_url, refused

UNKNOWN, INVALID, TYPE = "unknown_parameter", "invalid_value", "invalid_type"
MISSING = "missing_required_parameter"
USER = {"role": "user", "content": "hello"}


@pytest.mark.parametrize(
    ("more", "param", "code"),
    [
        ({"temperature": 0.7}, "temperature", INVALID),
        ({"top_p": 0.5}, "top_p", INVALID),
        ({"top_logprobs": 3}, "top_logprobs", INVALID),
        ({"reasoning": {"effort": "high"}}, "reasoning.effort", INVALID),
        ({"reasoning": {"summary": "auto"}}, "reasoning.summary", INVALID),
        ({"reasoning": {"zeal": 1}}, "reasoning.zeal", UNKNOWN),
        ({"text": {"format": {"type": "json_object"}}}, "text.format.type", INVALID),
        ({"text": {"verbosity": "high"}}, "text.verbosity", INVALID),
        ({"service_tier": "priority"}, "service_tier", INVALID),
        ({"prompt": {"id": "pmpt_1"}}, "prompt", INVALID),
        ({"prompt_cache_retention": "24h"}, "prompt_cache_retention", INVALID),
        ({"prompt_cache_options": {"mode": "explicit"}}, "prompt_cache_options", INVALID),
        ({"context_management": [{"type": "compaction"}]}, "context_management", INVALID),
        ({"access_programs": {"cyber": "standard"}}, "access_programs", INVALID),
        ({"moderation": {"model": "omni-moderation-latest"}}, "moderation", INVALID),
        ({"image": {"context_compression": "enabled"}}, "image.context_compression", INVALID),
        ({"include": ["message.output_text.logprobs"]}, "include[0]", INVALID),
        ({"include": ["something"]}, "include[0]", INVALID),
        ({"max_output_tokens": 1}, "max_output_tokens", "integer_below_min_value"),
        ({"max_tool_calls": 0}, "max_tool_calls", "integer_below_min_value"),
        ({"metadata": {str(i): "" for i in range(17)}}, "metadata", INVALID),
        ({"metadata": {"a": 1}}, "metadata.a", TYPE),
        ({"metadata": {"a": "x" * 513}}, "metadata.a", "string_above_max_length"),
        ({"background": True, "store": False}, "background", INVALID),
        ({"background_options": {"completion_window": "2h"}}, "background_options", INVALID),
        ({"stream_options": {"include_obfuscation": True}}, "stream_options", INVALID),
        ({"stream": "yes"}, "stream", TYPE),
        ({"seed": 7}, "seed", UNKNOWN),
        ({"model": "gpt-image-2"}, "model", INVALID),
        ({"model": "absent"}, "model", MISSING),
        ({"text": "absent", "input": None}, "input", MISSING),
        ({"truncation": "middle"}, "truncation", INVALID),
        ({"conversation": 7}, "conversation", TYPE),
        ({"conversation": {"id": "conv_1", "name": "x"}}, "conversation.name", UNKNOWN),
    ],
)
def test_a_field_that_cannot_be_honoured_is_refused_by_name(
    client: TestClient, more: dict[str, Any], param: str, code: str
) -> None:
    body = {k: v for k, v in {**asked(), **more}.items() if v != "absent"}
    error = error_of(client.post(PATH, json=body), 400)
    assert (error["param"], error["code"]) == (param, code), error


@pytest.mark.parametrize(
    "more",
    [
        {"temperature": 1, "top_p": 1.0, "top_logprobs": 0},
        {"reasoning": {"effort": "none"}, "text": {"format": {"type": "text"}}},
        {"service_tier": "auto", "truncation": "disabled", "include": []},
        {"reasoning": {}, "text": {"verbosity": "medium"}, "context_management": []},
        {"include": ["reasoning.encrypted_content"], "stream": False, "background": False},
        {"tools": [], "tool_choice": "auto", "previous_response_id": None},
    ],
)
def test_values_that_ask_for_the_usual_are_accepted(
    client: TestClient, more: dict[str, Any]
) -> None:
    assert client.post(PATH, json={**asked("hello"), **more}).status_code == 200


@pytest.mark.parametrize("model", ["gpt-5", "gpt-4o-mini", "o3", "gpt-oss-20b", "sfumato-director"])
def test_names_of_models_that_talk_are_echoed(client: TestClient, model: str) -> None:
    reply = client.post(PATH, json={**asked("hello"), "model": model})
    assert reply.json()["model"] == model


def test_a_name_of_nothing_is_404(client: TestClient) -> None:
    error = refused(client, 404, model="llama-4")
    assert (error["code"], error["param"]) == ("model_not_found", "model")


@pytest.mark.parametrize(
    ("tool", "param", "code"),
    [
        ({"size": "800x800"}, "tools[0].size", INVALID),
        ({"size": 7}, "tools[0].size", TYPE),
        ({"quality": "max"}, "tools[0].quality", INVALID),
        ({"background": "blue"}, "tools[0].background", INVALID),
        ({"output_format": "bmp"}, "tools[0].output_format", INVALID),
        ({"output_compression": 50}, "tools[0].output_compression", INVALID),
        (
            {"output_format": "jpeg", "background": "transparent"},
            "tools[0].background",
            INVALID,
        ),
        ({"partial_images": 2}, "tools[0].partial_images", INVALID),
        ({"partial_images": 4}, "tools[0].partial_images", INVALID),
        ({"moderation": "off"}, "tools[0].moderation", INVALID),
        ({"input_fidelity": "high"}, "tools[0].input_fidelity", "invalid_input_fidelity_model"),
        ({"complexity": "high"}, "tools[0].complexity", INVALID),
        ({"frame_count": 4}, "tools[0].frame_count", INVALID),
        ({"svg": {}}, "tools[0].svg", INVALID),
        ({"action": "draw"}, "tools[0].action", INVALID),
        ({"n": 2}, "tools[0].n", UNKNOWN),
        ({"markup": {}}, "tools[0].markup", UNKNOWN),
        ({"response_format": "url"}, "tools[0].response_format", UNKNOWN),
        ({"type": "web_search"}, "tools[0].type", INVALID),
        ({"input_image_mask": {"url": "x"}}, "tools[0].input_image_mask.url", UNKNOWN),
        ({"input_image_mask": {}}, "tools[0].input_image_mask", INVALID),
    ],
)
def test_a_field_of_the_tool_is_refused_by_its_place(
    client: TestClient, tool: dict[str, Any], param: str, code: str
) -> None:
    error = refused(client, text="hello", tools=[{**TOOL, **tool}])
    assert (error["param"], error["code"]) == (param, code), error


def test_a_model_of_the_tool_that_does_not_exist_is_404(client: TestClient) -> None:
    error = refused(client, 404, tools=[{**TOOL, "model": "gpt-image-9"}])
    assert (error["code"], error["param"]) == ("model_not_found", "tools[0].model")


def test_the_tool_may_stand_there_once(client: TestClient) -> None:
    assert refused(client, tools=[TOOL, TOOL])["param"] == "tools[1]"


@pytest.mark.parametrize(
    ("choice", "tools", "param"),
    [
        ("always", [TOOL], "tool_choice"),
        ("required", [], "tool_choice"),
        ({"type": "image_generation"}, [], "tool_choice"),
        ({"type": "function", "name": "f"}, [TOOL], "tool_choice.type"),
        ({"type": "image_generation", "name": "f"}, [TOOL], "tool_choice.name"),
        ({"type": "allowed_tools", "tools": []}, [TOOL], "tool_choice.mode"),
        (
            {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "mcp"}]},
            [TOOL],
            "tool_choice.tools[0].type",
        ),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(
    client: TestClient, choice: Any, tools: list[Any], param: str
) -> None:
    assert refused(client, tool_choice=choice, tools=tools)["param"] == param


@pytest.mark.parametrize(
    ("given", "param", "code"),
    [
        ([], "input", INVALID),
        (7, "input", TYPE),
        (["hello"], "input[0]", TYPE),
        ([{"role": "user"}], "input[0].content", MISSING),
        ([{"role": "king", "content": "x"}], "input[0].role", INVALID),
        ([{**USER, "name": "x"}], "input[0].name", UNKNOWN),
        ([{"type": "function_call", "name": "f"}], "input[0].type", INVALID),
        ([{"role": "user", "content": [{"text": "x"}]}], "input[0].content[0].type", MISSING),
        (
            [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}],
            "input[0].content[0].type",
            INVALID,
        ),
        (
            [{"role": "user", "content": [{"type": "output_text", "text": "f"}]}],
            "input[0].content[0].type",
            INVALID,
        ),
        (
            [USER, {"role": "user", "content": [{"type": "input_text", "text": "a"}, 1]}],
            "input[1].content[1]",
            TYPE,
        ),
        (
            [{"role": "user", "content": [{"type": "input_image"}]}],
            "input[0].content[0]",
            INVALID,
        ),
        (
            [{"role": "user", "content": [{"type": "input_image", "image_url": 5}]}],
            "input[0].content[0].image_url",
            TYPE,
        ),
        (
            [
                {
                    "role": "user",
                    "content": [{"type": "input_image", "image_url": data_url(), "detail": "low"}],
                }
            ],
            "input[0].content[0].detail",
            INVALID,
        ),
        (
            [{"role": "user", "content": [{"type": "input_image", "image_url": "data:,x"}]}],
            "input[0].content[0].image_url",
            "invalid_base64_image",
        ),
        (
            [
                {
                    "role": "user",
                    "content": [{"type": "input_image", "image_url": "http://127.0.0.1/a"}],
                }
            ],
            "input[0].content[0].image_url",
            "invalid_image_url",
        ),
        (
            [{"type": "image_generation_call", "id": "ig_1", "result": "%"}],
            "input[0].result",
            "invalid_base64_image",
        ),
    ],
)
def test_an_input_item_is_refused_by_its_place(
    client: TestClient, given: Any, param: str, code: str
) -> None:
    error = refused(client, text=given)
    assert (error["param"], error["code"]) == (param, code), error


def test_an_unknown_file_is_404(client: TestClient) -> None:
    content = [{"type": "input_image", "file_id": "file-nobodys"}]
    error = refused(client, 404, text=[{"role": "user", "content": content}])
    assert error["param"] == "input[0].content[0].file_id"


def test_seventeen_pictures_are_too_many(client: TestClient) -> None:
    content = [{"type": "input_image", "image_url": data_url(size=(8, 8))}] * 17
    error = refused(client, text=[{"role": "user", "content": content}])
    assert (error["param"], error["code"]) == (
        "input[0].content[16]",
        "array_above_max_length",
    )


def test_a_long_text_is_refused_where_it_stands(client: TestClient) -> None:
    content = [{"type": "input_text", "text": "x" * 500_000}]
    error = refused(client, text=[{"role": "user", "content": content}])
    assert error["param"] == "input[0].content[0].text"
    assert error["code"] == "string_above_max_length"


def test_a_chain_and_a_conversation_exclude_each_other(client: TestClient) -> None:
    error = refused(client, previous_response_id="resp_1", conversation="conv_1")
    assert error["param"] == "conversation"


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"previous_response_id": "resp_nobodys"}, "previous_response_id"),
        ({"conversation": "conv_nobodys"}, "conversation"),
        ({"conversation": {"id": "conv_nobodys"}}, "conversation"),
        ({"text": [{"type": "item_reference", "id": "msg_nobodys"}]}, "input[0].id"),
        ({"text": [{"id": "msg_nobodys"}]}, "input[0].id"),
    ],
)
def test_an_unknown_id_is_404(client: TestClient, more: dict[str, Any], param: str) -> None:
    assert refused(client, 404, **more)["param"] == param


@pytest.mark.parametrize(
    "query",
    ["strem=true", "stream=yes", "starting_after=3", "include[]=all", "stream=true&stream=true"],
)
def test_a_query_that_means_nothing_is_refused(client: TestClient, query: str) -> None:
    error_of(client.get(f"{PATH}/resp_1?{query}"), 400)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/resp_nobodys"),
        ("GET", "/resp_nobodys?stream=true"),
        ("DELETE", "/resp_nobodys"),
        ("POST", "/resp_nobodys/cancel"),
        ("GET", "/resp_nobodys/input_items"),
    ],
)
def test_nobodys_response_is_404(client: TestClient, method: str, path: str) -> None:
    error = error_of(client.request(method, PATH + path), 404)
    assert error["type"] == "invalid_request_error"


@pytest.mark.parametrize("field", ["text", "truncation", "personality", "store"])
def test_counting_refuses_what_it_cannot_read(client: TestClient, field: str) -> None:
    body = {"model": "gpt-5", "input": "hello", field: {"x": 1}}
    assert error_of(client.post(f"{PATH}/input_tokens", json=body), 400)["param"].startswith(field)
