import base64
import hashlib
import io
import json
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.api.home import FAKE
from tests.api.shape import error_of

PATH = "/v1/images/generations"
SMALL = {"prompt": "an apple", "size": "816x816", "quality": "low"}


def picture(b64: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(b64, validate=True)))
    image.load()
    return image


def messages(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Event name and data of every message; pings left out."""
    found = []
    for block in text.split("\n\n"):
        if block and not block.startswith(":"):
            event, data = block.split("\n")
            assert event.startswith("event: ") and data.startswith("data: ")
            found.append((event[len("event: ") :], json.loads(data[len("data: ") :])))
    return found


def test_the_answer_has_exactly_openais_members(client: TestClient) -> None:
    reply = client.post(PATH, json={**SMALL, "seed": 7})
    assert reply.status_code == 200
    body = reply.json()
    assert body.keys() == {
        "created", "background", "output_format", "quality", "size", "usage", "data",
    }  # fmt: skip
    assert body["size"] == "816x816"
    assert (body["background"], body["output_format"], body["quality"]) == ("opaque", "png", "low")
    assert [one.keys() for one in body["data"]] == [{"b64_json"}]
    assert body["usage"]["input_tokens_details"] == {"text_tokens": 2, "image_tokens": 0}
    assert picture(body["data"][0]["b64_json"]).size == (816, 816)


def test_headers_say_what_made_the_picture(client: TestClient) -> None:
    reply = client.post(PATH, json={**SMALL, "seed": 7})
    assert reply.headers["x-sfumato-snapshot"] == FAKE
    assert reply.headers["x-sfumato-seed"] == "7"
    assert len(reply.headers["x-sfumato-image-sha256"]) == 64
    assert reply.headers["x-request-id"].startswith("req_")
    assert int(reply.headers["content-length"]) == len(reply.content)


def test_the_same_seed_gives_the_same_picture_and_another_another(client: TestClient) -> None:
    def sha256(seed: int) -> str:
        return client.post(PATH, json={**SMALL, "seed": seed}).headers["x-sfumato-image-sha256"]

    assert sha256(7) == sha256(7) != sha256(8)


def test_without_a_seed_one_is_drawn_and_reported(client: TestClient) -> None:
    drawn = client.post(PATH, json=SMALL)
    again = client.post(PATH, json={**SMALL, "seed": int(drawn.headers["x-sfumato-seed"])})
    name = "x-sfumato-image-sha256"
    assert drawn.headers[name] == again.headers[name]


def test_n_pictures_come_in_order_with_a_seed_and_a_hash_each(client: TestClient) -> None:
    reply = client.post(PATH, json={**SMALL, "seed": 2**32 - 1, "n": 3})
    assert reply.headers["x-sfumato-seed"] == "4294967295,0,1"
    hashes = reply.headers["x-sfumato-image-sha256"].split(",")
    assert len(set(hashes)) == 3
    alone = [client.post(PATH, json={**SMALL, "seed": s}).headers for s in (2**32 - 1, 0, 1)]
    assert [h["x-sfumato-image-sha256"] for h in alone] == hashes
    assert reply.json()["usage"]["output_tokens"] % 3 == 0


@pytest.mark.parametrize("model", ["gpt-image-2", FAKE, "chatgpt-image-latest", None])
def test_every_name_answers_and_the_header_names_the_snapshot(
    client: TestClient, model: str | None
) -> None:
    reply = client.post(PATH, json={**SMALL, "model": model})
    assert reply.headers["x-sfumato-snapshot"] == FAKE


@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_transparent_pictures_have_real_alpha(client: TestClient, output_format: str) -> None:
    asked = {**SMALL, "background": "transparent", "output_format": output_format}
    body = client.post(PATH, json=asked).json()
    assert body["background"] == "transparent"
    alpha = picture(body["data"][0]["b64_json"]).convert("RGBA").getchannel("A")
    assert alpha.getextrema() == (0, 255)


@pytest.mark.parametrize(
    ("output_format", "kind"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")]
)
def test_the_file_is_of_the_format_that_was_asked(
    client: TestClient, output_format: str, kind: str
) -> None:
    body = client.post(PATH, json={**SMALL, "output_format": output_format}).json()
    assert body["output_format"] == output_format
    assert picture(body["data"][0]["b64_json"]).format == kind


def test_a_lower_compression_number_gives_a_smaller_file(client: TestClient) -> None:
    asked = {**SMALL, "seed": 1, "output_format": "jpeg"}
    sizes = [
        len(client.post(PATH, json={**asked, "output_compression": c}).content) for c in (10, 95)
    ]
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("prompt", ["🍎🍎🍎 on a 🟦 table", "e\u0301", "\x00", " ", "日本語"])
def test_any_text_is_a_prompt(client: TestClient, prompt: str) -> None:
    assert client.post(PATH, json={**SMALL, "prompt": prompt}).status_code == 200


def test_the_safety_identifier_is_echoed(client: TestClient) -> None:
    body = client.post(PATH, json={**SMALL, "safety_identifier": "u_5f2c"}).json()
    assert body["safety_identifier"] == "u_5f2c"


def test_a_stream_sends_partials_in_order_and_then_the_picture(client: TestClient) -> None:
    asked = {**SMALL, "seed": 7, "stream": True, "partial_images": 3}
    reply = client.post(PATH, json=asked)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["x-sfumato-snapshot"] == FAKE
    assert reply.headers["x-sfumato-seed"] == "7"
    sent = messages(reply.text)
    assert [name for name, _ in sent] == [
        *["image_generation.partial_image"] * 3,
        "image_generation.completed",
    ]
    assert [data.get("partial_image_index") for _, data in sent] == [0, 1, 2, None]
    shared = {"type", "b64_json", "created_at", "size", "quality", "background", "output_format"}
    for name, data in sent:
        assert data["type"] == name
        more = {"usage"} if name.endswith("completed") else {"partial_image_index"}
        assert data.keys() == shared | more
        assert picture(data["b64_json"]).size == (816, 816)
    assert not reply.text.rstrip().endswith("[DONE]")


def test_a_streamed_picture_is_the_one_that_does_not_stream(client: TestClient) -> None:
    asked = {**SMALL, "seed": 7}
    streamed = messages(client.post(PATH, json={**asked, "stream": True}).text)[-1][1]
    whole = client.post(PATH, json=asked).json()["data"][0]
    assert list(picture(streamed["b64_json"]).tobytes()) == list(
        picture(whole["b64_json"]).tobytes()
    )


@pytest.mark.parametrize("partials", [0, 1, 2, 3])
def test_each_partial_that_was_sent_costs_a_hundred_tokens(
    client: TestClient, partials: int
) -> None:
    asked = {**SMALL, "stream": True, "partial_images": partials}
    sent = messages(client.post(PATH, json=asked).text)
    plain = client.post(PATH, json=SMALL).json()["usage"]
    assert len(sent) == partials + 1
    assert sent[-1][1]["usage"]["output_tokens"] == plain["output_tokens"] + 100 * partials
    assert sent[-1][1]["usage"]["input_tokens"] == plain["input_tokens"]


def test_a_stream_of_n_completes_n_times_and_its_usages_add_up(client: TestClient) -> None:
    asked = {**SMALL, "n": 2, "stream": True, "partial_images": 1}
    reply = client.post(PATH, json=asked)
    usages = [data["usage"] for name, data in messages(reply.text) if name.endswith("completed")]
    plain = client.post(PATH, json={**SMALL, "n": 2}).json()["usage"]
    assert sum(u["output_tokens"] for u in usages) == plain["output_tokens"] + 200
    assert sum(u["input_tokens"] for u in usages) == plain["input_tokens"]
    assert len(reply.headers["x-sfumato-seed"].split(",")) == 2


def test_the_route_answers_without_its_prefix_too(client: TestClient) -> None:
    assert client.post("/images/generations", json=SMALL).status_code == 200


@pytest.mark.parametrize("model", ["gpt-image", "gpt-image-3", "dall-e-3"])
def test_a_name_that_does_not_answer_is_404(client: TestClient, model: str) -> None:
    error = error_of(client.post(PATH, json={**SMALL, "model": model}), 404)
    assert error["type"] == "invalid_request_error"
    assert (error["code"], error["param"]) == ("model_not_found", "model")
    for name in ("gpt-image-2", "chatgpt-image-latest", FAKE):
        assert name in error["message"]


def test_a_moderated_prompt_is_refused_before_any_work(client: TestClient) -> None:
    asked = {**SMALL, "prompt": "graphic gore with severed heads", "stream": True}
    error = error_of(client.post(PATH, json=asked), 400)
    assert error["type"] == "image_generation_user_error"
    assert (error["code"], error["param"]) == ("moderation_blocked", None)


def test_moderation_low_lets_more_through_than_auto(client: TestClient) -> None:
    prompt = {**SMALL, "prompt": "graphic gore with severed heads"}
    assert client.post(PATH, json={**prompt, "moderation": "auto"}).status_code == 400
    assert client.post(PATH, json={**prompt, "moderation": "low"}).status_code == 200


def test_strict_mode_refuses_and_hides_every_extension(strict_client: TestClient) -> None:
    for field in ({"seed": 1}, {"memory": "off"}):
        error = error_of(strict_client.post(PATH, json={**SMALL, **field}), 400)
        assert (error["code"], error["param"]) == ("unknown_parameter", next(iter(field)))
    plain = strict_client.post(PATH, json=SMALL)
    streamed = strict_client.post(PATH, json={**SMALL, "stream": True})
    for reply in (plain, streamed):
        assert reply.status_code == 200
        assert not [name for name in reply.headers if name.startswith("x-sfumato")]


def test_the_file_carries_its_recipe_whose_hash_the_header_reports(client: TestClient) -> None:
    reply = client.post(PATH, json={**SMALL, "seed": 7})
    newest = client.get("/v1/sfumato/pictures?limit=1").json()["data"][0]
    assert newest["recipe"]["image_sha256"] == reply.headers["x-sfumato-image-sha256"]
    content = base64.b64decode(reply.json()["data"][0]["b64_json"])
    kept = client.get(newest["url"]).content
    assert hashlib.sha256(kept).digest() == hashlib.sha256(content).digest()
