"""One call of a plan: rendered, kept and told; or found, when it was finished before a restart.

Knows nothing about the rest of the response.
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sfumato.api import orders
from sfumato.api.backend import Backend
from sfumato.api.caller import Caller
from sfumato.api.orders import Order
from sfumato.api.params import Delivery
from sfumato.api.responses.kept import PICTURE, drawn
from sfumato.api.responses.partials import partial_key
from sfumato.api.responses.plan import Call
from sfumato.api.responses.telling import Telling
from sfumato.api.usage import usage
from sfumato.core import EncodedImage, EncodedPreview, Usage
from sfumato.errors import ModerationBlocked, NotFound, SfumatoError
from sfumato.jobs.job import Job
from sfumato.store import StoredPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The finished item, what it cost, and why it failed if it did.

    `unread` are the words that the engine could not make anything of.
    """

    item: Mapping[str, Any]
    spent: Usage | None = None
    error: SfumatoError | None = None
    unread: tuple[str, ...] = ()


async def order_of(call: Call, caller: Caller, backend: Backend) -> Order:
    """The order that the call was checked as."""
    return Order(
        caller=caller,
        params=call.params,
        delivery=Delivery(stream=False, moderation=call.level, safety_identifier=None),
        snapshot=(await backend.names.resolve(call.snapshot)).snapshot,
    )


def submit(call: Call, order: Order, backend: Backend) -> Job:
    """Accept the call; QueueFull when too many wait already, RateLimited beyond a budget."""
    return orders.submit(order, backend, [call.picture])


async def draw(
    call: Call, job: Job | None, caller: str, telling: Telling, backend: Backend
) -> Drawn:
    """Tell all of its events and make its item; with no `job` it is in the history already."""
    telling.call_begins(call.id)
    telling.call_generates(call.id)
    shown = _Partials(call, telling, backend)
    try:
        if job is None:
            shown.again()
        else:
            await _render(job, shown)
        stored = await asyncio.to_thread(backend.store.pictures.get, caller, call.picture)
    except SfumatoError as error:
        failed = Drawn(item=_failed_item(call, error), error=error)
        telling.call_ends(failed.item)
        return failed
    spent = usage(call.params, text_tokens=call.text_tokens, pictures=1, partials_sent=shown.number)
    item = _item(call, stored, strict=backend.settings.strict)
    unread = tuple(map(str, stored.recipe.get("unmatched", ())))
    done = Drawn(item=item, spent=spent, unread=unread)
    telling.call_ends(done.item)
    return done


async def is_drawn(call: Call, caller: str, backend: Backend) -> bool:
    """Whether the history has it: then it is not rendered again."""
    try:
        await asyncio.to_thread(backend.store.pictures.get, caller, call.picture)
    except NotFound:
        return False
    return True


async def _render(job: Job, shown: "_Partials") -> None:
    async with job, aclosing(job.events()) as events:
        async for event in events:
            match event:
                case EncodedPreview():
                    await shown.keep(event)
                case EncodedImage():
                    return


class _Partials:
    """Those of one call, kept as files until the response is over for an hour."""

    def __init__(self, call: Call, telling: Telling, backend: Backend) -> None:
        self._call = call
        self._telling = telling
        self._objects = backend.store.objects
        self.number = 0

    async def keep(self, preview: EncodedPreview) -> None:
        key = partial_key(self._call.id, self.number)
        await asyncio.to_thread(self._objects.put, key, preview.data)
        self._tell(key)

    def again(self) -> None:
        """Tell those that a run before this one kept."""
        while self._path(key := partial_key(self._call.id, self.number)).is_file():
            self._tell(key)

    def _tell(self, key: str) -> None:
        self._telling.call_shows(self._call.id, self.number, key, self._call.members)
        self.number += 1

    def _path(self, key: str) -> Path:
        return self._objects.path(key)


def _item(call: Call, stored: StoredPicture, *, strict: bool) -> dict[str, Any]:
    own = {
        "picture": stored.id,
        "seed": stored.seed,
        "snapshot": stored.snapshot,
        "image_sha256": stored.sha256,
    }
    return {
        **_members(call, "completed"),
        PICTURE: drawn(stored),
        **({} if strict else {"sfumato": own}),
    }


def _failed_item(call: Call, error: SfumatoError) -> dict[str, Any]:
    told: dict[str, Any] = {
        "message": error.message,
        "type": "image_tool_error",
        "code": error.code,
        "param": error.param,
    }
    if isinstance(error, ModerationBlocked):
        told["moderation_details"] = {
            "moderation_stage": error.stage,
            "categories": list(error.categories),
        }
    return {**_members(call, "failed"), "error": told}


def _members(call: Call, status: str) -> dict[str, Any]:
    return {
        "id": call.id,
        "type": "image_generation_call",
        "status": status,
        "action": call.action,
        **call.members,
        "revised_prompt": call.prompt,
        "result": None,
    }
