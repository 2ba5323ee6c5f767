import json

import pytest
from starlette.testclient import TestClient

from sfumato.api.body import LIMIT
from tests.api.shape import error_of

PATH = "/v1/images/generations"
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"prompt"',
        b'{"prompt": "x"} x',
        b'{"prompt": "x", "prompt": "y"}',
        b'{"prompt": "x", "n": NaN}',
        b'{"prompt": "x", "n": Infinity}',
        b'{"prompt": "x", "n": ' + b"9" * 5000 + b"}",
        b"[" * 200_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"prompt": "\xff"}',
        '{"prompt": "x"}'.encode("utf-16"),
        b"\xef\xbb\xbf" + b'{"prompt": "x"}',
        b'{"prompt": "a\nb"}',
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_is_not_a_json_object_in_utf_8_is_refused(client: TestClient, content: bytes) -> None:
    error = error_of(client.post(PATH, content=content, headers=JSON), 400)
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", None, None)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
def test_another_content_type_is_refused_with_the_one_to_use(
    client: TestClient, content_type: str
) -> None:
    reply = client.post(PATH, content=b'{"prompt":"x"}', headers={"content-type": content_type})
    error = error_of(reply, 400)
    assert error["code"] == "unsupported_content_type"
    assert "application/json" in error["message"]


def test_a_charset_beside_the_content_type_is_fine(client: TestClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    content = json.dumps({"prompt": "x", "size": "816x816", "quality": "low"}).encode()
    assert client.post(PATH, content=content, headers=headers).status_code == 200


def test_a_body_beyond_the_limit_is_413(client: TestClient) -> None:
    error = error_of(client.post(PATH, content=b" " * (LIMIT + 1), headers=JSON), 413)
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", None, None)


def test_a_declared_length_beyond_the_limit_is_413_without_reading(client: TestClient) -> None:
    for length in ("1000001", "9" * 30):
        headers = {**JSON, "content-length": length}
        error_of(client.post(PATH, content=b"{}", headers=headers), 413)


def test_the_longest_prompt_fits_whatever_its_characters(client: TestClient) -> None:
    asked = {"prompt": "🍎" * 32_000, "size": "816x816", "quality": "low"}
    escaped = json.dumps(asked).encode()  # 12 bytes for each apple
    assert len(escaped) < LIMIT
    assert client.post(PATH, content=escaped, headers=JSON).status_code == 200
