"""A body to an ask: every field read, and honoured or refused, before any turn is looked at.

Knows neither the director nor who renders.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sfumato.api.backend import Backend
from sfumato.api.caller import Caller
from sfumato.api.responses.accept import Accepting, accept_mask_file
from sfumato.api.responses.deciding import check_tool
from sfumato.api.responses.history import previous_response
from sfumato.api.responses.items import read_items
from sfumato.api.responses.kept import new_id
from sfumato.api.responses.limits import check_model, read_response
from sfumato.api.responses.objects import Ask
from sfumato.api.responses.schema import ConversationReference, ResponseRequest, TurnRequest
from sfumato.api.responses.tools import read_tools, without_mask
from sfumato.api.responses.wire import path, read, wrong
from sfumato.errors import NotFound
from sfumato.store.responses import StoredResponse


async def read_ask(
    body: dict[str, Any], backend: Backend, caller: Caller
) -> tuple[Ask, list[dict[str, Any]]]:
    """The ask and its kept input items. SfumatoError names the field that is wrong."""
    request = read_response(body)
    check_model(request.model)
    given = read_items(request.input)
    ask = _ask(body, request, backend, caller)
    if ask.toolbox.tool is not None:
        streams = bool(request.stream or request.background)
        await check_tool(ask.toolbox.tool, backend, partials=streams)
    await check_conversation(ask.conversation, backend, caller)
    await check_previous(request.previous_response_id, backend, caller)
    items = await Accepting(backend, caller).items(given)
    tool = ask.toolbox.tool
    if tool is None or tool.mask is None:
        return ask, items
    place = path(tool.place, ["input_image_mask"])
    return replace(ask, mask=await accept_mask_file(tool.mask, place, backend, caller)), items


def ask_again(row: StoredResponse, caller: Caller, backend: Backend) -> Ask:
    """The ask of a response that was kept. InvalidRequest when it is refused nowadays."""
    body, mask = row.request["body"], row.request["mask"]
    request = read_response({**body, "input": "-"})  # the items themselves are kept elsewhere
    ask = _ask(body, request, backend, caller, name=row.id, created_at=row.created_at)
    return replace(ask, mask=mask)


async def check_conversation(name: str | None, backend: Backend, caller: Caller) -> None:
    """NotFound naming the field when the caller has no such conversation."""
    if name is None:
        return
    try:
        await asyncio.to_thread(backend.store.conversations.get, caller.id, name)
    except NotFound as error:
        raise NotFound(error.message, param="conversation") from error


async def check_previous(name: str | None, backend: Backend, caller: Caller) -> None:
    """The same for a response that is gone on from; it has to be over."""
    if name is None:
        return
    await asyncio.to_thread(previous_response, caller.id, name, backend)


def conversation_of(request: TurnRequest) -> str | None:
    """An id, or an object with one."""
    given = request.conversation
    if given is None or isinstance(given, str):
        return given
    return read(ConversationReference, given, "conversation").id


def _ask(
    body: Mapping[str, Any],
    request: ResponseRequest,
    backend: Backend,
    caller: Caller,
    *,
    name: str | None = None,
    created_at: int | None = None,
) -> Ask:
    conversation = conversation_of(request)
    if conversation is not None and request.store is False:
        raise wrong("store", False, "a conversation keeps its turns: leave 'store' out")
    return Ask(
        id=name or new_id("resp"),
        caller=caller,
        created_at=created_at or int(time.time()),
        sent={**body, "input": None, "tools": without_mask(body.get("tools"))},
        request=request,
        toolbox=read_tools(request, backend.names.catalogue.when_absent.id),
        conversation=conversation,
    )
