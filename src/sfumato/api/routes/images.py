"""POST /v1/images/generations: from a body to pictures, in one answer or as a stream.

Knows the order of the hops, and nothing of what each of them decides.
"""

from contextlib import aclosing

from fastapi import APIRouter, Request, Response

from sfumato.api.answer import JsonAnswer
from sfumato.api.backend import Backend, backend_of
from sfumato.api.body import read_object
from sfumato.api.caller import caller_of
from sfumato.api.orders import (
    Order,
    finished,
    hash_header,
    images_response,
    order_generation,
    order_headers,
    submit,
)
from sfumato.api.pull import pull
from sfumato.api.stream import EventStream, Messages

router = APIRouter()


@router.post("/images/generations")
async def generate(request: Request) -> Response:
    """Refuse, or make the pictures."""
    backend = backend_of(request)
    order = await order_generation(await read_object(request), backend, caller_of(request))
    return await carry_out(order, request, backend)


async def carry_out(order: Order, request: Request, backend: Backend) -> Response:
    """Make the pictures for as long as the client is there."""
    strict = backend.settings.strict
    job = submit(order, backend)
    headers = order_headers(order, strict=strict)
    if order.delivery.stream:
        return EventStream(job, Messages(order.params, order.text_tokens, order.echo), headers)
    async with job, aclosing(pull(job.events(), request.receive)) as events:
        images = await finished(events)
    headers |= hash_header(images, strict=strict)
    return JsonAnswer(images_response(order, images, backend.store), headers)
