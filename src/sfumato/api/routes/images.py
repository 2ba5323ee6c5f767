"""POST /v1/images/generations: from a body to pictures, in one answer or as a stream.

Knows the order of the hops, and nothing of what each of them decides.
"""

from contextlib import aclosing
from dataclasses import dataclass
from time import time
from typing import Any

from fastapi import APIRouter, Request, Response

from sfumato.api.answer import ImagesAnswer, shape
from sfumato.api.backend import LOCAL, Backend, backend_of
from sfumato.api.body import read_object
from sfumato.api.params import Delivery, delivery, image_params
from sfumato.api.pull import pull
from sfumato.api.schemas import read_generate
from sfumato.api.stream import EventStream, Messages
from sfumato.api.tokens import count_tokens
from sfumato.api.usage import usage, usage_member
from sfumato.core import EncodedImage, ImageParams
from sfumato.jobs.job import Job
from sfumato.registry.snapshot import Snapshot

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A request that may be carried out: everything in it was checked."""

    params: ImageParams
    delivery: Delivery
    snapshot: Snapshot

    @property
    def echo(self) -> dict[str, Any]:
        """The end user's id, given back as it came."""
        given = self.delivery.safety_identifier
        return {} if given is None else {"safety_identifier": given}


@router.post("/images/generations")
async def generate(request: Request) -> Response:
    """Refuse, or make the pictures."""
    backend = backend_of(request)
    order = await _order(await read_object(request), backend)
    job = backend.scheduler.submit(order.params, order.snapshot, LOCAL)
    headers = _headers(order, strict=backend.settings.strict)
    if order.delivery.stream:
        messages = Messages(order.params, count_tokens(order.params.prompt), order.echo)
        return EventStream(job, messages, headers)
    images = await _finished(job, request)
    if not backend.settings.strict:
        headers["x-sfumato-image-sha256"] = ",".join(image.sha256 for image in images)
    return ImagesAnswer(_members(order), images, headers)


async def _order(body: dict[str, Any], backend: Backend) -> Order:
    asked = read_generate(body, strict=backend.settings.strict)
    snapshot = (await backend.names.resolve(asked.model)).snapshot
    params = image_params(asked, snapshot.capabilities)
    how = delivery(asked)
    await backend.scheduler.moderate(params.prompt, how.moderation)
    return Order(params=params, delivery=how, snapshot=snapshot)


async def _finished(job: Job, request: Request) -> list[EncodedImage]:
    async with job, aclosing(pull(job.events(), request.receive)) as events:
        images = [event async for event in events if isinstance(event, EncodedImage)]
    return sorted(images, key=lambda image: image.index)


def _members(order: Order) -> dict[str, Any]:
    text_tokens = count_tokens(order.params.prompt)
    spent = usage(order.params, text_tokens=text_tokens, pictures=order.params.n)
    created = {"created": int(time())}
    return created | shape(order.params) | order.echo | {"usage": usage_member(spent)}


def _headers(order: Order, *, strict: bool) -> dict[str, str]:
    if strict:
        return {}
    return {
        "x-sfumato-snapshot": order.snapshot.id,
        "x-sfumato-seed": ",".join(str(seed) for seed in order.params.seeds),
    }
