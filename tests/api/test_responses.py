"""POST /v1/responses without a stream, and what can be done with a response afterwards."""

import base64
import io
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.api.shape import error_of

PATH = "/v1/responses"
TOOL = {"type": "image_generation", "size": "816x816", "quality": "low"}


def asked(text: Any = "Draw a red apple", **more: Any) -> dict[str, Any]:
    return {"model": "gpt-5", "input": text, "tools": [TOOL], **more}


def answered(client: TestClient, text: Any = "Draw a red apple", **more: Any) -> dict[str, Any]:
    reply = client.post(PATH, json=asked(text, **more))
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def call(body: dict[str, Any]) -> dict[str, Any]:
    calls = [item for item in body["output"] if item["type"] == "image_generation_call"]
    assert len(calls) == 1, body["output"]
    found: dict[str, Any] = calls[0]
    return found


def said(body: dict[str, Any]) -> str:
    return "".join(
        part["text"]
        for item in body["output"]
        if item["type"] == "message"
        for part in item["content"]
    )


def picture(item: dict[str, Any]) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(item["result"], validate=True)))
    image.load()
    return image


def refused(client: TestClient, status: int = 400, **more: Any) -> dict[str, Any]:
    body = {k: v for k, v in asked(**more).items() if v != "absent"}
    return error_of(client.post(PATH, json=body), status)


def data_url(colour: str = "red", size: tuple[int, int] = (816, 816), mode: str = "RGB") -> str:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def test_the_answer_has_openais_members_and_a_picture(client: TestClient) -> None:
    body = answered(client)
    assert body["object"] == "response" and body["id"].startswith("resp_")
    assert (body["status"], body["model"], body["error"]) == ("completed", "gpt-5", None)
    assert body["completed_at"] >= body["created_at"]
    item = call(body)
    assert item["id"].startswith("ig_")
    assert (item["action"], item["size"], item["quality"]) == ("generate", "816x816", "low")
    assert (item["background"], item["output_format"]) == ("opaque", "png")
    assert "apple" in item["revised_prompt"]
    assert picture(item).size == (816, 816)
    assert body["output"][-1]["type"] == "message" and said(body)
    tool = body["tools"][0]
    assert (tool["size"], tool["background"], tool["output_format"]) == ("816x816", "auto", "png")
    assert (tool["n"], tool["output_compression"]) == (1, 100)


def test_usage_counts_the_directors_words_and_the_pictures_apart(client: TestClient) -> None:
    one = answered(client)
    usage, pictures = one["usage"], one["tool_usage"]["image_gen"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 0
    assert pictures["output_tokens"] == pictures["output_tokens_details"]["image_tokens"] > 0
    assert pictures["input_tokens_details"]["image_tokens"] == 0
    changed = answered(client, "make it blue", previous_response_id=one["id"])
    assert changed["tool_usage"]["image_gen"]["input_tokens_details"]["image_tokens"] > 0
    assert changed["usage"]["input_tokens"] > usage["input_tokens"]


def test_a_question_is_answered_in_words_without_a_picture(client: TestClient) -> None:
    body = answered(client, "What can you do?")
    assert [item["type"] for item in body["output"]] == ["message"]
    assert said(body)
    assert body["tool_usage"]["image_gen"]["total_tokens"] == 0


def test_without_the_tool_there_are_words_that_name_it(client: TestClient) -> None:
    body = answered(client, tools=None)
    assert [item["type"] for item in body["output"]] == ["message"]
    assert "image_generation" in said(body)


@pytest.mark.parametrize(
    ("choice", "drawn"),
    [
        ("auto", True),
        ("none", False),
        ("required", True),
        ({"type": "image_generation"}, True),
        (
            {
                "type": "allowed_tools",
                "mode": "required",
                "tools": [{"type": "image_generation"}],
            },
            True,
        ),
        ({"type": "allowed_tools", "mode": "auto", "tools": []}, False),
    ],
)
def test_the_tool_choice_decides(client: TestClient, choice: Any, drawn: bool) -> None:
    body = answered(client, tool_choice=choice)
    assert bool([i for i in body["output"] if i["type"] == "image_generation_call"]) is drawn
    assert body["tool_choice"] == choice


def test_required_draws_where_auto_would_talk(client: TestClient) -> None:
    assert not [i for i in answered(client, "hello")["output"] if "image" in i["type"]]
    assert call(answered(client, "hello", tool_choice="required"))


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("size", "1024x816", lambda item: picture(item).size == (1024, 816)),
        ("quality", "medium", lambda item: item["quality"] == "medium"),
        ("background", "transparent", lambda item: picture(item).mode == "RGBA"),
        ("output_format", "webp", lambda item: picture(item).format == "WEBP"),
        ("seed", 5, lambda item: item["sfumato"]["seed"] == 5),
        ("model", "gpt-image-2", lambda item: item["sfumato"]["snapshot"]),
    ],
)
def test_every_field_of_the_tool_changes_the_picture(
    client: TestClient, field: str, value: Any, seen: Any
) -> None:
    body = answered(client, tools=[{**TOOL, field: value}])
    assert seen(call(body))
    assert body["tools"][0][field] == value


def test_a_lower_compression_number_gives_a_smaller_file(client: TestClient) -> None:
    sizes = []
    for number in (10, 95):
        tool = {**TOOL, "seed": 1, "output_format": "jpeg", "output_compression": number}
        sizes.append(len(call(answered(client, tools=[tool]))["result"]))
    assert sizes[0] < sizes[1]


def test_words_ask_only_where_the_tool_leaves_it_open(client: TestClient) -> None:
    text = "a cat sticker with a transparent background, as webp"
    free = call(answered(client, text, tools=[{"type": "image_generation", "quality": "low"}]))
    assert (free["output_format"], free["background"]) == ("webp", "transparent")
    tool = {**TOOL, "output_format": "png", "background": "opaque"}
    fixed = call(answered(client, text, tools=[tool]))
    assert (fixed["output_format"], fixed["background"]) == ("png", "opaque")


def test_the_same_seed_gives_the_same_picture(client: TestClient) -> None:
    tool = {**TOOL, "seed": 11}
    hashes = {call(answered(client, tools=[tool]))["sfumato"]["image_sha256"] for _ in range(2)}
    assert len(hashes) == 1


def test_moderation_low_lets_more_through_than_auto(client: TestClient) -> None:
    text = "Draw graphic gore with severed heads"
    reply = client.post(PATH, json=asked(text))
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "moderation_blocked")
    assert call(answered(client, text, tools=[{**TOOL, "moderation": "low"}]))


def test_a_chain_edits_the_picture_before(client: TestClient) -> None:
    first = answered(client)
    second = answered(client, "make it blue", previous_response_id=first["id"])
    assert call(second)["action"] == "edit"
    assert second["previous_response_id"] == first["id"]
    third = answered(client, "add a hat", previous_response_id=second["id"])
    assert call(third)["action"] == "edit"


def test_a_call_is_found_by_its_id_alone(client: TestClient) -> None:
    first = answered(client)
    given = [
        {"role": "user", "content": "make it blue"},
        {"type": "image_generation_call", "id": call(first)["id"]},
    ]
    assert call(answered(client, given))["action"] == "edit"
    reference = [{"type": "item_reference", "id": call(first)["id"]}, *given[:1]]
    assert call(answered(client, reference))["action"] == "edit"


def test_a_call_of_an_answer_that_was_not_kept_is_sent_along(client: TestClient) -> None:
    first = call(answered(client, store=False))
    unknown = [{"role": "user", "content": "make it blue"}, {**first, "result": None}]
    assert refused(client, 404, text=unknown)["param"] == "input[1].id"
    given = [{"role": "user", "content": "make it blue"}, first]
    assert call(answered(client, given, store=False))["action"] == "edit"


def test_pictures_in_the_input_are_edited(client: TestClient) -> None:
    content = [
        {"type": "input_text", "text": "make it blue"},
        {"type": "input_image", "image_url": data_url(), "detail": "auto"},
    ]
    item = call(answered(client, [{"role": "user", "content": content}]))
    assert item["action"] == "edit"


def test_a_picture_of_the_files_api_is_edited(client: TestClient) -> None:
    raw = base64.b64decode(data_url().partition(",")[2])
    file = client.post("/v1/files", files={"file": ("a.png", raw)}, data={"purpose": "vision"})
    content = [
        {"type": "input_text", "text": "make it blue"},
        {"type": "input_image", "file_id": file.json()["id"]},
    ]
    body = answered(client, [{"role": "user", "content": content}])
    assert call(body)["action"] == "edit"
    items = client.get(f"{PATH}/{body['id']}/input_items").json()["data"]
    assert items[0]["content"][1]["file_id"] == file.json()["id"]


def test_a_mask_keeps_what_it_covers(client: TestClient) -> None:
    mask = Image.new("RGBA", (816, 816), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, 400, 816))
    file = io.BytesIO()
    mask.save(file, "PNG")
    url = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    tool = {**TOOL, "input_image_mask": {"image_url": url}}
    content = [
        {"type": "input_text", "text": "make it blue"},
        {"type": "input_image", "image_url": data_url("#c03030")},
    ]
    body = answered(client, [{"role": "user", "content": content}], tools=[tool])
    after = picture(call(body)).convert("RGB")
    kept = {after.getpixel((x, y)) for x in range(401, 816, 7) for y in range(0, 816, 7)}
    assert kept == {(0xC0, 0x30, 0x30)}
    assert {after.getpixel((x, 300)) for x in range(0, 399, 7)} != kept


def test_a_mask_of_another_size_is_refused(client: TestClient) -> None:
    tool = {**TOOL, "input_image_mask": {"image_url": data_url(size=(64, 64), mode="RGBA")}}
    content = [
        {"type": "input_text", "text": "make it blue"},
        {"type": "input_image", "image_url": data_url()},
    ]
    error = refused(client, text=[{"role": "user", "content": content}], tools=[tool])
    assert error["code"] == "invalid_mask_image_format"


def test_an_edit_without_a_picture_is_refused(client: TestClient) -> None:
    error = refused(client, text="make it blue", tools=[{**TOOL, "action": "edit"}])
    assert (error["code"], error["param"]) == ("invalid_value", "tools")


def test_action_generate_makes_a_new_picture_of_what_could_be_edited(client: TestClient) -> None:
    first = answered(client)
    tool = {**TOOL, "action": "generate"}
    item = call(answered(client, "make it blue", tools=[tool], previous_response_id=first["id"]))
    assert item["action"] == "generate" and "blue" in item["revised_prompt"]


@pytest.mark.parametrize("limit", [{"max_tool_calls": 1}, {"parallel_tool_calls": False}])
def test_the_number_of_pictures_is_bounded(client: TestClient, limit: dict[str, Any]) -> None:
    several = answered(client, "draw two versions of a red apple")
    assert len([i for i in several["output"] if i["type"] == "image_generation_call"]) == 2
    assert call(answered(client, "draw two versions of a red apple", **limit))


def test_max_output_tokens_cut_the_words(client: TestClient) -> None:
    body = answered(client, "What can you do?", max_output_tokens=16)
    assert body["status"] == "incomplete"
    assert body["incomplete_details"] == {"reason": "max_output_tokens"}
    assert body["output"][-1]["status"] == "incomplete"
    assert body["usage"]["output_tokens"] <= 16
    assert answered(client, "What can you do?")["status"] == "completed"


def test_metadata_and_identifiers_are_echoed(client: TestClient) -> None:
    more = {
        "metadata": {"order": "7"},
        "safety_identifier": "u_1",
        "user": "u_2",
        "prompt_cache_key": "k",
        "instructions": "Be kind.",
    }
    body = answered(client, **more)
    assert {name: body[name] for name in more} == more


def test_strict_mode_hides_the_extensions(strict_client: TestClient) -> None:
    assert "sfumato" not in call(answered(strict_client))
    error = refused(strict_client, tools=[{**TOOL, "seed": 1}])
    assert (error["code"], error["param"]) == ("unknown_parameter", "tools[0].seed")


def test_a_kept_response_can_be_fetched_and_deleted(client: TestClient) -> None:
    body = answered(client, metadata={"a": "b"})
    assert client.get(f"{PATH}/{body['id']}").json() == body
    gone = client.delete(f"{PATH}/{body['id']}").json()
    assert gone == {"id": body["id"], "object": "response.deleted", "deleted": True}
    error_of(client.get(f"{PATH}/{body['id']}"), 404)
    error_of(client.delete(f"{PATH}/{body['id']}"), 404)
    item = {"type": "image_generation_call", "id": call(body)["id"]}
    assert refused(client, 404, text=[item])["param"] == "input[0].id"


def test_store_false_keeps_nothing(client: TestClient) -> None:
    before = client.get("/v1/sfumato/pictures?limit=1").json()["first_id"]
    body = answered(client, store=False)
    assert picture(call(body)).size == (816, 816)
    error_of(client.get(f"{PATH}/{body['id']}"), 404)
    assert client.get("/v1/sfumato/pictures?limit=1").json()["first_id"] == before
    error_of(client.get(f"/v1/sfumato/pictures/{call(body)['sfumato']['picture']}"), 404)
    assert refused(client, 404, previous_response_id=body["id"])["param"] == "previous_response_id"


def test_input_items_come_page_by_page(client: TestClient) -> None:
    given = [
        {"role": "developer", "content": "Be brief."},
        {"role": "assistant", "content": "What shall I draw?"},
        {"role": "user", "content": [{"type": "input_text", "text": "an apple"}]},
    ]
    body = answered(client, given)
    path = f"{PATH}/{body['id']}/input_items"
    newest = client.get(path).json()
    assert [item["role"] for item in newest["data"]] == ["user", "assistant", "developer"]
    assert newest["has_more"] is False
    oldest = client.get(f"{path}?order=asc&limit=2").json()
    assert [item["role"] for item in oldest["data"]] == ["developer", "assistant"]
    assert oldest["has_more"] is True
    rest = client.get(f"{path}?order=asc&limit=2&after={oldest['last_id']}").json()
    assert [item["role"] for item in rest["data"]] == ["user"]
    error_of(client.get(f"{path}?after=msg_unknown"), 404)


def test_the_url_of_a_sent_picture_is_listed_when_it_is_asked_for(client: TestClient) -> None:
    url = data_url()
    content = [{"type": "input_image", "image_url": url}, {"type": "input_text", "text": "blue"}]
    body = answered(client, [{"role": "user", "content": content}])
    path = f"{PATH}/{body['id']}/input_items"
    plain = client.get(path).json()["data"][0]["content"][0]
    assert plain["image_url"] is None and plain["detail"] == "auto"
    told = client.get(f"{path}?include[]=message.input_image.image_url").json()
    assert told["data"][0]["content"][0]["image_url"] == url


def test_input_tokens_are_those_that_an_answer_counts(client: TestClient) -> None:
    more = {"instructions": "Be kind.", "tools": [TOOL]}
    body = answered(client, "Draw a red apple", **more)
    asked_for = {"model": "gpt-5", "input": "Draw a red apple", **more}
    counted = client.post(f"{PATH}/input_tokens", json=asked_for).json()
    assert counted == {
        "object": "response.input_tokens",
        "input_tokens": body["usage"]["input_tokens"],
    }
    longer = {**asked_for, "previous_response_id": body["id"]}
    assert (
        client.post(f"{PATH}/input_tokens", json=longer).json()["input_tokens"]
        > counted["input_tokens"]
    )


def test_only_background_responses_can_be_cancelled(client: TestClient) -> None:
    body = answered(client, "hello")
    error_of(client.post(f"{PATH}/{body['id']}/cancel"), 400)


def test_the_routes_answer_without_their_prefix_too(client: TestClient) -> None:
    assert client.post("/responses", json=asked("hello")).status_code == 200


def test_a_large_picture_that_is_sent_back_is_counted_by_its_words(client: TestClient) -> None:
    earlier = call(answered(client))
    sent_back = {
        "type": "image_generation_call",
        "id": "ig_elsewhere",
        "result": earlier["result"] + "A" * 400_000,
    }
    asked_for = {
        "model": "gpt-5",
        "input": [sent_back, {"role": "user", "content": "make it blue"}],
    }
    counted = client.post(f"{PATH}/input_tokens", json=asked_for)
    assert counted.status_code == 200, counted.text
    assert counted.json()["input_tokens"] == 3


def test_an_answer_says_which_director_served_it(client: TestClient) -> None:
    for more in ({}, {"background": True}, {"stream": True}):
        reply = client.post(PATH, json=asked("What can you do?", **more))
        assert reply.headers["x-sfumato-director"] == "built-in"
