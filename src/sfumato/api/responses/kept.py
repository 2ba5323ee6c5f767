"""Items as they are kept, and as they are answered: pictures are named, their bytes stay on disk.

A kept item has OpenAI's members, and under `PICTURE` what its picture is. Knows no director.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sfumato.api.base64_json import Base64
from sfumato.core import InputPicture
from sfumato.store import StoredPicture
from sfumato.store.objects import Objects

PICTURE = "_picture"  # no wire model has a member of this name, so it is always ours
HEAD = "_head"  # of a data URL: what stood before its base64
FILE = "key"
PICTURE_ID = "picture_id"  # in the caller's history; a picture that was sent has none


def new_id(kind: str) -> str:
    """`msg_…`, `ig_…`, `resp_…`: 128 random bits."""
    return f"{kind}_{secrets.token_hex(16)}"


def message(role: str, content: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A whole message."""
    found = {"id": new_id("msg"), "type": "message", "role": role, "status": "completed"}
    return {**found, **more, "content": content}


def output_text(text: str) -> dict[str, Any]:
    """The one part of an answer in words."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def drawn(stored: StoredPicture) -> dict[str, Any]:
    """What is kept of a picture that was drawn; its recipe stands in the history."""
    return {
        FILE: stored.object_key,
        PICTURE_ID: stored.id,
        "width": stored.width,
        "height": stored.height,
    }


def sent(picture: InputPicture) -> dict[str, Any]:
    """What is kept of a picture that was sent."""
    return asdict(picture)


def sent_picture(kept: Mapping[str, Any]) -> InputPicture:
    """The other way round."""
    return InputPicture(**kept)


def shown_item(item: Mapping[str, Any], objects: Objects, *, urls: bool = False) -> dict[str, Any]:
    """As it is answered; `urls` writes pictures that were sent into their messages."""
    told = _public(item)
    if item["type"] == "message":
        told["content"] = [_part(part, objects, urls) for part in item["content"]]
    elif PICTURE in item:
        told["result"] = _base64(item[PICTURE], objects)
    return told


def shown_response(body: Mapping[str, Any], objects: Objects) -> dict[str, Any]:
    """A response with the pictures of its calls."""
    return {**body, "output": [shown_item(item, objects) for item in body["output"]]}


def shown_event(event: Mapping[str, Any], objects: Objects) -> dict[str, Any] | None:
    """A stream's event with its picture; None for a partial one that is no longer kept."""
    told = dict(event)
    if "response" in event:
        told["response"] = shown_response(event["response"], objects)
    if "item" in event:
        told["item"] = shown_item(event["item"], objects)
    if PICTURE in event:
        partial = _base64(told.pop(PICTURE), objects)
        if partial is None:
            return None
        told["partial_image_b64"] = partial
    return told


def _part(part: Mapping[str, Any], objects: Objects, urls: bool) -> dict[str, Any]:
    told = _public(part)
    if part["type"] == "input_image" and part.get("file_id") is None:
        told["image_url"] = None
        if urls and HEAD in part:
            told["image_url"] = _base64(part[PICTURE], objects, part[HEAD])
        elif urls:
            told["image_url"] = part["image_url"]
    return told


def _public(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name not in (PICTURE, HEAD)}


def _base64(kept: Mapping[str, Any], objects: Objects, prefix: str = "") -> Base64 | None:
    file = objects.path(kept[FILE])
    return Base64(source=file, prefix=prefix) if file.is_file() else None
