"""The image tool of POST /v1/responses, field by field."""

from typing import Any

import pytest

from tests.contract.asking import (
    FOUR,
    REQUEST,
    USER,
    alphas,
    decoded,
    error_of,
    picture,
    value_of,
    wire,
    wire_json,
)
from tests.contract.clients import SPEAKERS, Client
from tests.contract.conftest import Fields
from tests.contract.drawing import Drawings, sent
from tests.contract.talking import ask, call_of, respond, with_tool

TOOL = "tools[] of POST /v1/responses"


@wire("W-541")
@FOUR
def test_the_fields_of_the_tool_shape_the_picture(client: Client, fields: Fields) -> None:
    tools = with_tool(
        size="1008x672", output_format="webp", output_compression=100, background="transparent"
    )
    item = call_of(respond(client, tools=tools))
    image = picture(item["result"])
    assert (image.format, image.size) == ("WEBP", (1008, 672))
    assert b"VP8L" in decoded(item["result"])
    assert {0, 255} <= alphas(image)
    assert b"gpt-image-2-2026-01-01" in decoded(item["result"])
    fields.honoured(TOOL, "type", "`image_generation`")
    fields.honoured(TOOL, "model", "chooses the snapshot, which the file names")
    fields.honoured(TOOL, "size", "the picture's pixels")
    fields.honoured(TOOL, "output_format", "the file's format")
    fields.honoured(TOOL, "output_compression", "what a JPEG or WebP file may lose")
    fields.honoured(TOOL, "background", "`transparent`: real alpha in PNG and WebP")


@wire("W-541")
@FOUR
def test_quality_and_partial_images_of_the_tool(client: Client, fields: Fields) -> None:
    high = respond(client, tools=with_tool(quality="high"))["tool_usage"]["image_gen"]
    assert high["output_tokens"] > 1000
    fields.honoured(TOOL, "quality", "the work, and the tokens")
    events = value_of(
        ask(client, stream=True, tools=with_tool(partial_images=2, output_format="jpeg"))
    )
    assert [e["type"] for e in events].count("response.image_generation_call.partial_image") == 2
    fields.honoured(TOOL, "partial_images", "that many partial images in a stream")


@wire("W-542")
@FOUR
def test_moderation_of_the_tool(client: Client, fields: Fields) -> None:
    answer = ask(client, "a nude woman")
    assert error_of(answer, "BadRequestError")[:2] == (USER, "moderation_blocked")
    call_of(respond(client, "a nude woman", tools=with_tool(moderation="low")))
    fields.honoured(TOOL, "moderation", "`low` lets through what `auto` refuses")


@wire("W-543")
@FOUR
def test_action_decides_between_a_new_picture_and_a_change(client: Client, fields: Fields) -> None:
    first = respond(client)
    more = {"previous_response_id": first["id"]}
    for action in ("generate", "edit"):
        made = respond(client, "a green pear", tools=with_tool(action=action), **more)
        assert call_of(made)["action"] == action
    fields.honoured(TOOL, "action", "a new picture, or a change of one")


@wire("W-543")
def test_an_edit_needs_a_picture(client: Client, fields: Fields) -> None:
    answer = ask(client, "a green pear", tools=with_tool(action="edit"))
    assert error_of(answer, "BadRequestError")[0] == USER
    fields.refused(TOOL, "action", '`"edit"` without a picture', answer)


@wire("W-544")
@FOUR
@pytest.mark.parametrize("way", ["image_url", "file_id"])
def test_a_mask_of_the_tool_says_where(
    client: Client, fields: Fields, drawings: Drawings, way: str
) -> None:
    path, mask = drawings.photo(), drawings.mask()
    ways: dict[str, Any] = {"image_url": drawings.data_url(mask)}
    if way == "file_id":
        asked = {"file": sent(mask), "purpose": "vision"}
        ways = {"file_id": value_of(client.call("files.create", **asked))["id"]}
    part = {"type": "input_image", "image_url": drawings.data_url(path), "detail": "auto"}
    content = [{"type": "input_text", "text": "a red hat"}, part]
    tools = with_tool(size="auto", input_image_mask=ways)
    item = call_of(respond(client, [{"role": "user", "content": content}], tools=tools))
    assert drawings.changed_only_in_the_hole(path, picture(item["result"]))
    fields.honoured(TOOL, "input_image_mask", "only where it is transparent may a pixel change")


@wire("W-545")
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("type", "image_painting", (REQUEST, "invalid_value")),
        ("model", "gpt-5", (REQUEST, "model_not_found")),
        ("size", "100x100", (USER, "invalid_value")),
        ("quality", "max", (USER, "invalid_value")),
        ("quality", 7, (REQUEST, "invalid_value")),
        ("background", "blue", (REQUEST, "invalid_value")),
        ("output_format", "bmp", (REQUEST, "invalid_value")),
        ("output_compression", 101, (REQUEST, "integer_above_max_value")),
        ("moderation", "off", (REQUEST, "invalid_value")),
        ("partial_images", 2, (REQUEST, "invalid_value")),
        ("input_fidelity", "high", (REQUEST, "invalid_input_fidelity_model")),
        ("complexity", "high", (USER, "invalid_value")),
        ("frame_count", 4, (USER, "invalid_value")),
        ("frame_duration_ms", 100, (USER, "invalid_value")),
        ("svg", {"model": "x"}, (USER, "invalid_value")),
        ("action", "paint", (REQUEST, "invalid_value")),
        ("input_image_mask", "x", (REQUEST, "invalid_type")),
        ("response_format", "url", (REQUEST, "unknown_parameter")),
    ],
)
def test_what_the_tool_cannot_do_is_refused_by_its_place(
    client: Client, fields: Fields, name: str, value: Any, expected: tuple[str, str]
) -> None:
    answer = ask(client, tools=with_tool(**{name: value}))
    kind = "NotFoundError" if name == "model" else "BadRequestError"
    assert error_of(answer, kind) == (*expected, f"tools[0].{name}")
    if name != "response_format":
        fields.refused(TOOL, name, wire_json(value), answer)


@wire("W-546")
@pytest.mark.speakers(*SPEAKERS)
def test_the_tool_takes_extensions(client: Client, fields: Fields) -> None:
    for name, value in (("seed", 7), ("memory", "off"), ("negative_prompt", "a leaf")):
        tools = [with_tool(seed=7)[0], with_tool(**{"seed": 7, name: value})[0]]
        one, other = (call_of(respond(client, tools=[tool])) for tool in tools)
        same = picture(one["result"]).tobytes() == picture(other["result"]).tobytes()
        assert same is (name == "seed")
        fields.honoured(TOOL, name, "as in the Images API")
    gif = with_tool(output_format="gif", size="512x512", frame_count=4, frame_duration_ms=100)
    image = picture(call_of(respond(client, tools=gif))["result"])
    assert (image.format, getattr(image, "n_frames", 1)) == ("GIF", 4)
    fields.honoured(TOOL, "frame_count", "the frames of a GIF")
    fields.honoured(TOOL, "frame_duration_ms", "how long each is shown")


@wire("W-546")
@pytest.mark.speakers(*(f"{name}-strict" for name in SPEAKERS))
@pytest.mark.parametrize(
    ("name", "value"), [("seed", 7), ("memory", "off"), ("negative_prompt", "a leaf")]
)
def test_the_tool_of_strict_mode_takes_none(
    client: Client, fields: Fields, name: str, value: Any
) -> None:
    answer = ask(client, tools=with_tool(**{name: value}))
    expected = (REQUEST, "unknown_parameter", f"tools[0].{name}")
    assert error_of(answer, "BadRequestError") == expected
    fields.refused(TOOL, name, "any", answer)
