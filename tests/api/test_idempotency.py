"""One Idempotency-Key, one effect: on every route that makes something."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from tests.api.shape import error_of

IMAGE = {"prompt": "x", "size": "816x816", "quality": "low"}
TOOL = {"type": "image_generation", "size": "816x816", "quality": "low"}
RESPONSE = {"model": "gpt-5", "input": "Draw a red apple", "tools": [TOOL]}
Post = Callable[[TestClient, str, dict[str, str]], Response]


def generate(client: TestClient, what: str, headers: dict[str, str]) -> Response:
    return client.post("/v1/images/generations", json=IMAGE | {"prompt": what}, headers=headers)


def edit(client: TestClient, what: str, headers: dict[str, str]) -> Response:
    picture = io.BytesIO()
    Image.new("RGB", (816, 816), "red").save(picture, "PNG")
    files = {"image": (None, picture.getvalue(), "image/png")}
    data = {"prompt": what, "quality": "low"}
    return client.post("/v1/images/edits", data=data, files=files, headers=headers)


def respond(client: TestClient, what: str, headers: dict[str, str]) -> Response:
    return client.post("/v1/responses", json=RESPONSE | {"input": what}, headers=headers)


def converse(client: TestClient, what: str, headers: dict[str, str]) -> Response:
    body = {"metadata": {"about": what}}
    return client.post("/v1/conversations", json=body, headers=headers)


def upload(client: TestClient, what: str, headers: dict[str, str]) -> Response:
    line = {"custom_id": "1", "method": "POST", "url": "/v1/images/generations", "body": IMAGE}
    files = {"file": ("lines.jsonl", json.dumps(line).encode(), "application/jsonl")}
    return client.post("/v1/files", data={"purpose": what}, files=files, headers=headers)


def batch(client: TestClient, what: str, headers: dict[str, str]) -> Response:
    file = client.get("/v1/files?purpose=batch").json()["data"][-1]["id"]
    body = {
        "input_file_id": file,
        "endpoint": "/v1/images/generations",
        "completion_window": "24h",
        "metadata": {"about": what},
    }
    return client.post("/v1/batches", json=body, headers=headers)


ROUTES: list[tuple[Post, str, str]] = [
    (generate, "draw a cat", "draw a dog"),
    (edit, "make it blue", "make it green"),
    (respond, "draw a cat", "draw a dog"),
    (converse, "one", "two"),
    (upload, "batch", "user_data"),
    (batch, "one", "two"),
]


@pytest.fixture(scope="module", autouse=True)
def _a_file_for_batches(client: TestClient) -> None:
    assert upload(client, "batch", {}).status_code == 200


@pytest.mark.parametrize(("post", "one", "other"), ROUTES, ids=[r[0].__name__ for r in ROUTES])
def test_the_same_request_has_the_same_answer_and_another_is_a_conflict(
    client: TestClient, post: Post, one: str, other: str
) -> None:
    key = {"idempotency-key": f"key of {post.__name__}"}
    first, again = post(client, one, key), post(client, one, key)
    assert (first.status_code, again.status_code) == (200, 200), first.text + again.text
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    made, same = first.json(), again.json()
    assert made.get("id") == same.get("id")
    if "data" in made:
        assert made == same
    reply = post(client, other, key)
    error = error_of(reply, 409)
    assert (error["param"], error["code"]) == ("Idempotency-Key", None)
    assert reply.headers["x-should-retry"] == "false"
    fresh = post(client, one, {"idempotency-key": f"another of {post.__name__}"}).json()
    assert fresh != made


def test_a_key_on_another_address_is_a_conflict_too(client: TestClient) -> None:
    key = {"idempotency-key": "two addresses"}
    assert client.post("/v1/images/generations", json=IMAGE, headers=key).status_code == 200
    assert client.post("/images/generations", json=IMAGE, headers=key).status_code == 200
    assert error_of(client.post("/v1/conversations", json={}, headers=key), 409)


@pytest.mark.parametrize(
    ("post", "one", "other"), ROUTES[:4], ids=[r[0].__name__ for r in ROUTES[:4]]
)
def test_a_refusal_is_not_remembered(client: TestClient, post: Post, one: str, other: str) -> None:
    key = {"idempotency-key": f"refused {post.__name__}"}
    refused = client.post(post(client, one, {}).request.url.path, json={"nope": 1}, headers=key)
    assert refused.status_code == 400
    assert post(client, other, key).status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 257, "caf\u00e9", "a\tb"])
def test_what_is_no_key_is_refused(client: TestClient, key: str) -> None:
    headers = {b"idempotency-key": key.encode("latin-1")}
    reply = client.post("/v1/images/generations", json=IMAGE, headers=headers)
    assert error_of(reply, 400)["param"] == "Idempotency-Key"


def test_another_boundary_and_order_of_parts_is_the_same_request(client: TestClient) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (816, 816), "blue").save(picture, "PNG")

    def form(boundary: str, *names: str) -> Response:
        parts = {
            "prompt": b'name="prompt"\r\n\r\nmake it blue',
            "quality": b'name="quality"\r\n\r\nlow',
            "image": b'name="image"; filename="%s.png"\r\nContent-Type: image/png\r\n\r\n'
            % boundary.encode()
            + picture.getvalue(),
        }
        mark = b"--" + boundary.encode()
        body = b"".join(
            mark + b"\r\nContent-Disposition: form-data; " + parts[name] + b"\r\n" for name in names
        )
        headers = {
            "idempotency-key": "a form",
            "content-type": f"multipart/form-data; boundary={boundary}",
        }
        content = body + mark + b"--\r\n"
        return client.post("/v1/images/edits", content=content, headers=headers)

    one = form("one", "prompt", "quality", "image")
    two = form("two", "image", "quality", "prompt")
    assert (one.status_code, two.status_code) == (200, 200), two.text
    assert one.content == two.content


def test_a_stream_is_told_again_from_what_is_kept(client: TestClient) -> None:
    key = {"idempotency-key": "a stream"}
    body = IMAGE | {"stream": True, "partial_images": 1}
    first = _events(client.post("/v1/images/generations", json=body, headers=key))
    again = _events(client.post("/v1/images/generations", json=body, headers=key))
    assert [event["type"] for event in first] == [
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert [event["type"] for event in again] == ["image_generation.completed"]
    assert again[0]["b64_json"] == first[1]["b64_json"]


def test_a_streamed_response_is_told_again_to_the_letter(client: TestClient) -> None:
    key = {"idempotency-key": "a streamed response"}
    body = RESPONSE | {"stream": True}
    first = _events(client.post("/v1/responses", json=body, headers=key))
    again = _events(client.post("/v1/responses", json=body, headers=key))
    assert again == first


def test_a_background_response_is_made_once(client: TestClient) -> None:
    key = {"idempotency-key": "in the background"}
    body = RESPONSE | {"background": True}
    first = client.post("/v1/responses", json=body, headers=key).json()
    again = client.post("/v1/responses", json=body, headers=key).json()
    assert first["status"] == "queued"
    assert again["id"] == first["id"]


def test_strict_mode_keeps_the_promise_without_telling(strict_client: TestClient) -> None:
    key = {"idempotency-key": "strict"}
    replies = [
        strict_client.post("/v1/images/generations", json=IMAGE, headers=key) for _ in range(2)
    ]
    assert replies[0].content == replies[1].content
    assert "idempotent-replayed" not in replies[1].headers


def _events(reply: Response) -> list[Any]:
    assert reply.status_code == 200, reply.text
    lines = [line for line in reply.text.splitlines() if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]
