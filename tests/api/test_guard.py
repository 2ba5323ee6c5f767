import logging

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from sfumato.api.guard import Guard
from sfumato.api.origins import Origins
from sfumato.settings import Settings
from tests.api.shape import REQUEST_ID, error_of

BODY = {"prompt": "x", "size": "816x816", "quality": "low"}
PATH = "/v1/images/generations"
ORIGINS = Origins.of(Settings.model_validate({}))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example:8000",
        "localhost@evil.example",
        "",
        "[",
        "0.0.0.0",
        "169.254.169.254",
    ],
)
@pytest.mark.parametrize("path", ["/", "/v1/models", "/healthz", "/nowhere"])
def test_a_foreign_host_is_refused_everywhere(client: TestClient, host: str, path: str) -> None:
    error = error_of(client.get(path, headers={"host": host}), 403)
    assert (error["type"], error["code"]) == ("invalid_request_error", None)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "127.1.2.3"]
)
def test_the_names_of_this_machine_are_let_in(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1:3000",
        "http://localhost",
        "file://127.0.0.1",
        "127.0.0.1",
        "",
    ],
)
def test_a_page_from_elsewhere_cannot_make_pictures(client: TestClient, origin: str) -> None:
    error = error_of(client.post(PATH, json=BODY, headers={"origin": origin}), 403)
    assert error["type"] == "invalid_request_error"


def test_the_page_of_this_server_can(client: TestClient) -> None:
    headers = {"origin": "http://127.0.0.1"}
    assert client.post(PATH, json=BODY, headers=headers).status_code == 200


def test_no_answer_allows_other_origins(client: TestClient) -> None:
    asked = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    for reply in (client.options(PATH, headers=asked), client.get("/v1/models", headers=asked)):
        assert not [name for name in reply.headers if name.startswith("access-control")]
        assert reply.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("POST", "/v1/images/nothing", 404),
        ("GET", "/docs", 404),
        ("GET", "/v1/models/", 404),
        ("GET", PATH, 405),
        ("DELETE", "/v1/models", 405),
        ("OPTIONS", PATH, 405),
        ("PATCH", "/", 405),
    ],
)
def test_the_frameworks_refusals_leave_in_openais_shape(
    client: TestClient, method: str, path: str, status: int
) -> None:
    error = error_of(client.request(method, path), status)
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", None, None)
    assert path in error["message"]


def test_a_405_names_the_methods_that_are_allowed(client: TestClient) -> None:
    reply = client.get(PATH)
    assert reply.headers["allow"] == "POST"
    assert "POST" in reply.json()["error"]["message"]


def test_every_answer_has_its_own_request_id(client: TestClient) -> None:
    ids = [client.get("/healthz").headers["x-request-id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(REQUEST_ID.fullmatch(one) for one in ids)


def test_an_unforeseen_failure_is_a_500_that_tells_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyError("a secret")

    reply = TestClient(Guard(broken, ORIGINS), base_url="http://127.0.0.1").get("/")
    assert error_of(reply, 500)["type"] == "server_error"
    assert "secret" not in reply.text
    assert [r.levelno for r in caplog.records if r.name.startswith("sfumato")] == [logging.ERROR]


@pytest.mark.wire("W-114")
def test_the_clients_own_id_of_a_request_stands_in_the_log_beside_ours(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sfumato.api.guard")
    reply = client.get("/healthz", headers={"x-client-request-id": "mine-1"})
    (line,) = [r.getMessage() for r in caplog.records if r.name == "sfumato.api.guard"]
    assert "mine-1" in line
    assert reply.headers["x-request-id"] in line


@pytest.mark.wire("W-114")
@pytest.mark.parametrize("given", ["x" * 513, "caf\u00e9", "two\tparts"])
def test_an_id_that_no_log_could_hold_is_refused(client: TestClient, given: str) -> None:
    headers = {b"x-client-request-id": given.encode("latin-1")}
    error = error_of(client.get("/healthz", headers=headers), 400)
    assert error["param"] == "X-Client-Request-Id"


@pytest.mark.wire("W-113")
@pytest.mark.parametrize("path", ["/healthz", "/v1/models", "/", "/v1/models/gpt-image-2"])
def test_head_answers_where_get_does(client: TestClient, path: str) -> None:
    got, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert asked.headers["content-length"] == got.headers["content-length"]
    assert REQUEST_ID.fullmatch(asked.headers["x-request-id"])


def test_head_is_refused_where_there_is_no_get(client: TestClient) -> None:
    assert client.head(PATH).status_code == 405
    assert client.head("/v1/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/studio", "/studio/"])
def test_the_studio_is_found_under_its_name(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 200
    assert "Sfumato Studio" in reply.text
