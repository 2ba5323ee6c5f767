"""Everything that `images.generate` takes for gpt-image-2, asked by OpenAI's own client."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests.api.home import FAKE
from tests.contract.clients import Client
from tests.contract.running import Running

SMALL = {"prompt": "an apple", "size": "816x816", "quality": "low", "model": "gpt-image-2"}
USER, REQUEST = "image_generation_user_error", "invalid_request_error"


def picture(b64: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(b64, validate=True)))
    image.load()
    return image


def test_a_picture_comes_as_an_images_response(client: Client) -> None:
    answer = client.generate(**SMALL)
    assert answer["type"] == "ImagesResponse"
    value = answer["value"]
    assert (value["size"], value["quality"], value["output_format"]) == ("816x816", "low", "png")
    assert value["usage"]["total_tokens"] == value["usage"]["output_tokens"] + 2
    assert picture(value["data"][0]["b64_json"]).size == (816, 816)


@pytest.mark.parametrize("model", ["gpt-image-2", FAKE, "chatgpt-image-latest"])
def test_each_name_answers(client: Client, model: str) -> None:
    assert client.generate(**{**SMALL, "model": model})["type"] == "ImagesResponse"


def test_without_a_model_the_alias_answers(client: Client) -> None:
    answer = client.generate(prompt="an apple", size="816x816", quality="low")
    assert answer["type"] == "ImagesResponse"


@pytest.mark.parametrize(
    "model", ["gpt-image", "gpt-image-2o", "dall-e-3", "gpt-image-2-2026-04-21"]
)
def test_a_name_that_does_not_exist_raises_not_found(client: Client, model: str) -> None:
    answer = client.generate(**{**SMALL, "model": model})
    assert answer["raised"] == "NotFoundError"
    assert (answer["status"], answer["code"], answer["param"]) == (404, "model_not_found", "model")
    assert "chatgpt-image-latest" in answer["message"]
    assert answer["request_id"].startswith("req_")


@pytest.mark.parametrize("size", ["816x816", "3840x2160", "3840x1280", "1024x640", "auto"])
def test_sizes_at_the_edges_of_the_rule(client: Client, size: str) -> None:
    value = client.generate(**{**SMALL, "size": size})["value"]
    expected = "1024x1024" if size == "auto" else size
    assert value["size"] == expected
    assert "x".join(map(str, picture(value["data"][0]["b64_json"]).size)) == expected


@pytest.mark.parametrize(
    "size", ["800x800", "3856x2048", "3840x1264", "1456x480", "2896x2880", "1000x1000", "big"]
)
def test_sizes_beyond_the_edges_of_the_rule(client: Client, size: str) -> None:
    answer = client.generate(**{**SMALL, "size": size})
    assert answer["raised"] == "BadRequestError"
    found = (answer["error_type"], answer["code"], answer["param"])
    assert found == (USER, "invalid_value", "size")


@pytest.mark.parametrize("n", [1, 2, 10])
def test_n_pictures_are_n_pictures(client: Client, n: int) -> None:
    value = client.generate(**SMALL, n=n)["value"]
    one = client.generate(**SMALL)["value"]
    assert len({d["b64_json"] for d in value["data"]}) == n
    assert value["usage"]["output_tokens"] == n * one["usage"]["output_tokens"]
    assert value["usage"]["input_tokens"] == one["usage"]["input_tokens"]


@pytest.mark.parametrize(
    ("output_format", "kind", "compression"),
    [("png", "PNG", 100), ("jpeg", "JPEG", 40), ("webp", "WEBP", 40), ("webp", "WEBP", 100)],
)
def test_each_format(client: Client, output_format: str, kind: str, compression: int) -> None:
    more = {"output_format": output_format, "output_compression": compression}
    value = client.generate(**SMALL, **more)["value"]
    assert value["output_format"] == output_format
    assert picture(value["data"][0]["b64_json"]).format == kind


@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_transparent_is_transparent(client: Client, output_format: str) -> None:
    more = {"background": "transparent", "output_format": output_format}
    value = client.generate(**SMALL, **more)["value"]
    assert value["background"] == "transparent"
    alpha = picture(value["data"][0]["b64_json"]).convert("RGBA").getchannel("A")
    assert alpha.getextrema() == (0, 255)


@pytest.mark.parametrize(("quality", "steps"), [("low", 4), ("medium", 8), ("high", 12)])
def test_quality_changes_the_work_done(
    client: Client, server: Running, quality: str, steps: int
) -> None:
    before = len(server.step_log.read_text("utf-8").splitlines()) if server.step_log.exists() else 0
    value = client.generate(**{**SMALL, "quality": quality})["value"]
    assert value["quality"] == quality
    assert len(server.step_log.read_text("utf-8").splitlines()) - before == steps


@pytest.mark.parametrize(
    "fields",
    [
        {"background": "opaque"},
        {"background": "auto"},
        {"quality": "auto"},
        {"moderation": "low"},
        {"moderation": "auto"},
        {"stream": False},
        {"partial_images": 0},
        {"output_compression": 100},
        {"user": "u_1"},
        {"n": None, "size": None, "quality": None, "background": None, "output_format": None},
    ],
)
def test_what_is_asked_and_possible_is_done(client: Client, fields: dict[str, Any]) -> None:
    assert client.generate(**{**SMALL, **fields})["type"] == "ImagesResponse"


def test_the_safety_identifier_is_echoed(client: Client) -> None:
    for more in ({"safety_identifier": "u_9"}, {"user": "u_9"}):
        value = client.generate(**SMALL, extra_body=more)["value"]
        assert value["safety_identifier"] == "u_9"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"response_format": "b64_json"}, (REQUEST, "unknown_parameter", "response_format")),
        ({"style": "vivid"}, (REQUEST, "unknown_parameter", "style")),
        ({"negative_prompt": "x"}, (REQUEST, "unknown_parameter", "negative_prompt")),
        ({"input_fidelity": "high"}, (REQUEST, "invalid_input_fidelity_model", "input_fidelity")),
        ({"quality": "xhigh"}, (USER, "invalid_value", "quality")),
        ({"quality": "max"}, (USER, "invalid_value", "quality")),
        ({"quality": "hd"}, (USER, "invalid_value", "quality")),
        ({"quality": "best"}, (REQUEST, "invalid_value", "quality")),
        ({"background": "blue"}, (REQUEST, "invalid_value", "background")),
        (
            {"background": "transparent", "output_format": "jpeg"},
            (USER, "invalid_value", "background"),
        ),
        ({"output_format": "gif"}, (USER, "invalid_value", "output_format")),
        ({"output_format": "svg"}, (USER, "invalid_value", "output_format")),
        ({"output_format": "bmp"}, (REQUEST, "invalid_value", "output_format")),
        ({"output_compression": 99}, (REQUEST, "invalid_value", "output_compression")),
        (
            {"output_compression": 101},
            (REQUEST, "integer_above_max_value", "output_compression"),
        ),
        ({"output_compression": -1}, (REQUEST, "integer_below_min_value", "output_compression")),
        ({"moderation": "off"}, (REQUEST, "invalid_value", "moderation")),
        ({"partial_images": 2}, (REQUEST, "invalid_value", "partial_images")),
        (
            {"partial_images": 4, "stream": True},
            (REQUEST, "integer_above_max_value", "partial_images"),
        ),
        ({"complexity": "high"}, (USER, "invalid_value", "complexity")),
        ({"frame_count": 9}, (USER, "invalid_value", "frame_count")),
        ({"frame_duration_ms": 200}, (USER, "invalid_value", "frame_duration_ms")),
        ({"svg": {"model": "x"}}, (USER, "invalid_value", "svg")),
        ({"n": 0}, (REQUEST, "integer_below_min_value", "n")),
        ({"n": 11}, (REQUEST, "integer_above_max_value", "n")),
        ({"n": "1"}, (REQUEST, "invalid_type", "n")),
        ({"n": 1.0}, (REQUEST, "invalid_type", "n")),
        ({"n": True}, (REQUEST, "invalid_type", "n")),
        ({"stream": "true"}, (REQUEST, "invalid_type", "stream")),
        ({"user": 1}, (REQUEST, "invalid_type", "user")),
        ({"prompt": ""}, (REQUEST, "invalid_value", "prompt")),
        ({"prompt": "a" * 32_001}, (REQUEST, "string_above_max_length", "prompt")),
        ({"prompt": ["a"]}, (REQUEST, "invalid_type", "prompt")),
        ({"model": 2}, (REQUEST, "invalid_type", "model")),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(
    client: Client, fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    answer = client.generate(prompt="x", extra_body={**SMALL, **fields})
    assert (answer["raised"], answer["status"]) == ("BadRequestError", 400)
    assert (answer["error_type"], answer["code"], answer["param"]) == expected


def test_a_blocked_prompt_raises_with_its_code(client: Client) -> None:
    answer = client.generate(**{**SMALL, "prompt": "graphic gore with severed heads"})
    assert (answer["raised"], answer["error_type"]) == ("BadRequestError", USER)
    assert (answer["code"], answer["param"]) == ("moderation_blocked", None)


@pytest.mark.parametrize("partials", [0, 1, 2, 3])
def test_a_stream_is_partials_and_then_the_picture(client: Client, partials: int) -> None:
    answer = client.stream(**SMALL, partial_images=partials)
    assert answer["types"] == ["ImageGenPartialImageEvent"] * partials + ["ImageGenCompletedEvent"]
    for event in answer["value"]:
        assert picture(event["b64_json"]).size == (816, 816)
    plain = client.generate(**SMALL)["value"]["usage"]
    usage = answer["value"][-1]["usage"]
    assert usage["output_tokens"] == plain["output_tokens"] + 100 * partials


def test_models_are_listed_and_found(client: Client) -> None:
    ids = [one["id"] for one in client.models()["value"]]
    assert {"gpt-image-2", "chatgpt-image-latest", FAKE} <= set(ids)
    assert "gpt-image" not in ids
    for name in ids:
        assert client.model(name)["value"]["owned_by"] == "sfumato"
    assert client.model("gpt-image")["raised"] == "NotFoundError"


def test_extensions_travel_in_the_extra_body_and_strict_mode_refuses_them(
    client: Client, setting: str
) -> None:
    answer = client.generate(**SMALL, extra_body={"seed": 42, "memory": "off"})
    if setting.endswith("strict"):
        assert (answer["code"], answer["param"]) == ("unknown_parameter", "seed")
    else:
        assert answer["headers"]["x-sfumato-seed"] == "42"
        assert answer["headers"]["x-sfumato-snapshot"] == FAKE
