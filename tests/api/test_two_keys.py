"""Two keys see nothing of each other: every route that takes an id, with the wrong key.

The routes are those of the app: a new one without a case here fails.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from sfumato.api.app import create_app
from sfumato.store import Store
from tests.api.home import fake_snapshot, make_home
from tests.api.shape import error_of

IMAGE = {"prompt": "x", "size": "816x816", "quality": "low"}
TOOL = {"type": "image_generation", "size": "816x816", "quality": "low"}
EVERYBODYS = {"/v1/models/{name}"}
OPEN_TO_HOLDERS = {"/v1/sfumato/links/{picture_id}"}  # a link is signed; see below
LISTS = {"/v1/files", "/v1/batches", "/v1/sfumato/pictures", "/v1/sfumato/jobs"}
NOTHING_KEPT = {  # what these answer is made of what they are sent
    "/healthz",
    "/readyz",
    "/v1/models",
    "/v1/moderations",
    "/v1/content_provenance_checks",
    "/v1/responses/input_tokens",
    "/v1/sfumato/session",
}
MAKERS = {  # they read ids in their bodies: each such field has a case below
    "/v1/images/generations",
    "/v1/images/edits",
    "/v1/files",
    "/v1/batches",
    "/v1/responses",
    "/v1/conversations",
}
IDS = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A server, what ada keeps there (by the name that routes give its id), and two keys."""

    app: FastAPI
    client: TestClient
    ada: Mapping[str, str]
    bob: Mapping[str, str]
    ids: Mapping[str, str]

    def ask(self, method: str, path: str, who: Mapping[str, str], **more: Any) -> Response:
        if method == "post" and path.endswith(("/items", "{conversation_id}")):
            more = {"json": {"metadata": {}} if path.endswith("}") else {"items": []}}
        return self.client.request(method, IDS.sub(self._id, path), headers=who, **more)

    def _id(self, name: re.Match[str]) -> str:
        return self.ids[name[1]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = make_home(tmp_path_factory.mktemp("house"), fake_snapshot())
    with Store.open(settings.root) as store:
        ada, bob = (
            {"authorization": f"Bearer {store.keys.create(name)[1]}"} for name in ("ada", "bob")
        )
    app = create_app(settings)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield House(app=app, client=client, ada=ada, bob=bob, ids=_furnish(client, ada))


def _furnish(client: TestClient, who: Mapping[str, str]) -> dict[str, str]:
    def made(path: str, **more: Any) -> dict[str, Any]:
        reply = client.post(path, headers={**who, **more.pop("headers", {})}, **more)
        assert reply.is_success, reply.text
        found: dict[str, Any] = reply.json()
        return found

    line = {"custom_id": "1", "method": "POST", "url": "/v1/images/generations", "body": IMAGE}
    lines = ("lines.jsonl", json.dumps(line).encode(), "application/jsonl")
    file = made("/v1/files", data={"purpose": "batch"}, files={"file": lines})["id"]
    picture = io.BytesIO()
    Image.new("RGB", (816, 816), "red").save(picture, "PNG")
    shown = ("red.png", picture.getvalue(), "image/png")
    vision = made("/v1/files", data={"purpose": "vision"}, files={"file": shown})["id"]
    window = {"endpoint": "/v1/images/generations", "completion_window": "24h"}
    batch = made("/v1/batches", json={"input_file_id": file, **window})["id"]
    response = made(
        "/v1/responses", json={"model": "gpt-5", "input": "Draw a red apple", "tools": [TOOL]}
    )
    call = next(item for item in response["output"] if item["type"] == "image_generation_call")
    conversation = made(
        "/v1/conversations", json={"items": [{"type": "message", "role": "user", "content": "hi"}]}
    )["id"]
    items = client.get(f"/v1/conversations/{conversation}/items", headers=who).json()["data"]
    later = {"prefer": "respond-async"}
    job = made("/v1/images/generations", json=IMAGE, headers=later)["id"]
    pictures = client.get("/v1/sfumato/pictures", headers=who).json()["data"]
    return {
        "file_id": file,
        "vision": vision,
        "batch_id": batch,
        "response_id": response["id"],
        "call": call["id"],
        "conversation_id": conversation,
        "item_id": items[0]["id"],
        "job_id": job,
        "picture_id": pictures[0]["id"],
    }


def routes(app: FastAPI) -> dict[str, list[str]]:
    """Path → methods, of all that the app has."""
    paths = get_openapi(title="x", version="1", routes=app.routes)["paths"]
    return {path: list(methods) for path, methods in paths.items()}


def test_every_route_has_its_case(house: House) -> None:
    for path, methods in routes(house.app).items():
        if IDS.search(path):
            assert path in EVERYBODYS | OPEN_TO_HOLDERS or set(IDS.findall(path)) <= set(house.ids)
            continue
        known = NOTHING_KEPT | LISTS | MAKERS
        assert path in known, f"{path} is new: say here what of others it could show"
        assert "get" not in methods or path in NOTHING_KEPT | LISTS


@pytest.mark.parametrize("prefix", ["/v1", ""])
@pytest.mark.parametrize("who", ["bob", "nobody"])
def test_the_wrong_key_finds_nothing(house: House, who: str, prefix: str) -> None:
    headers = house.bob if who == "bob" else {}
    for path, methods in routes(house.app).items():
        if not IDS.search(path) or path in EVERYBODYS | OPEN_TO_HOLDERS:
            continue
        for method in methods:
            reply = house.ask(method, prefix + path.removeprefix("/v1"), headers)
            assert error_of(reply, 404)["type"] == "invalid_request_error"
            assert reply.status_code == 404, f"{method} {path}"


def test_the_wrong_key_follows_nothing(house: House) -> None:
    for path in (
        "/v1/sfumato/jobs/{job_id}?stream=true",
        "/v1/responses/{response_id}?stream=true",
    ):
        assert error_of(house.ask("get", path, house.bob), 404)


def test_lists_show_the_callers_own(house: House) -> None:
    for path in LISTS:
        assert house.ask("get", path, house.bob).json()["data"] == []
        assert house.ask("get", path, {}).json()["data"] == []
        assert house.ask("get", path, house.ada).json()["data"] != []


def test_lists_do_not_take_anothers_place(house: House) -> None:
    cursors = {
        "/v1/files": "file_id",
        "/v1/batches": "batch_id",
        "/v1/sfumato/pictures": "picture_id",
        "/v1/sfumato/jobs": "job_id",
    }
    assert cursors.keys() == LISTS
    for path, name in cursors.items():
        assert error_of(house.ask("get", f"{path}?after={{{name}}}", house.bob), 404)


BODIES: list[tuple[str, dict[str, Any]]] = [
    (
        "/v1/batches",
        {
            "input_file_id": "file_id",
            "endpoint": "/v1/images/generations",
            "completion_window": "24h",
        },
    ),
    ("/v1/images/edits", {"prompt": "x", "images": [{"file_id": "vision"}]}),
    ("/v1/responses", {"previous_response_id": "response_id"}),
    ("/v1/responses", {"conversation": "conversation_id"}),
    ("/v1/responses", {"input": [{"type": "image_generation_call", "id": "call"}]}),
    ("/v1/responses", {"input": [{"type": "item_reference", "id": "call"}]}),
    (
        "/v1/responses",
        {
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_image", "file_id": "vision"},
                    ],
                }
            ]
        },
    ),
    ("/v1/conversations", {"items": [{"type": "item_reference", "id": "call"}]}),
]


@pytest.mark.parametrize(("path", "body"), BODIES, ids=[f"{p} {json.dumps(b)}" for p, b in BODIES])
def test_an_id_in_a_body_is_unknown_to_the_wrong_key(
    house: House, path: str, body: dict[str, Any]
) -> None:
    words = {"model": "gpt-5", "input": "Make it blue", "tools": [TOOL]}
    asked = {**(words if path == "/v1/responses" else {}), **_named(body, house.ids)}
    reply = house.client.post(path, json=asked, headers=house.bob)
    assert error_of(reply, 404)
    assert house.client.post(path, json=asked, headers=house.ada).status_code == 200


def test_a_link_is_for_whoever_has_it_and_nobody_can_make_one(house: House) -> None:
    body = {**IMAGE, "response_format": "url"}
    reply = house.client.post("/v1/images/generations", json=body, headers=house.ada)
    url = reply.json()["data"][0]["url"]
    assert house.client.get(url).status_code == 200
    assert error_of(house.ask("get", "/v1/sfumato/links/{picture_id}", house.bob), 404)
    other = url.replace(url.split("/links/")[1].split("?")[0], house.ids["picture_id"])
    assert error_of(house.client.get(other, headers=house.bob), 404)


def test_an_idempotency_key_is_its_callers(house: House) -> None:
    key, answers = {"idempotency-key": "the same"}, []
    for who in (house.ada, house.bob, {}):
        reply = house.client.post("/v1/images/generations", json=IMAGE, headers={**who, **key})
        assert "idempotent-replayed" not in reply.headers
        answers.append(reply.content)
    assert len(set(answers)) == 3


def test_ada_finds_all_of_it(house: House) -> None:
    """Last, for it deletes: what the others did not find was there all the time."""
    found = routes(house.app)
    for method in ("get", "post", "delete"):
        for path in sorted(found, key=len, reverse=True):
            wanted = IDS.search(path) and path not in EVERYBODYS | OPEN_TO_HOLDERS
            if wanted and method in found[path]:
                reply = house.ask(method, path, house.ada)
                assert reply.status_code != 404, f"{method} {path}: {reply.text}"


def _named(body: Any, ids: Mapping[str, str]) -> Any:
    match body:
        case dict():
            return {name: _named(value, ids) for name, value in body.items()}
        case list():
            return [_named(value, ids) for value in body]
        case _:
            return ids.get(body, body)


def test_the_home_is_private(tmp_path: Path) -> None:
    with Store.open(tmp_path / "home") as store:
        assert store.root.stat().st_mode & 0o077 == 0
