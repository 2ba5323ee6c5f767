"""The document that says what the routes read."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sfumato.api.described import BODIES, QUERIES
from sfumato.api.openapi import unwritten
from sfumato.api.schemas import EXTENSIONS, GenerateRequest


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    reply = client.get("/openapi.json")
    assert reply.status_code == 200
    made: dict[str, Any] = reply.json()
    return made


def app_of(client: TestClient) -> FastAPI:
    assert isinstance(client.app, FastAPI)
    return client.app


def test_every_route_with_a_body_is_described(client: TestClient) -> None:
    assert unwritten(app_of(client).routes, BODIES) == set()


def test_nothing_is_described_that_does_not_exist(document: dict[str, Any]) -> None:
    there = {f"{m.upper()} {path}" for path, ops in document["paths"].items() for m in ops}
    assert BODIES.keys() <= there
    assert QUERIES.keys() <= there


def test_the_fields_are_those_that_are_read(document: dict[str, Any]) -> None:
    fields = document["components"]["schemas"]["GenerateRequest"]["properties"]
    assert fields.keys() == GenerateRequest.model_fields.keys()
    assert set(EXTENSIONS) <= fields.keys()


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if "$ref" in value else []
            return own + [r for member in value.values() for r in references(member)]
        if isinstance(value, list):
            return [r for member in value for r in references(member)]
        return []

    known = document["components"]["schemas"]
    assert {r.removeprefix("#/components/schemas/") for r in references(document)} <= known.keys()


def test_strict_mode_describes_nothing_of_ours(strict_client: TestClient) -> None:
    made = strict_client.get("/openapi.json").json()
    assert not [path for path in made["paths"] if "sfumato" in path]
    fields = made["components"]["schemas"]["GenerateRequest"]["properties"]
    assert not set(EXTENSIONS) & fields.keys()
