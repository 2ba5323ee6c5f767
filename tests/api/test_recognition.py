from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from sfumato.store import Store
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of

PATH = "/v1/images/generations"
SMALL = {"prompt": "x", "size": "816x816", "quality": "low"}  # 168 image tokens
UNKNOWN = "sk-sfumato-" + "A" * 43


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A server, its data folder and the secret of a key named "ada"."""

    client: TestClient
    root: Path
    secret: str

    def bearer(self, secret: str | None = None) -> dict[str, str]:
        return {"authorization": f"Bearer {secret or self.secret}"}


def serve(root: Path, **settings: object) -> Iterator[Place]:
    made = make_home(root, fake_snapshot(), **settings)
    with Store.open(made.root) as store:
        _, secret = store.keys.create("ada")
    with TestClient(create_app(made), base_url="http://127.0.0.1") as client:
        yield Place(client=client, root=made.root, secret=secret)


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    yield from serve(tmp_path_factory.mktemp("loopback"))


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    yield from serve(tmp_path_factory.mktemp("public"), host="0.0.0.0")


@pytest.mark.parametrize(
    "given", [None, "Bearer unused", "Bearer sk-proj-ofOpenAI", "Basic YTpi", "Bearer "]
)
def test_on_loopback_nobody_needs_a_key_of_ours(loopback: Place, given: str | None) -> None:
    headers = {} if given is None else {"authorization": given}
    assert loopback.client.get("/v1/models", headers=headers).status_code == 200


@pytest.mark.parametrize("given", [None, "Bearer unused", "Bearer sk-proj-ofOpenAI", "Basic YTpi"])
def test_elsewhere_everybody_does(public: Place, given: str | None) -> None:
    headers = {} if given is None else {"authorization": given}
    for path in ("/v1/models", "/models", "/v1/nothing", "/v1/sfumato/pictures"):
        reply = public.client.get(path, headers=headers)
        error = error_of(reply, 401)
        assert (error["type"], error["code"]) == ("invalid_request_error", "invalid_api_key")
        assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("secret", [UNKNOWN, "sk-sfumato-", "sk-sfumato-short"])
def test_a_key_of_ours_that_is_unknown_is_refused_everywhere(
    loopback: Place, public: Place, secret: str
) -> None:
    for place in (loopback, public):
        reply = place.client.get("/v1/models", headers=place.bearer(secret))
        assert error_of(reply, 401)["code"] == "invalid_api_key"


def test_two_keys_in_one_request_are_none(public: Place) -> None:
    twice = [("authorization", f"Bearer {public.secret}")] * 2
    assert error_of(public.client.get("/v1/models", headers=twice), 401)


def test_a_key_opens_the_door_and_revoking_it_closes_it_at_once(tmp_path: Path) -> None:
    for place in serve(tmp_path, host="0.0.0.0"):
        assert place.client.get("/v1/models", headers=place.bearer()).status_code == 200
        with Store.open(tmp_path) as another:  # as the command line does
            another.keys.revoke("ada")
        assert error_of(place.client.get("/v1/models", headers=place.bearer()), 401)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/studio", "/studio/js/main.js"])
def test_health_and_the_page_need_no_key(public: Place, path: str) -> None:
    assert public.client.get(path).status_code in (200, 503)


def test_what_a_key_made_is_not_this_machines(loopback: Place) -> None:
    client, url = loopback.client, "/v1/sfumato/pictures"
    client.post(PATH, json=SMALL, headers=loopback.bearer()).raise_for_status()
    (own,) = client.get(url, headers=loopback.bearer()).json()["data"]
    assert client.get(f"{url}/{own['id']}", headers=loopback.bearer()).status_code == 200
    assert error_of(client.get(f"{url}/{own['id']}"), 404)
    assert client.get(url).json()["data"] == []


def test_budgets_are_told_and_kept(tmp_path: Path) -> None:
    for place in serve(tmp_path):
        with Store.open(tmp_path) as store:
            _, secret = store.keys.create("bob", requests_per_minute=3, image_tokens_per_minute=300)
        headers = place.bearer(secret)
        told = place.client.post(PATH, json=SMALL, headers=headers)
        assert told.status_code == 200
        spent = told.json()["usage"]["output_tokens"]
        assert told.headers["x-ratelimit-limit-requests"] == "3"
        assert told.headers["x-ratelimit-remaining-requests"] == "2"
        assert told.headers["x-ratelimit-limit-tokens"] == "300"
        assert 300 - spent <= int(told.headers["x-ratelimit-remaining-tokens"]) < 300
        reply = place.client.post(PATH, json={**SMALL, "n": 2}, headers=headers)
        error = error_of(reply, 429)
        assert (error["type"], error["code"]) == ("tokens", "rate_limit_exceeded")
        assert reply.headers["x-should-retry"] == "false"  # two cost more than a minute's budget
        place.client.post(PATH, json={}, headers=headers)  # a 400 is a request as well
        reply = place.client.post(PATH, content=b"never read", headers=headers)
        error = error_of(reply, 429)
        assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
        assert 1 <= int(reply.headers["retry-after"]) <= 120
        assert int(reply.headers["retry-after-ms"]) == 1000 * int(reply.headers["retry-after"])
        assert reply.headers["x-ratelimit-remaining-requests"] == "0"
        assert place.client.get("/v1/models", headers=headers).status_code == 200
        assert "x-ratelimit-limit-requests" not in place.client.get("/v1/models").headers
