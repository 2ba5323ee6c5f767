"""The OpenAPI document of the routes that are mounted: GET /openapi.json.

Routes read their bodies themselves, to answer in OpenAI's shapes; what they read is written down
here, from the same schemas that read it. Knows nothing about what is done with a request.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from sfumato import __version__
from sfumato.api.backend import backend_of
from sfumato.api.schemas import EXTENSIONS

JSON, FORM, EVENTS = "application/json", "multipart/form-data", "text/event-stream"
RAW = ("/content", "/links/{picture_id}")  # routes that answer with a file
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
    """What a route reads: JSON, a form, either, or nothing.

    JSON is what `model` reads and `members` beside it, or what `schema` says.
    """

    model: type[BaseModel] | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None  # a JSON schema of the parts


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> dict[str, Any]:
    """The document, made once for each app."""
    app = request.app
    if not hasattr(app.state, "openapi"):
        hidden = EXTENSIONS if backend_of(request).settings.strict else ()
        app.state.openapi = document(app.routes, app.state.bodies, app.state.queries, hidden)
    made: dict[str, Any] = app.state.openapi
    return made


def document(
    routes: Any,
    bodies: Mapping[str, Body],
    queries: Mapping[str, Mapping[str, Any]],
    hidden: Collection[str] = (),
) -> dict[str, Any]:
    """OpenAPI 3.1. `bodies` and `queries` are by "METHOD /path"; queries give a schema by name.

    Fields that are `hidden` are in no schema.
    """
    made = get_openapi(title="Sfumato", version=__version__, routes=routes)
    models = [(body.model, "validation") for body in bodies.values() if body.model is not None]
    names, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]  # a list of literals
    made.setdefault("components", {})["schemas"] = {**definitions.get("$defs", {}), "Error": ERROR}
    for schema in made["components"]["schemas"].values():
        for name in hidden:
            schema.get("properties", {}).pop(name, None)
    streaming = {where for where, body in bodies.items() if _streams(body)}
    streaming |= {where for where, query in queries.items() if "stream" in query}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            body = _request_body(bodies[where], names) if where in bodies else None
            if body is not None:
                operation["requestBody"] = body
            operation.setdefault("parameters", []).extend(_parameters(queries.get(where, {})))
            operation["responses"] = _responses(
                path, operation["responses"], streams=where in streaming
            )
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


def _streams(body: Body) -> bool:
    return body.model is not None and "stream" in body.model.model_fields


def _request_body(body: Body, names: Mapping[Any, Any]) -> dict[str, Any] | None:
    content: dict[str, Any] = {}
    if body.model is not None:
        schema = names[(body.model, "validation")]
        content[JSON] = {"schema": _with(schema, body.members)}
    if body.schema is not None:
        content[JSON] = {"schema": dict(body.schema)}
    if body.form is not None:
        content[FORM] = {"schema": dict(body.form)}
    return {"content": content, "required": True} if content else None


def _with(schema: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    """The schema, and members that are read before it."""
    if not members:
        return dict(schema)
    return {"allOf": [dict(schema), {"type": "object", "properties": dict(members)}]}


def _parameters(queries: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": schema} for name, schema in queries.items()]


def _responses(path: str, found: Mapping[str, Any], *, streams: bool) -> dict[str, Any]:
    """FastAPI's own 422 never happens here; every refusal has OpenAI's shape."""
    kept = {status: reply for status, reply in found.items() if status != "422"}
    if path.endswith(RAW):
        kept["200"] = {"description": "The file", "content": {"*/*": {}}}
    if streams:
        events = {EVENTS: {"schema": {"type": "string"}}}
        kept["200"] = {**kept["200"], "content": {**kept["200"].get("content", {}), **events}}
    refusal = {
        "description": "Refused, or failed",
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    return {**kept, "4XX": refusal, "5XX": refusal}
