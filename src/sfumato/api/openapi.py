"""The OpenAPI document of the routes that are mounted: GET /openapi.json.

Routes read their bodies themselves, to answer in OpenAI's shapes; what they read is written down
here, from the same schemas that read it. Knows nothing about what is done with a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sfumato import __version__

JSON, FORM = "application/json", "multipart/form-data"
FILE = {"type": "string", "format": "binary"}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a route reads: JSON by a schema, a form by one with `files` beside it, or both."""

    json: type[BaseModel] | None = None
    form: Mapping[str, Any] | None = None  # a JSON schema of the parts


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> dict[str, Any]:
    """The document, made once for each app."""
    app = request.app
    if not hasattr(app.state, "openapi"):
        app.state.openapi = document(app.routes, app.state.bodies, app.state.queries)
    made: dict[str, Any] = app.state.openapi
    return made


def document(
    routes: Any, bodies: Mapping[str, Body], queries: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """OpenAPI 3.1. `bodies` and `queries` are by "METHOD /path"; queries give a schema by name."""
    made = get_openapi(title="Sfumato", version=__version__, routes=routes)
    models = [(body.json, "validation") for body in bodies.values() if body.json is not None]
    names, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # a list of literals
    made.setdefault("components", {})["schemas"] = {**definitions.get("$defs", {}), "Error": ERROR}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            if where in bodies:
                operation["requestBody"] = _request_body(bodies[where], names)
            operation.setdefault("parameters", []).extend(_parameters(queries.get(where, {})))
            operation["responses"] = _responses(operation["responses"])
    return made


def unwritten(routes: Any, bodies: Mapping[str, Body]) -> set[str]:
    """The routes that take a body and do not stand in `bodies`."""
    taking = {
        f"{method} {route.path}"
        for route in routes
        if isinstance(route, APIRoute) and route.include_in_schema
        for method in (route.methods or set()) & {"POST", "PUT", "PATCH"}
    }
    return taking - bodies.keys()


def _request_body(body: Body, names: Mapping[Any, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if body.json is not None:
        content[JSON] = {"schema": names[(body.json, "validation")]}
    if body.form is not None:
        content[FORM] = {"schema": dict(body.form)}
    return {"content": content, "required": bool(content)}


def _parameters(queries: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": schema} for name, schema in queries.items()]


def _responses(found: Mapping[str, Any]) -> dict[str, Any]:
    """FastAPI's own 422 never happens here; every refusal has OpenAI's shape."""
    kept = {status: reply for status, reply in found.items() if status != "422"}
    refusal = {
        "description": "Refused, or failed",
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    return {**kept, "4XX": refusal, "5XX": refusal}
