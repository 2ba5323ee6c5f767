"""What holds for every address: bodies, errors, headers, guards."""

import re
from typing import Any

import pytest

from tests.api.shape import error_of as shape_of
from tests.contract import web
from tests.contract.asking import REQUEST, SMALL, error_of, value_of, wire
from tests.contract.clients import Client
from tests.contract.conftest import Stage
from tests.contract.running import Running

PATH = "/v1/images/generations"
JSON = {"content-type": "application/json"}


@pytest.fixture(params=[False, True], ids=["extended", "strict"])
def url(request: pytest.FixtureRequest, stage: Stage) -> str:
    """Of a server, without any client between."""
    return stage.server(request.param).url


@wire("W-101")
@pytest.mark.parametrize("path", ["/v1/models", "/models"])
def test_the_prefix_may_be_left_out(url: str, path: str) -> None:
    assert web.get(url + path).json()["object"] == "list"


@wire("W-102")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b'{"prompt": "x", "prompt": "y"}',
        b'{"prompt": "x", "n": NaN}',
        b'{"prompt": "\xff"}',
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_not_a_json_object_is_malformed(url: str, body: bytes) -> None:
    error = shape_of(web.post(url + PATH, content=body, headers=JSON), 400)
    assert (error["type"], error["param"]) == (REQUEST, None)


@wire("W-103")
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(url: str, kind: str) -> None:
    reply = web.post(url + PATH, content=b"{}", headers={"content-type": kind})
    assert shape_of(reply, 400)["code"] == "unsupported_content_type"


@wire("W-104")
def test_a_body_above_a_megabyte_is_too_large(url: str) -> None:
    reply = web.post(url + PATH, content=b" " * 1_000_001, headers=JSON)
    shape_of(reply, 413)


@wire("W-105")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("GET", PATH, 405), ("DELETE", "/v1/models", 405)],
)
def test_the_frameworks_own_refusals_have_openais_shape(
    url: str, method: str, path: str, status: int
) -> None:
    error = shape_of(web.request(method, url + path), status)
    assert (error["type"], error["code"]) == (REQUEST, None)


@wire("W-106")
def test_every_answer_has_an_id_a_version_and_a_time(client: Client) -> None:
    found = client.call("models.retrieve", "gpt-image-2")
    missing = client.call("models.retrieve", "nothing")
    for headers in (found["headers"], missing["headers"]):
        assert re.fullmatch(r"req_[0-9a-f]{32}", headers["x-request-id"])
        assert headers["openai-version"] == "2020-10-01"
        assert int(headers["openai-processing-ms"]) >= 1
    assert found["headers"]["x-request-id"] != missing["headers"]["x-request-id"]


@wire("W-107")
def test_the_id_that_the_client_shows_is_the_one_of_the_header(client: Client) -> None:
    answer = client.generate(**{**SMALL, "n": 0})
    error_of(answer, "BadRequestError")
    assert answer["request_id"] == answer["headers"]["x-request-id"]


@wire("W-108")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "sfumato.example"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "none"}, 400),
    ],
)
def test_foreign_hosts_and_foreign_pages_are_forbidden(
    url: str, headers: dict[str, str], status: int
) -> None:
    shape_of(web.post(url + PATH, json={}, headers=headers), status)


@wire("W-109")
@pytest.mark.parametrize("seed", [7])
@pytest.mark.speakers("python-newest", "node-newest")
def test_answers_name_what_made_the_picture(client: Client, server: Running, seed: int) -> None:
    answer = client.generate(**SMALL, n=2, seed=seed)
    value_of(answer)
    headers: dict[str, Any] = answer["headers"]
    assert headers["x-sfumato-seed"] == "7,8"
    assert headers["x-sfumato-snapshot"].startswith("gpt-image-2-")
    hashes = headers["x-sfumato-image-sha256"].split(",")
    assert [len(one) for one in hashes] == [64, 64]


@wire("W-116")
@pytest.mark.speakers("python-newest", "node-newest")
def test_words_that_were_left_aside_are_named(client: Client) -> None:
    """The fake engine knows every word, unless its memory is off."""
    asked = {**SMALL, "prompt": "a zébra"}
    assert "x-sfumato-unmatched" not in client.generate(**asked)["headers"]
    told = client.generate(**asked, memory="off")["headers"]["x-sfumato-unmatched"]
    assert told == "a,z%C3%A9bra"


@wire("W-110")
@pytest.mark.speakers("python-newest-strict", "node-newest-strict")
def test_strict_answers_have_no_header_of_ours(client: Client) -> None:
    headers = client.generate(**SMALL)["headers"]
    assert not [name for name in headers if name.startswith("x-sfumato")]
