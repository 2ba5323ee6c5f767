"""What OpenAI's wire does not have: there by default, unknown in strict mode."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.contract import web
from tests.contract.asking import (
    REQUEST,
    SMALL,
    USER,
    decoded,
    error_of,
    first,
    value_of,
    wire,
    wire_json,
)
from tests.contract.clients import SPEAKERS, Client
from tests.contract.conftest import Fields

ROUTE = "POST /v1/images/generations"
EXTENDED = pytest.mark.speakers(*SPEAKERS)
ALL_STRICT = pytest.mark.speakers(*(f"{name}-strict" for name in SPEAKERS))


@wire("W-901")
@EXTENDED
def test_the_same_seed_is_the_same_picture(client: Client, fields: Fields) -> None:
    again = [first(client.generate(**SMALL, seed=42)).tobytes() for _ in range(2)]
    other = first(client.generate(**SMALL, seed=43)).tobytes()
    assert again[0] == again[1] != other
    fields.honoured(ROUTE, "seed", "the same seed gives the same picture")


@wire("W-902")
@EXTENDED
def test_memory_off_paints_another_picture(client: Client, fields: Fields) -> None:
    on = first(client.generate(**SMALL, seed=42, memory="on")).tobytes()
    off = first(client.generate(**SMALL, seed=42, memory="off")).tobytes()
    assert on != off
    fields.honoured(ROUTE, "memory", "`off` paints from noise alone")


@wire("W-903")
@EXTENDED
def test_a_negative_prompt_is_kept_out_and_counted(client: Client, fields: Fields) -> None:
    plain = client.generate(**SMALL, seed=42)
    without = client.generate(**SMALL, seed=42, negative_prompt="a green leaf")
    assert value_of(without)["usage"]["input_tokens"] == 5
    assert first(plain).tobytes() != first(without).tobytes()
    fields.honoured(ROUTE, "negative_prompt", "what should not be in the picture; it is counted")


@wire("W-904")
@EXTENDED
def test_a_link_gives_the_picture_to_whoever_has_it(client: Client, fields: Fields) -> None:
    (entry,) = value_of(client.generate(**SMALL, response_format="url"))["data"]
    assert entry.keys() == {"url"}
    reply = web.get(entry["url"])
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(reply.content)).size == (816, 816)
    assert web.get(entry["url"][:-1] + "~").status_code == 404
    fields.honoured(ROUTE, "response_format", "`url`: signed links, good for an hour")


@wire("W-904")
@EXTENDED
def test_links_are_not_streamed(client: Client, fields: Fields) -> None:
    answer = client.generate(**SMALL, response_format="url", stream=True)
    assert error_of(answer, "BadRequestError") == (REQUEST, "invalid_value", "response_format")
    fields.refused(ROUTE, "response_format", '`"url"` with stream', answer)


@wire("W-905")
@EXTENDED
def test_a_gif_has_the_frames_that_were_asked_for(client: Client, fields: Fields) -> None:
    more = {"frame_count": 4, "frame_duration_ms": 124, "size": "512x512"}
    answer = client.generate(**{**SMALL, "output_format": "gif", **more})
    image = first(answer)
    assert (image.format, image.size) == ("GIF", (512, 512))
    assert getattr(image, "n_frames", 1) == 4
    assert image.info["duration"] == 120
    fields.honoured(ROUTE, "output_format", "`gif`, `svg`: the file's format")
    fields.honoured(ROUTE, "frame_count", "the frames of a GIF")
    fields.honoured(ROUTE, "frame_duration_ms", "how long each is shown, in steps of 10 ms")


@wire("W-906")
@EXTENDED
def test_a_gif_costs_what_the_sheet_of_its_frames_would(client: Client) -> None:
    more = {"frame_count": 4, "size": "512x512", "output_format": "gif"}
    gif = value_of(client.generate(**{**SMALL, **more}))["usage"]
    sheet = value_of(client.generate(**{**SMALL, "size": "2048x1024"}))["usage"]
    assert gif["output_tokens"] == sheet["output_tokens"]


@wire("W-907")
@EXTENDED
def test_an_svg_is_the_picture_as_shapes(client: Client) -> None:
    (entry,) = value_of(client.generate(**SMALL, output_format="svg"))["data"]
    text = decoded(entry["b64_json"]).decode()
    assert "<svg" in text and "<path" in text
    assert "<image" not in text and "<script" not in text


@wire("W-908")
@pytest.mark.parametrize(
    ("sent", "param"),
    [
        ({"output_format": "gif", "size": "816x816", "frame_count": 17}, "frame_count"),
        ({"output_format": "gif", "size": "816x816", "frame_count": 1}, "frame_count"),
        ({"output_format": "gif", "size": "816x816", "frame_count": 16}, "size"),
        ({"output_format": "gif", "size": "512x512", "frame_duration_ms": 19}, "frame_duration_ms"),
        ({"output_format": "gif", "size": "512x512", "stream": True}, "stream"),
        ({"output_format": "gif", "background": "transparent", "size": "512x512"}, "background"),
        (
            {"output_format": "gif", "output_compression": 9, "size": "512x512"},
            "output_compression",
        ),
        ({"output_format": "svg", "n": 2}, "n"),
        ({"output_format": "svg", "stream": True}, "stream"),
        ({"output_format": "svg", "svg": {"model": "gpt-5"}}, "svg.model"),
        ({"output_format": "svg", "svg": {"reasoning": {"effort": "low"}}}, "svg.reasoning"),
    ],
)
@EXTENDED
def test_what_a_gif_or_an_svg_cannot_have_is_refused(
    client: Client, fields: Fields, sent: dict[str, Any], param: str
) -> None:
    answer = client.generate(**{**SMALL, **sent})
    assert error_of(answer, "BadRequestError")[2] == param
    name = param.partition(".")[0]
    fields.refused(ROUTE, name, f"{wire_json(sent.get(name))} with {sent['output_format']}", answer)


@wire("W-951")
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("seed", -1, "integer_below_min_value"),
        ("seed", 2**32, "integer_above_max_value"),
        ("seed", "7", "invalid_type"),
        ("memory", "maybe", "invalid_value"),
        ("negative_prompt", 1, "invalid_type"),
        ("response_format", "path", "invalid_value"),
    ],
)
def test_an_extension_is_checked_like_any_field(
    client: Client, fields: Fields, strict: bool, name: str, value: Any, code: str
) -> None:
    answer = client.generate(**SMALL, **{name: value})
    expected = (REQUEST, "unknown_parameter" if strict else code, name)
    assert error_of(answer, "BadRequestError") == expected
    if not strict:
        fields.refused(ROUTE, name, wire_json(value), answer)


@wire("W-952")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", 42),
        ("memory", "on"),
        ("negative_prompt", "a leaf"),
        ("response_format", "url"),
        ("response_format", "b64_json"),
    ],
)
@ALL_STRICT
def test_strict_mode_knows_no_extension(
    client: Client, fields: Fields, name: str, value: Any
) -> None:
    answer = client.generate(**SMALL, **{name: value})
    assert error_of(answer, "BadRequestError") == (REQUEST, "unknown_parameter", name)
    fields.refused(ROUTE, name, "any", answer)


@wire("W-953")
@pytest.mark.parametrize("output_format", ["gif", "svg"])
@ALL_STRICT
def test_strict_mode_has_no_format_of_ours(
    client: Client, fields: Fields, output_format: str
) -> None:
    answer = client.generate(**SMALL, output_format=output_format)
    assert error_of(answer, "BadRequestError") == (USER, "invalid_value", "output_format")
    fields.refused(ROUTE, "output_format", wire_json(output_format), answer)
