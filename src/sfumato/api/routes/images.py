"""POST /v1/images/generations: from a body to pictures, in one answer or as a stream.

Knows the order of the hops, and nothing of what each of them decides.
"""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from sfumato.api import kept_orders
from sfumato.api.addresses import link_to
from sfumato.api.answer import JsonAnswer
from sfumato.api.backend import Backend, backend_of
from sfumato.api.body import read_object
from sfumato.api.caller import caller_of
from sfumato.api.idempotency import HEADER
from sfumato.api.orders import (
    Order,
    finished,
    images_response,
    made_headers,
    order_generation,
    order_headers,
    submit,
)
from sfumato.api.prefer import prefers_async
from sfumato.api.pull import pull
from sfumato.api.stream import EventStream, Messages

router = APIRouter()


@router.post("/images/generations")
async def generate(request: Request) -> Response:
    """Refuse, or make the pictures."""
    backend, caller = backend_of(request), caller_of(request)
    check_room(request, backend)
    body = await read_object(request)
    return await answer(body, lambda: order_generation(body, backend, caller), request, backend)


def check_room(request: Request, backend: Backend) -> None:
    """QueueFull before anything is read, when that is what would come of it."""
    if prefers_async(request, strict=backend.settings.strict):
        backend.ledger.check_room(caller_of(request).id)
    elif HEADER not in request.headers:  # with a key the answer may be there already
        backend.scheduler.check_room(caller_of(request).id)


async def answer(
    asked: Any, order: Callable[[], Awaitable[Order]], request: Request, backend: Backend
) -> Response:
    """The answer to a request whose body says `asked`; `order` checks it, if it has to be made."""
    kept = await kept_orders.kept(asked, order, request, backend)
    return await carry_out(await order(), request, backend) if kept is None else kept


async def carry_out(order: Order, request: Request, backend: Backend) -> Response:
    """Make the pictures for as long as the client is there."""
    strict = backend.settings.strict
    job = submit(order, backend)
    headers = order_headers(order, strict=strict)
    if order.delivery.stream:
        return EventStream(job, Messages(order.params, order.text_tokens, order.echo), headers)
    async with job, aclosing(pull(job.events(), request.receive)) as events:
        images = await finished(events)
    headers |= made_headers(images, strict=strict)
    link = partial(link_to, backend, request)
    return JsonAnswer(images_response(order, images, backend.store, link), headers)
