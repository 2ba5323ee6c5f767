from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from sfumato.store import Store
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of

SESSION = "/v1/sfumato/session"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[TestClient, str]]:
    url = "https://pictures.example"
    settings = make_home(tmp_path, fake_snapshot(), public_url=url)
    with Store.open(tmp_path) as store:
        _, secret = store.keys.create("ada")
    with TestClient(create_app(settings), base_url=url) as client:
        yield client, secret


@pytest.mark.wire("W-910")
def test_a_browser_signs_in_with_a_key_and_out_again(place: tuple[TestClient, str]) -> None:
    client, secret = place
    assert error_of(client.get("/v1/models"), 401)
    reply = client.post(SESSION, json={"key": f" {secret}\n"})
    assert reply.status_code == 204
    cookie = reply.headers["set-cookie"]
    assert secret not in cookie
    for mark in ("HttpOnly", "SameSite=strict", "Secure", "Path=/"):
        assert mark in cookie
    assert client.get("/v1/models").status_code == 200
    session = client.cookies["sfumato-session"]
    assert client.delete(SESSION).status_code == 204
    assert "sfumato-session" not in client.cookies
    stolen = {"cookie": f"sfumato-session={session}"}
    assert error_of(client.get("/v1/models", headers=stolen), 401)


def test_a_page_from_elsewhere_cannot_use_the_session(place: tuple[TestClient, str]) -> None:
    client, secret = place
    client.post(SESSION, json={"key": secret})
    reply = client.post(
        "/v1/images/generations", json={}, headers={"origin": "https://evil.example"}
    )
    assert error_of(reply, 403)


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({"key": "sk-sfumato-unknown"}, 401, "key"),
        ({"key": "unused"}, 401, "key"),
        ({"key": 1}, 400, "key"),
        ({}, 400, "key"),
        ({"key": "x", "name": "y"}, 400, "name"),
    ],
)
def test_what_is_no_key_signs_nobody_in(
    place: tuple[TestClient, str], body: dict[str, object], status: int, param: str
) -> None:
    client, _ = place
    reply = client.post(SESSION, json=body)
    assert error_of(reply, status)["param"] == param
    assert "set-cookie" not in reply.headers


def test_signing_out_without_a_session_is_harmless(place: tuple[TestClient, str]) -> None:
    assert place[0].delete(SESSION).status_code == 204
