"""The turns before this one: those of a chain of responses, or of a conversation.

Knows nothing about what is made of them.
"""

import asyncio
from itertools import takewhile
from typing import Any

from sfumato.api.backend import Backend
from sfumato.api.responses.items import MOST_ITEMS
from sfumato.api.responses.wire import wrong
from sfumato.errors import NotFound, SfumatoError
from sfumato.store.responses import UNFINISHED, StoredResponse


async def earlier_items(
    caller: str,
    *,
    previous: str | None,
    conversation: str | None,
    backend: Backend,
) -> list[dict[str, Any]]:
    """Kept items, oldest first. NotFound names the field whose id nobody knows."""
    return await asyncio.to_thread(_read, caller, previous, conversation, backend)


def previous_response(caller: str, name: str, backend: Backend) -> StoredResponse:
    """NotFound, or InvalidRequest when it is not over, naming `previous_response_id`. Blocks."""
    try:
        found = backend.store.responses.get(caller, name)
    except NotFound:
        raise _unknown(name) from None
    if found.status in UNFINISHED:
        raise _unfinished(name)
    return found


def within(
    items: list[dict[str, Any]], *, automatic: bool, place: str = "input"
) -> list[dict[str, Any]]:
    """At most `MOST_ITEMS`: the oldest go when `automatic`, else InvalidRequest."""
    if len(items) <= MOST_ITEMS:
        return items
    if not automatic:
        raise wrong(
            place,
            len(items),
            f"with all turns before there are {len(items)} items; {MOST_ITEMS} are the most."
            " Begin a new conversation, or give 'truncation': 'auto'",
        )
    return items[-MOST_ITEMS:]


def _read(
    caller: str, previous: str | None, conversation: str | None, backend: Backend
) -> list[dict[str, Any]]:
    if conversation is not None:
        return list(backend.store.items.page(caller, conversation))
    return [] if previous is None else _chain(caller, previous, backend)


def _chain(caller: str, previous: str, backend: Backend) -> list[dict[str, Any]]:
    """Back to the first response, or to one that was deleted."""
    found = previous_response(caller, previous, backend)
    turns: list[list[dict[str, Any]]] = []
    while len(turns) < MOST_ITEMS:
        turns.append([*map(dict, found.input), *found.body["output"]])
        if found.conversation is not None:
            turns.append(_before(caller, found, backend))
        if found.previous is None:
            break
        try:
            found = backend.store.responses.get(caller, found.previous)
        except NotFound:
            break
    return [item for turn in reversed(turns) for item in turn]


def _before(caller: str, response: StoredResponse, backend: Backend) -> list[dict[str, Any]]:
    """What stood in its conversation before this response's own turn."""
    own = {item["id"] for item in [*response.input, *response.body["output"]]}
    assert response.conversation is not None
    items = backend.store.items.page(caller, response.conversation)
    return list(takewhile(lambda item: item["id"] not in own, items))


def _unknown(previous: str) -> SfumatoError:
    shown = previous.encode("utf-8", "replace").decode()[:100]
    return NotFound(
        f"Previous response with id '{shown}' not found.",
        param="previous_response_id",
        code="previous_response_not_found",
    )


def _unfinished(previous: str) -> SfumatoError:
    return wrong(
        "previous_response_id", previous, "it is not finished yet: wait until it is, then go on"
    )
