"""An order: a request for pictures in which everything was checked, and what is answered to it.

Knows nothing about how bodies are read, who renders, or how the answer travels.
"""

from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass, replace
from time import time
from typing import Any

from sfumato.api.answer import shape
from sfumato.api.backend import Backend
from sfumato.api.base64_json import Base64
from sfumato.api.caller import Caller
from sfumato.api.params import Delivery, delivery, image_params
from sfumato.api.schemas import read_generate
from sfumato.api.tokens import count_tokens
from sfumato.api.usage import usage, usage_member
from sfumato.core import EncodedImage, ImageParams
from sfumato.jobs.job import Job
from sfumato.registry.snapshot import Snapshot
from sfumato.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What `caller` will get from `snapshot`; it may be carried out."""

    caller: Caller
    params: ImageParams
    delivery: Delivery
    snapshot: Snapshot

    @property
    def echo(self) -> dict[str, Any]:
        """The end user's id, given back as it came."""
        given = self.delivery.safety_identifier
        return {} if given is None else {"safety_identifier": given}

    @property
    def text_tokens(self) -> int:
        """What its words cost, counted once however many pictures there are."""
        return count_tokens(self.params.prompt)


async def order_generation(body: dict[str, Any], backend: Backend, caller: Caller) -> Order:
    """Read, resolve, check, moderate: refused here or not for what was asked."""
    asked = read_generate(body, strict=backend.settings.strict)
    snapshot = (await backend.names.resolve(asked.model)).snapshot
    params = image_params(asked, snapshot.capabilities)
    how = delivery(asked)
    await backend.scheduler.moderate(params.prompt, how.moderation)
    return Order(caller=caller, params=params, delivery=how, snapshot=snapshot)


def submit(order: Order, backend: Backend) -> Job:
    """Accept the order; QueueFull when too many wait already."""
    return backend.scheduler.submit(order.params, order.snapshot, order.caller.id)


async def finished(events: AsyncIterable[object]) -> list[EncodedImage]:
    """The finished pictures among a job's events, in order, without their bytes: those are kept."""
    images = [replace(e, data=b"") async for e in events if isinstance(e, EncodedImage)]
    return sorted(images, key=lambda image: image.index)


def images_response(order: Order, images: Sequence[EncodedImage], store: Store) -> dict[str, Any]:
    """OpenAI's ImagesResponse; its pictures are read from the store when it is sent."""
    spent = usage(order.params, text_tokens=order.text_tokens, pictures=len(images))
    return {
        "created": int(time()),
        **shape(order.params),
        **order.echo,
        "usage": usage_member(spent),
        "data": [
            {"b64_json": Base64(source=store.objects.path(image.object_key))} for image in images
        ],
    }


def order_headers(order: Order, *, strict: bool) -> dict[str, str]:
    """What answers tell beside OpenAI's members, known before the work is done."""
    if strict:
        return {}
    return {
        "x-sfumato-snapshot": order.snapshot.id,
        "x-sfumato-seed": ",".join(str(seed) for seed in order.params.seeds),
    }


def hash_header(images: Sequence[EncodedImage], *, strict: bool) -> dict[str, str]:
    """The SHA-256 of each finished file before its credentials."""
    if strict:
        return {}
    return {"x-sfumato-image-sha256": ",".join(image.sha256 for image in images)}
