"""What the routes read, for the OpenAPI document: bodies by the schemas that read them, queries.

A test holds that no route with a body is missing. Knows nothing about requests.
"""

from collections.abc import Mapping
from typing import Any

from sfumato.api.batch.schema import BatchRequest
from sfumato.api.file_request import LONGEST, PURPOSES, SHORTEST
from sfumato.api.moderation_schema import MODELS
from sfumato.api.openapi import FILE, Body
from sfumato.api.responses.schema import ResponseRequest, TokensRequest
from sfumato.api.routes.conversations import NewConversation, NewItems, NewMetadata
from sfumato.api.schemas import EditRequest, GenerateRequest

STRING: Mapping[str, Any] = {"type": "string"}
ORDER: Mapping[str, Any] = {"type": "string", "enum": ["asc", "desc"]}
REFERENCE: Mapping[str, Any] = {
    "type": "object",
    "properties": {"file_id": STRING, "image_url": STRING},
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}
IMAGES: Mapping[str, Any] = {"type": "array", "items": REFERENCE, "minItems": 1, "maxItems": 16}


def _integer(least: int, most: int) -> Mapping[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


def _form(required: list[str], **parts: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": parts}


def _edit_form() -> dict[str, Any]:
    """Every text field of an edit, as text, and its files."""
    texts = dict.fromkeys(EditRequest.model_fields, STRING)
    image = {"type": "array", "items": FILE, "minItems": 1, "maxItems": 16}
    return _form(["image", "prompt"], **{**texts, "image": image, "mask": FILE, "markup": FILE})


def _page(most: int) -> Mapping[str, Any]:
    return {"after": STRING, "limit": _integer(1, most)}


_INPUT = {
    "anyOf": [
        STRING,
        {"type": "array", "items": STRING, "minItems": 1},
        {"type": "array", "items": {"type": "object"}, "minItems": 1},
    ]
}
_MODERATION: Mapping[str, Any] = {
    "type": "object",
    "required": ["input"],
    "properties": {"model": {"type": "string", "enum": list(MODELS)}, "input": _INPUT},
    "additionalProperties": False,
}
_FILE = _form(
    ["file", "purpose"],
    **{
        "file": FILE,
        "purpose": {"type": "string", "enum": list(PURPOSES)},
        "expires_after[anchor]": {"type": "string", "enum": ["created_at"]},
        "expires_after[seconds]": _integer(SHORTEST, LONGEST),
    },
)
_KEY = {"type": "object", "required": ["key"], "properties": {"key": STRING}}

BODIES: Mapping[str, Body] = {
    "POST /v1/images/generations": Body(model=GenerateRequest),
    "POST /v1/images/edits": Body(
        model=EditRequest, members={"images": IMAGES, "mask": REFERENCE}, form=_edit_form()
    ),
    "POST /v1/responses": Body(model=ResponseRequest),
    "POST /v1/responses/input_tokens": Body(model=TokensRequest),
    "POST /v1/responses/{response_id}/cancel": Body(),
    "POST /v1/conversations": Body(model=NewConversation),
    "POST /v1/conversations/{conversation_id}": Body(model=NewMetadata),
    "POST /v1/conversations/{conversation_id}/items": Body(model=NewItems),
    "POST /v1/files": Body(form=_FILE),
    "POST /v1/content_provenance_checks": Body(form=_form(["file"], file=FILE)),
    "POST /v1/batches": Body(model=BatchRequest),
    "POST /v1/batches/{batch_id}/cancel": Body(),
    "POST /v1/moderations": Body(schema=_MODERATION),
    "POST /v1/sfumato/jobs/{job_id}/cancel": Body(),
    "POST /v1/sfumato/session": Body(schema=_KEY),
}
QUERIES: Mapping[str, Mapping[str, Any]] = {
    "GET /v1/responses/{response_id}": {
        "stream": {"type": "boolean"},
        "starting_after": _integer(0, 2**31),
        "include_obfuscation": {"type": "boolean"},
    },
    "GET /v1/responses/{response_id}/input_items": {**_page(100), "order": ORDER},
    "GET /v1/conversations/{conversation_id}/items": {**_page(100), "order": ORDER},
    "GET /v1/files": {**_page(10_000), "order": ORDER, "purpose": STRING},
    "GET /v1/batches": _page(100),
    "GET /v1/sfumato/pictures": _page(100),
    "GET /v1/sfumato/jobs": _page(100),
    "GET /v1/sfumato/jobs/{job_id}": {"stream": {"type": "boolean"}},
    "GET /v1/sfumato/links/{picture_id}": {"expires": STRING, "signature": STRING},
}
