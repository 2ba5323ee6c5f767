"""/v1/conversations: turns that are kept under one name, and the items in them.

Knows nothing about what a director makes of them.
"""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from sfumato.api.answer import JsonAnswer
from sfumato.api.backend import Backend, backend_of
from sfumato.api.body import read_object
from sfumato.api.caller import Caller, caller_of
from sfumato.api.idempotency import claim_of, once
from sfumato.api.responses.accept import Accepting
from sfumato.api.responses.body import picture_body
from sfumato.api.responses.items import read_items
from sfumato.api.responses.kept import shown_item
from sfumato.api.responses.limits import metadata_of
from sfumato.api.responses.pages import item_list
from sfumato.api.responses.query import LISTED, Page, read_page, read_query
from sfumato.api.responses.runs import runs_of
from sfumato.api.responses.wire import Wire, missing, read
from sfumato.errors import InvalidRequest
from sfumato.store.conversations import StoredConversation, new_conversation_id

router = APIRouter(prefix="/conversations")

MOST_AT_ONCE = 20  # items that are added with one request


class NewConversation(Wire):
    """`items` as the input of a response."""

    items: Any = None
    metadata: Any = None


class NewMetadata(Wire):
    metadata: Any = None


class NewItems(Wire):
    items: Any = None


@router.post("")
async def create(request: Request) -> Response:
    """A new conversation, with its first items if there are any."""
    backend, caller = backend_of(request), caller_of(request)
    read_query(request, ())
    kept = backend.store.conversations

    async def make(new_id: str) -> Response:
        new = read(NewConversation, body)
        metadata = metadata_of(new.metadata)
        items = await _accepted(new.items, backend, caller) if new.items else []
        made = await asyncio.to_thread(kept.add, caller.id, metadata, items, new_id)
        return JsonAnswer(_conversation(made))

    async def again(made_id: str) -> Response:
        return JsonAnswer(_conversation(await asyncio.to_thread(kept.get, caller.id, made_id)))

    async with picture_body(request, backend) as body:
        claim = await asyncio.to_thread(claim_of, request, body)
        return await once(claim, backend, new_conversation_id, make, again)


@router.get("/{conversation_id}")
async def retrieve(request: Request, conversation_id: str) -> dict[str, Any]:
    """Its name and its metadata."""
    read_query(request, ())
    return _conversation(await _found(request, conversation_id))


@router.post("/{conversation_id}")
async def update(request: Request, conversation_id: str) -> dict[str, Any]:
    """Replace its metadata; null leaves none."""
    read_query(request, ())
    body = await read_object(request)
    new = read(NewMetadata, body)
    if "metadata" not in body:
        raise missing("metadata")
    kept, caller = backend_of(request).store.conversations, caller_of(request).id
    metadata = metadata_of(new.metadata)
    await asyncio.to_thread(kept.describe, caller, conversation_id, metadata)
    return _conversation(await _found(request, conversation_id))


@router.delete("/{conversation_id}")
async def delete(request: Request, conversation_id: str) -> dict[str, Any]:
    """Forget it; the items of kept responses stay theirs."""
    read_query(request, ())
    kept, caller = backend_of(request).store.conversations, caller_of(request).id
    await asyncio.to_thread(kept.remove, caller, conversation_id)
    return {"id": conversation_id, "object": "conversation.deleted", "deleted": True}


@router.get("/{conversation_id}/items")
async def items(request: Request, conversation_id: str) -> Response:
    """A page of them, newest first unless `order` says otherwise."""
    page = read_page(request)
    await _found(request, conversation_id)
    backend, caller = backend_of(request), caller_of(request).id
    found = await asyncio.to_thread(
        backend.store.items.page,
        caller,
        conversation_id,
        limit=page.limit + 1,
        order=page.order,
        after=page.after,
    )
    return JsonAnswer(item_list(found, page, backend.store.objects))


@router.post("/{conversation_id}/items")
async def add_items(request: Request, conversation_id: str) -> Response:
    """Append up to 20; they are answered as they were kept."""
    _, urls = read_query(request, ())
    await _found(request, conversation_id)
    backend, caller = backend_of(request), caller_of(request)
    async with picture_body(request, backend) as body:
        new = read(NewItems, body)
        if new.items is None:
            raise missing("items")
        added = await _accepted(new.items, backend, caller)
    async with runs_of(request).turn(conversation_id):
        await asyncio.to_thread(backend.store.items.add, caller.id, conversation_id, added)
    page = Page(limit=LISTED, order="asc", after=None, urls=urls)
    return JsonAnswer(item_list(added, page, backend.store.objects))


@router.get("/{conversation_id}/items/{item_id}")
async def item(request: Request, conversation_id: str, item_id: str) -> Response:
    """One of them, with its picture if it is one."""
    _, urls = read_query(request, ())
    await _found(request, conversation_id)
    store, caller = backend_of(request).store, caller_of(request).id
    found = await asyncio.to_thread(store.items.get, caller, conversation_id, item_id)
    return JsonAnswer(shown_item(found, store.objects, urls=urls))


@router.delete("/{conversation_id}/items/{item_id}")
async def delete_item(request: Request, conversation_id: str, item_id: str) -> dict[str, Any]:
    """Take one out; what is left is answered."""
    read_query(request, ())
    conversation = await _found(request, conversation_id)
    store, caller = backend_of(request).store, caller_of(request).id
    await asyncio.to_thread(store.items.remove, caller, conversation_id, item_id)
    return _conversation(conversation)


async def _found(request: Request, conversation_id: str) -> StoredConversation:
    kept, caller = backend_of(request).store.conversations, caller_of(request).id
    return await asyncio.to_thread(kept.get, caller, conversation_id)


async def _accepted(given: Any, backend: Backend, caller: Caller) -> list[dict[str, Any]]:
    if isinstance(given, list) and len(given) > MOST_AT_ONCE:
        raise InvalidRequest(
            f"Invalid 'items': {len(given)} are too many. Add {MOST_AT_ONCE} at most at once.",
            param="items",
            code="array_above_max_length",
        )
    return await Accepting(backend, caller).items(read_items(given, "items"))


def _conversation(kept: StoredConversation) -> dict[str, Any]:
    return {
        "id": kept.id,
        "object": "conversation",
        "created_at": kept.created_at,
        "metadata": dict(kept.metadata),
    }
