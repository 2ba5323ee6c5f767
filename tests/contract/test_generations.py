"""POST /v1/images/generations, field by field: each changes something, or is refused by name."""

from typing import Any

import pytest
from PIL.JpegImagePlugin import JpegImageFile

from tests.api.home import FAKE
from tests.contract.asking import (
    FOUR,
    REQUEST,
    SMALL,
    SMALL_TOKENS,
    TWO,
    USER,
    alphas,
    decoded,
    error_of,
    first,
    picture,
    value_of,
    wire,
    wire_json,
)
from tests.contract.clients import Client
from tests.contract.conftest import Fields
from tests.contract.running import Running

ROUTE = "POST /v1/images/generations"


@wire("W-201", "W-202")
def test_a_picture_comes_with_these_members_and_no_others(client: Client, fields: Fields) -> None:
    value = value_of(client.generate(**SMALL))
    members = {"created", "data", "background", "output_format", "quality", "size", "usage"}
    assert {name for name in value if not name.startswith("_")} == members
    assert value["data"][0].keys() == {"b64_json"}
    shape = ("opaque", "png", "low", "816x816")
    assert (
        tuple(value[name] for name in ("background", "output_format", "quality", "size")) == shape
    )
    assert picture(value["data"][0]["b64_json"]).size == (816, 816)


@wire("W-203")
@FOUR
def test_usage_adds_up(client: Client) -> None:
    usage = value_of(client.generate(**SMALL))["usage"]
    assert usage == {
        "total_tokens": SMALL_TOKENS + 2,
        "input_tokens": 2,
        "output_tokens": SMALL_TOKENS,
        "input_tokens_details": {"text_tokens": 2, "image_tokens": 0},
        "output_tokens_details": {"image_tokens": SMALL_TOKENS, "text_tokens": 0},
    }


@wire("W-204")
@FOUR
def test_prompt_is_what_is_painted_and_counted(client: Client, fields: Fields) -> None:
    longer = {**SMALL, "prompt": "an apple on a table"}
    assert value_of(client.generate(**longer))["usage"]["input_tokens"] == 5
    assert b"an apple on a table" in decoded(
        value_of(client.generate(**longer))["data"][0]["b64_json"]
    )
    fields.honoured(ROUTE, "prompt", "is painted, and its tokens are counted")


@wire("W-205", "W-208")
@TWO
@pytest.mark.parametrize("model", ["gpt-image-2", FAKE, "chatgpt-image-latest", None])
def test_model_chooses_the_snapshot(client: Client, fields: Fields, model: str | None) -> None:
    answer = client.generate(**{**SMALL, "model": model})
    assert FAKE.encode() in decoded(value_of(answer)["data"][0]["b64_json"])
    fields.honoured(ROUTE, "model", "chooses the snapshot, which the file names")


@wire("W-205")
@FOUR
def test_the_dated_name_is_that_snapshot(client: Client, fields: Fields) -> None:
    answer = client.generate(**{**SMALL, "model": FAKE})
    assert FAKE.encode() in decoded(value_of(answer)["data"][0]["b64_json"])
    fields.honoured(ROUTE, "model", "chooses the snapshot, which the file names")


@wire("W-206")
@pytest.mark.parametrize(
    "model", ["gpt-image", "gpt-image-2o", "dall-e-3", "gpt-image-2-2026-04-21", ""]
)
def test_a_model_that_does_not_exist_is_not_found(
    client: Client, fields: Fields, model: str
) -> None:
    answer = client.generate(**{**SMALL, "model": model})
    assert error_of(answer, "NotFoundError") == (REQUEST, "model_not_found", "model")
    assert "chatgpt-image-latest" in answer["message"]
    fields.refused(ROUTE, "model", "unknown", answer)


@wire("W-207")
@TWO
@pytest.mark.parametrize("n", [2, 10])
def test_n_pictures_are_n_different_pictures(client: Client, fields: Fields, n: int) -> None:
    value = value_of(client.generate(**SMALL, n=n))
    assert len({one["b64_json"] for one in value["data"]}) == n == len(value["data"])
    assert value["usage"]["output_tokens"] == n * SMALL_TOKENS
    assert value["usage"]["input_tokens"] == 2


@wire("W-207")
@FOUR
def test_n_is_honoured(client: Client, fields: Fields) -> None:
    value = value_of(client.generate(**SMALL, n=2))
    assert len({one["b64_json"] for one in value["data"]}) == 2
    fields.honoured(ROUTE, "n", "that many different pictures; output tokens times n")


@wire("W-208")
@TWO
@pytest.mark.parametrize("size", ["816x816", "3840x2160", "3840x1280", "1024x640"])
def test_sizes_at_the_edges_of_the_rule(client: Client, size: str) -> None:
    answer = client.generate(**{**SMALL, "size": size, "output_format": "jpeg"})
    assert value_of(answer)["size"] == size
    assert "x".join(map(str, first(answer).size)) == size


@wire("W-208")
@FOUR
def test_size_is_the_size_of_the_picture(client: Client, fields: Fields) -> None:
    answer = client.generate(**{**SMALL, "size": "1152x864"})
    assert first(answer).size == (1152, 864)
    fields.honoured(ROUTE, "size", "the picture's pixels, and the tokens")


@wire("W-209")
@TWO
@pytest.mark.parametrize(
    ("prompt", "size"),
    [
        ("an apple", "1024x1024"),
        ("a portrait poster of an apple", "1024x1536"),
        ("a wide banner with an apple", "1536x1024"),
    ],
)
def test_an_automatic_size_follows_the_words(client: Client, prompt: str, size: str) -> None:
    for asked in ("auto", None):
        value = value_of(client.generate(prompt=prompt, quality="low", size=asked))
        assert value["size"] == size


@wire("W-210")
@pytest.mark.parametrize(
    "size", ["800x800", "3856x2048", "3840x1264", "1456x480", "2896x2880", "1000x1000", "big"]
)
def test_sizes_beyond_the_edges_of_the_rule(client: Client, fields: Fields, size: str) -> None:
    answer = client.generate(**{**SMALL, "size": size})
    assert error_of(answer, "BadRequestError") == (USER, "invalid_value", "size")
    fields.refused(ROUTE, "size", size, answer)


@wire("W-211")
@FOUR
@pytest.mark.parametrize(("quality", "steps"), [("low", 4), ("medium", 8), ("high", 12)])
def test_quality_changes_the_work_done(
    client: Client, server: Running, fields: Fields, quality: str, steps: int
) -> None:
    before = len(server.all_steps())
    value = value_of(client.generate(**{**SMALL, "quality": quality}))
    assert value["quality"] == quality
    assert len(server.all_steps()) - before == steps
    fields.honoured(ROUTE, "quality", "the steps that are computed, and the tokens")


@wire("W-211")
@TWO
@pytest.mark.parametrize("quality", ["auto", None])
def test_an_automatic_quality_is_medium(client: Client, quality: str | None) -> None:
    assert value_of(client.generate(**{**SMALL, "quality": quality}))["quality"] == "medium"


@wire("W-212")
@FOUR
@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_transparent_is_transparent(client: Client, fields: Fields, output_format: str) -> None:
    more = {"background": "transparent", "output_format": output_format}
    answer = client.generate(**SMALL, **more)
    assert value_of(answer)["background"] == "transparent"
    assert {0, 255} <= alphas(first(answer))
    fields.honoured(ROUTE, "background", "`transparent`: real alpha in PNG and WebP")


@wire("W-213")
@TWO
@pytest.mark.parametrize(
    ("prompt", "output_format", "background"),
    [
        ("an apple", "png", "opaque"),
        ("a sticker of an apple", "png", "transparent"),
        ("a sticker of an apple", "jpeg", "opaque"),
    ],
)
def test_an_automatic_background_follows_the_words(
    client: Client, prompt: str, output_format: str, background: str
) -> None:
    for asked in ("auto", None):
        more = {"prompt": prompt, "output_format": output_format, "background": asked}
        assert value_of(client.generate(**{**SMALL, **more}))["background"] == background


@wire("W-214")
@FOUR
@pytest.mark.parametrize(
    ("output_format", "kind"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")]
)
def test_output_format_is_the_format_of_the_file(
    client: Client, fields: Fields, output_format: str, kind: str
) -> None:
    answer = client.generate(**SMALL, output_format=output_format)
    assert value_of(answer)["output_format"] == output_format
    assert first(answer).format == kind
    fields.honoured(ROUTE, "output_format", "`png`, `jpeg`, `webp`: the file's format")


@wire("W-215")
@FOUR
def test_output_compression_says_what_a_file_may_lose(client: Client, fields: Fields) -> None:
    steps = {}
    for compression in (10, 90):
        more = {"output_format": "jpeg", "output_compression": compression}
        image = first(client.generate(**SMALL, **more))
        assert isinstance(image, JpegImageFile)
        steps[compression] = sum(image.quantization[0])
    assert steps[10] > 5 * steps[90]
    for compression, marker in ((99, b"VP8 "), (100, b"VP8L")):
        more = {"output_format": "webp", "output_compression": compression}
        data = value_of(client.generate(**SMALL, **more))["data"]
        assert marker in decoded(data[0]["b64_json"])
    fields.honoured(ROUTE, "output_compression", "what a JPEG or WebP file may lose")


@wire("W-216")
def test_moderation_low_lets_through_what_auto_refuses(client: Client, fields: Fields) -> None:
    nude = {**SMALL, "prompt": "a nude woman"}
    answer = client.generate(**nude, moderation="auto")
    assert error_of(answer, "BadRequestError") == (USER, "moderation_blocked", None)
    assert "input stage" in answer["message"]
    value_of(client.generate(**nude, moderation="low"))
    fields.honoured(ROUTE, "moderation", "`low` lets through what `auto` refuses")


@wire("W-217")
@FOUR
@pytest.mark.parametrize("name", ["safety_identifier", "user"])
def test_the_end_users_id_is_echoed(client: Client, fields: Fields, name: str) -> None:
    value = value_of(client.generate(**SMALL, **{name: "u_9"}))
    assert value["safety_identifier"] == "u_9"
    fields.honoured(ROUTE, name, "is echoed as `safety_identifier`")


@wire("W-217")
@FOUR
def test_the_safety_identifier_wins_over_the_user(client: Client) -> None:
    value = value_of(client.generate(**SMALL, safety_identifier="u_1", user="u_2"))
    assert value["safety_identifier"] == "u_1"


@wire("W-218")
@FOUR
def test_what_is_null_is_absent(client: Client) -> None:
    names = "n output_format output_compression moderation stream partial_images user".split()
    value = value_of(client.generate(**SMALL, **dict.fromkeys(names)))
    assert (value["output_format"], len(value["data"])) == ("png", 1)


@wire("W-219")
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("style", "vivid", (REQUEST, "unknown_parameter")),
        ("input_fidelity", "high", (REQUEST, "invalid_input_fidelity_model")),
        ("quality", "xhigh", (USER, "invalid_value")),
        ("quality", "max", (USER, "invalid_value")),
        ("quality", "standard", (USER, "invalid_value")),
        ("quality", "hd", (USER, "invalid_value")),
        ("quality", "best", (REQUEST, "invalid_value")),
        ("background", "blue", (REQUEST, "invalid_value")),
        ("output_format", "bmp", (REQUEST, "invalid_value")),
        ("output_compression", 99, (REQUEST, "invalid_value")),
        ("output_compression", 101, (REQUEST, "integer_above_max_value")),
        ("output_compression", -1, (REQUEST, "integer_below_min_value")),
        ("moderation", "off", (REQUEST, "invalid_value")),
        ("partial_images", 2, (REQUEST, "invalid_value")),
        ("complexity", "high", (USER, "invalid_value")),
        ("frame_count", 9, (USER, "invalid_value")),
        ("frame_duration_ms", 200, (USER, "invalid_value")),
        ("svg", {"model": "x"}, (USER, "invalid_value")),
        ("n", 0, (REQUEST, "integer_below_min_value")),
        ("n", 11, (REQUEST, "integer_above_max_value")),
        ("n", "1", (REQUEST, "invalid_type")),
        ("n", 1.5, (REQUEST, "invalid_type")),
        ("n", True, (REQUEST, "invalid_type")),
        ("stream", "true", (REQUEST, "invalid_type")),
        ("safety_identifier", 1, (REQUEST, "invalid_type")),
        ("user", 1, (REQUEST, "invalid_type")),
        ("prompt", "", (REQUEST, "invalid_value")),
        ("prompt", "a" * 32_001, (REQUEST, "string_above_max_length")),
        ("prompt", ["a"], (REQUEST, "invalid_type")),
        ("prompt", None, (REQUEST, "invalid_type")),
        ("model", 2, (REQUEST, "invalid_type")),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(
    client: Client, fields: Fields, name: str, value: Any, expected: tuple[str, str]
) -> None:
    answer = client.generate(**{**SMALL, name: value})
    assert error_of(answer, "BadRequestError") == (*expected, name)
    shown = "longer than 32,000" if len(str(value)) > 99 else wire_json(value)
    fields.refused(ROUTE, name, shown, answer)


@wire("W-220")
def test_transparent_needs_a_format_with_alpha(client: Client, fields: Fields) -> None:
    answer = client.generate(**SMALL, background="transparent", output_format="jpeg")
    assert error_of(answer, "BadRequestError") == (USER, "invalid_value", "background")
    fields.refused(ROUTE, "background", '`"transparent"` with jpeg', answer)


@wire("W-221")
def test_a_prompt_is_required(client: Client, fields: Fields) -> None:
    answer = client.generate(model="gpt-image-2")
    assert error_of(answer, "BadRequestError") == (REQUEST, "missing_required_parameter", "prompt")
    fields.refused(ROUTE, "prompt", "absent", answer)


@wire("W-222")
@pytest.mark.parametrize("name", ["steps", "guidance", "strength", "width", "sampler"])
def test_what_no_model_has_is_an_unknown_parameter(client: Client, name: str) -> None:
    answer = client.generate(**SMALL, **{name: 1})
    assert error_of(answer, "BadRequestError") == (REQUEST, "unknown_parameter", name)
