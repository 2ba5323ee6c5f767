"""Orders that outlive their connection: those with an idempotency key, and those answered later.

Knows the ledger that makes them, and nothing about how an order is read.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import asdict
from functools import partial
from time import time
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from sfumato.api.addresses import link_to
from sfumato.api.answer import JsonAnswer
from sfumato.api.backend import Backend
from sfumato.api.caller import Caller
from sfumato.api.idempotency import claim_of, replayed
from sfumato.api.job_object import ADDRESS, job_object
from sfumato.api.orders import Order, finished, images_response, made_headers, order_headers, submit
from sfumato.api.params import Delivery
from sfumato.api.prefer import ASYNC, prefers_async
from sfumato.api.pull import pull
from sfumato.api.stream import EventStream, Messages
from sfumato.errors import NotFound
from sfumato.jobs.job import JobEvent
from sfumato.jobs.saved_params import params_from_json, params_to_json
from sfumato.store.idempotency import Claim
from sfumato.store.jobs import StoredJob, picture_ids


async def kept(
    asked: Any, order: Callable[[], Awaitable[Order]], request: Request, backend: Backend
) -> Response | None:
    """The answer to an order that outlives its connection; None when it does not.

    `asked` is the body, `order` reads and checks it: only where it was not made already.
    """
    claim = claim_of(request, asked)
    strict = backend.settings.strict
    later = prefers_async(request, strict=strict)
    if claim is None and not later:
        return None
    if claim is None:
        record = await accept(await order(), backend, None, wait=False)
        return await accepted(record, backend)
    async with backend.pending.of(claim):
        earlier = await _earlier(claim, backend)
        if earlier is None:
            record = await accept(await order(), backend, claim, wait=not later)
        else:
            record = earlier
    reply = await accepted(record, backend) if later else await answer(record, request, backend)
    return reply if earlier is None else replayed(reply, strict=strict)


async def accept(order: Order, backend: Backend, claim: Claim | None, *, wait: bool) -> StoredJob:
    """Keep the order and see to it; the job, or that for which the key stood already.

    With `wait` somebody holds a connection: it takes its place now, or is refused with QueueFull.
    """
    record, ledger, limits = _record(order), backend.ledger, backend.limits
    if wait:
        job = submit(order, backend, record.pictures)
        target = await ledger.accept(record, order.params, claim=claim, job=job)
    else:
        ledger.check_room(order.caller.id)
        limits.reserve(order.caller, order.image_tokens)
        each = order.image_tokens // order.params.n
        target = await ledger.accept(
            record,
            order.params,
            claim=claim,
            on_end=lambda left: limits.give_back(order.caller, left * each),
        )
    return await asyncio.to_thread(backend.store.jobs.get, order.caller.id, target)


async def accepted(record: StoredJob, backend: Backend) -> Response:
    """202: where the job can be looked at."""
    headers = order_headers(await order_of(record, backend), strict=False)
    headers |= {"location": f"{ADDRESS}/{record.id}", "preference-applied": ASYNC}
    return JsonAnswer(job_object(record, backend.ledger), headers, status_code=202)


async def answer(record: StoredJob, request: Request, backend: Backend) -> Response:
    """What was asked for, as soon as it is there. A client that leaves stops nothing."""
    order = await order_of(record, backend)
    if order.delivery.stream:
        return await events_answer(record, backend)
    async with aclosing(pull(backend.ledger.follow(record), request.receive)) as events:
        images = await finished(events)
    strict = backend.settings.strict
    headers = order_headers(order, strict=strict) | made_headers(images, strict=strict)
    return JsonAnswer(await result(record, request, backend), headers)


async def events_answer(record: StoredJob, backend: Backend) -> EventStream:
    """The stream of a job from its beginning, or the pictures of one that is over."""
    order = await order_of(record, backend)
    messages = Messages(order.params, order.text_tokens, order.echo, objects=backend.store.objects)
    headers = order_headers(order, strict=backend.settings.strict)
    return EventStream(Followed(backend.ledger.follow(record)), messages, headers)


async def result(record: StoredJob, request: Request, backend: Backend) -> dict[str, Any]:
    """OpenAI's ImagesResponse of a completed job: the same whenever it is read, but for links."""
    order = await order_of(record, backend)
    images = await backend.ledger.pictures(record)
    over = await asyncio.to_thread(backend.store.jobs.get, record.caller, record.id)
    link = partial(link_to, backend, request)
    told = images_response(order, images, backend.store, link)
    return told | {"created": over.finished_at or told["created"]}


async def order_of(record: StoredJob, backend: Backend) -> Order:
    """The order that was accepted. ModelNotFound when its snapshot is gone."""
    return Order(
        caller=Caller(id=record.caller),
        params=params_from_json(record.params),
        delivery=Delivery(**record.delivery),
        snapshot=(await backend.names.resolve(record.snapshot)).snapshot,
    )


class Followed:
    """A job's events for one of its readers: leaving it stops nothing."""

    def __init__(self, events: AsyncGenerator[JobEvent]) -> None:
        self._events = events

    def events(self) -> AsyncGenerator[JobEvent]:
        """What happened and what happens."""
        return self._events

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._events.aclose()


async def _earlier(claim: Claim, backend: Backend) -> StoredJob | None:
    target = await asyncio.to_thread(backend.store.idempotency.find, claim)
    if target is None:
        return None
    with suppress(NotFound):
        return await asyncio.to_thread(backend.store.jobs.get, claim.caller, target)
    return None


def _record(order: Order) -> StoredJob:
    job_id = f"job_{uuid4().hex}"
    return StoredJob(
        id=job_id,
        caller=order.caller.id,
        task="edit" if order.params.inputs else "generate",
        state="queued",
        created_at=int(time()),
        snapshot=order.snapshot.id,
        params=params_to_json(order.params),
        delivery=asdict(order.delivery),
        pictures=picture_ids(job_id, order.params.n),
    )
