from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from sfumato.api.origins import Origins
from sfumato.settings import Settings
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of

FRONT = "https://chat.example"
PATH = "/v1/images/generations"


def origins(**settings: object) -> Origins:
    return Origins.of(Settings.model_validate(settings))


def test_the_public_urls_host_names_this_server() -> None:
    proxied = origins(public_url="https://Pictures.Example:8443/")
    assert proxied.is_ours("pictures.example:8443")
    assert proxied.is_ours("127.0.0.1:8000")  # what some proxies send
    assert not proxied.is_ours("other.example")
    assert not proxied.is_ours("192.168.0.7")


def test_where_every_address_is_bound_addresses_are_let_in_and_names_are_not() -> None:
    everywhere = origins(host="0.0.0.0")
    assert everywhere.is_ours("192.168.0.7:8000")
    assert everywhere.is_ours("[fe80::1]:8000")
    assert not everywhere.is_ours("rebound.example")


def test_pages_of_the_public_url_may_write_whatever_host_the_proxy_sends() -> None:
    proxied = origins(public_url="https://pictures.example")
    assert proxied.may_write("https://pictures.example", "127.0.0.1:8000")
    assert not proxied.may_write("http://pictures.example", "127.0.0.1:8000")


@pytest.mark.parametrize(
    "given", ["*", "chat.example", "https://chat.example/page", "ftp://x", "https://a:b@c.example"]
)
def test_an_origin_that_is_none_is_refused_at_the_start(given: str) -> None:
    with pytest.raises(ValueError, match="without a path"):
        origins(cors_origins=given)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    root: Path = tmp_path_factory.mktemp("listed")
    settings = make_home(root, fake_snapshot(), cors_origins=f"{FRONT}, http://localhost:3000")
    return TestClient(create_app(settings), base_url="http://127.0.0.1")


def test_a_listed_page_is_told_that_it_may_ask(listed: TestClient) -> None:
    asked = {
        "origin": FRONT,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-stainless-lang",
    }
    reply = listed.options(PATH, headers=asked)
    assert reply.status_code == 204
    assert reply.headers["access-control-allow-origin"] == FRONT
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert reply.headers["access-control-allow-headers"] == asked["access-control-request-headers"]
    assert reply.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.wire("W-115")
def test_a_listed_page_can_use_the_api_and_read_its_headers(listed: TestClient) -> None:
    with listed:
        body = {"prompt": "x", "size": "816x816", "quality": "low"}
        reply = listed.post(PATH, json=body, headers={"origin": FRONT})
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == FRONT
    assert "x-request-id" in reply.headers["access-control-expose-headers"]


@pytest.mark.wire("W-115")
def test_another_page_is_told_nothing_and_refused(listed: TestClient) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    with listed:
        replies = (listed.options(PATH, headers=asked), listed.post(PATH, json={}, headers=asked))
    assert error_of(replies[1], 403)
    for reply in replies:
        assert not [name for name in reply.headers if name.startswith("access-control")]
        assert reply.headers["vary"] == "Origin"
