"""How many tokens the director would read. Fetches no picture: it reads words alone.

Knows nothing about what it would decide.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from sfumato.api.backend import Backend
from sfumato.api.caller import Caller
from sfumato.api.long_json import LongString
from sfumato.api.responses.asking import check_conversation, conversation_of
from sfumato.api.responses.history import earlier_items, within
from sfumato.api.responses.items import (
    ImageCall,
    ReadCall,
    ReadItem,
    ReadMessage,
    ReadReference,
    read_items,
)
from sfumato.api.responses.kept import message
from sfumato.api.responses.limits import check_model, read_turn
from sfumato.api.responses.tools import read_tools
from sfumato.api.responses.turns import read_context
from sfumato.api.responses.wire import path
from sfumato.api.tokens import count_tokens
from sfumato.errors import NotFound


async def count_turns(body: dict[str, Any], backend: Backend, caller: Caller) -> int:
    """Tokens of the instructions and of every turn. SfumatoError names the field that is wrong."""
    request = read_turn(body)
    if request.model is not None:
        check_model(request.model)
    read_tools(request, backend.names.catalogue.when_absent.id)
    conversation = conversation_of(request)
    await check_conversation(conversation, backend, caller)
    earlier = await earlier_items(
        caller.id,
        previous=request.previous_response_id,
        conversation=conversation,
        backend=backend,
    )
    given = read_items(request.input)
    new = await asyncio.to_thread(_worded, given, backend, caller)
    items = within([*earlier, *new], automatic=request.truncation == "auto")
    context = await asyncio.to_thread(
        read_context, items, request.instructions, caller.id, backend.store
    )
    return await asyncio.to_thread(count_tokens, context.words)


def _worded(given: Sequence[ReadItem], backend: Backend, caller: Caller) -> list[dict[str, Any]]:
    return [item for one in given if (item := _words(one, backend, caller)) is not None]


def _words(item: ReadItem, backend: Backend, caller: Caller) -> dict[str, Any] | None:
    match item:
        case ReadMessage(message=told, parts=parts):
            texts = [part.model_dump() for part in parts if part.type != "input_image"]
            return message(told.role, texts)
        case ReadCall(call=ImageCall(result=str() | LongString())):
            return None
        case ReadCall(place=place, call=ImageCall(id=name)) | ReadReference(place=place, id=name):
            try:
                return backend.store.items.find(caller.id, name)
            except NotFound as error:
                raise NotFound(error.message, param=path(place, ["id"])) from error
    return None
