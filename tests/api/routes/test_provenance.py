import base64
import io
from typing import Any

import pytest
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from tests.api.home import FAKE
from tests.api.shape import error_of

PATH = "/v1/content_provenance_checks"


def check(client: TestClient, data: bytes) -> Response:
    return client.post(PATH, files={"file": ("picture", data, "application/octet-stream")})


def results(client: TestClient, data: bytes) -> dict[str, dict[str, Any]]:
    reply = check(client, data)
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert body["object"] == "content_provenance_check"
    assert body["created_at"] > 1_700_000_000
    assert [one["type"] for one in body["results"]] == ["c2pa", "synthid"]
    return {one["type"]: one for one in body["results"]}


def picture(client: TestClient, output_format: str = "png") -> bytes:
    asked = {
        "prompt": "a pear",
        "size": "816x816",
        "quality": "low",
        "output_format": output_format,
    }
    reply = client.post("/v1/images/generations", json=asked)
    return base64.b64decode(reply.json()["data"][0]["b64_json"])


def plain(form: str = "PNG") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(held, form)
    return held.getvalue()


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_a_picture_of_this_server_is_recognised(client: TestClient, output_format: str) -> None:
    found = results(client, picture(client, output_format))
    c2pa = found["c2pa"]
    assert (c2pa["outcome"], c2pa["validation_state"]) == ("detected", "valid")
    assert (c2pa["model"], c2pa["sfumato"]) == (FAKE, {"made_here": True})
    assert c2pa["issuer"]
    assert found["synthid"] == {
        "type": "synthid",
        "outcome": "not_detected",
        "model": None,
        "generated_at": None,
        "sfumato": {"looked_for": False},
    }


def test_a_picture_of_another_home_is_valid_and_not_ours(
    client: TestClient, strict_client: TestClient
) -> None:
    c2pa = results(client, picture(strict_client))["c2pa"]
    assert (c2pa["outcome"], c2pa["sfumato"]) == ("detected", {"made_here": False})


def test_a_picture_that_says_nothing_has_nothing_detected(client: TestClient) -> None:
    c2pa = results(client, plain())["c2pa"]
    assert (c2pa["outcome"], c2pa["validation_state"]) == ("not_detected", "not_present")
    assert (c2pa["issuer"], c2pa["model"], c2pa["generated_at"]) == (None, None, None)


def test_a_changed_picture_is_invalid(client: TestClient) -> None:
    data = bytearray(picture(client, "jpeg"))
    data[-100] ^= 0xFF
    c2pa = results(client, bytes(data))["c2pa"]
    assert (c2pa["outcome"], c2pa["validation_state"]) == ("not_detected", "invalid")


@pytest.mark.parametrize("data", [b"", b"plain text", b"%PDF-1.7", b"\x89PN"])
def test_what_is_no_picture_is_refused(client: TestClient, data: bytes) -> None:
    error = error_of(check(client, data), 400)
    assert (error["param"], error["code"]) == ("file", "unsupported_file_mimetype")


def test_the_form_has_one_file_and_nothing_else(client: TestClient) -> None:
    assert error_of(client.post(PATH, files={"image": plain()}), 400)["param"] == "image"
    two = [("file", plain()), ("file", plain())]
    assert error_of(client.post(PATH, files=two), 400)["param"] == "file"
    other = client.post(PATH, files={"file": plain()}, data={"model": "x"})
    assert error_of(other, 400)["code"] == "unknown_parameter"
    error_of(client.post(PATH, json={"file": "x"}), 400)


def test_strict_mode_answers_as_openai_does(strict_client: TestClient) -> None:
    found = results(strict_client, picture(strict_client))
    members = {"type", "outcome", "validation_state", "issuer", "model", "generated_at"}
    assert found["c2pa"].keys() == members
    assert found["synthid"].keys() == {"type", "outcome", "model", "generated_at"}


def test_a_file_that_is_too_large_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sfumato.api.routes.provenance.LARGEST", 1000)
    assert error_of(check(client, plain() + b"\0" * 1000), 413)["param"] == "file"
