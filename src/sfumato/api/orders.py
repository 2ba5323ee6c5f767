"""An order: a request for pictures in which everything was checked, and what is answered to it.

Knows nothing about how bodies are read, who renders, or how the answer travels.
"""

from collections.abc import AsyncIterable, Callable, Sequence
from dataclasses import dataclass, replace
from time import time
from typing import Any, Literal
from urllib.parse import quote

from sfumato.api.answer import shape
from sfumato.api.backend import Backend
from sfumato.api.base64_json import Base64
from sfumato.api.caller import Caller
from sfumato.api.input_pictures import check_together
from sfumato.api.params import (
    Delivery,
    Start,
    delivery,
    edit_params,
    image_params,
    without_extensions,
)
from sfumato.api.schemas import read_edit, read_generate
from sfumato.api.tokens import count_tokens
from sfumato.api.usage import usage, usage_member
from sfumato.core import EncodedImage, ImageParams, InputMask, InputPicture
from sfumato.errors import QueueFull
from sfumato.jobs.job import Job
from sfumato.registry.snapshot import Capabilities, Snapshot
from sfumato.store import Store

MOST_TOLD, MOST_SHOWN = 10, 60  # words that were left aside, and characters of each


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
        return count_tokens(self.params.prompt) + count_tokens(self.params.negative_prompt)

    @property
    def image_tokens(self) -> int:
        """What all of its pictures cost at most, partial ones included."""
        partials = self.params.n * self.params.partial_images
        spent = usage(self.params, text_tokens=0, pictures=self.params.n, partials_sent=partials)
        return spent.output_tokens


async def order_generation(body: dict[str, Any], backend: Backend, caller: Caller) -> Order:
    """Read, resolve, check, moderate: refused here or not for what was asked."""
    asked = read_generate(body, strict=backend.settings.strict)
    snapshot = (await backend.names.resolve(asked.model)).snapshot
    can = abilities(snapshot, backend)
    params, how = image_params(asked, can), delivery(asked, can)
    order = Order(caller=caller, params=params, delivery=how, snapshot=snapshot)
    backend.limits.check(caller, order.image_tokens)
    await _moderate(params, how, backend)
    return order


async def order_edit(
    fields: dict[str, Any],
    pictures: Sequence[InputPicture],
    mask: InputMask | None,
    backend: Backend,
    caller: Caller,
) -> Order:
    """`order_generation` for an edit of the first of the accepted `pictures`.

    `fields` are those of the JSON form without `images`, `mask` and `markup`.
    """
    asked = read_edit(fields, strict=backend.settings.strict)
    snapshot = (await backend.names.resolve(asked.model)).snapshot
    can = abilities(snapshot, backend)
    check_together(pictures, "image")
    params, how = edit_params(asked, can, pictures, mask), delivery(asked, can)
    order = Order(caller=caller, params=params, delivery=how, snapshot=snapshot)
    backend.limits.check(caller, order.image_tokens)
    await _moderate(params, how, backend)
    return order


async def check_edit(
    fields: dict[str, Any], mask: Literal["mask", "markup"] | None, backend: Backend
) -> None:
    """Refuse what `order_edit` would refuse for any picture."""
    asked = read_edit(fields, strict=backend.settings.strict)
    can = abilities((await backend.names.resolve(asked.model)).snapshot, backend)
    image_params(asked, can, Start(width=1024, height=1024, has_alpha=False, mask=mask))
    delivery(asked, can)


def abilities(snapshot: Snapshot, backend: Backend) -> Capabilities:
    """What requests to this server may ask of the snapshot."""
    can = snapshot.capabilities
    return without_extensions(can) if backend.settings.strict else can


def submit(order: Order, backend: Backend, picture_ids: Sequence[str | None] = ()) -> Job:
    """Accept the order; QueueFull when too many wait already, RateLimited beyond the budget.

    What its pictures cost is reserved; those that are never finished cost nothing in the end. They
    are kept under `picture_ids`, if there are any.
    """
    limits, caller, cost = backend.limits, order.caller, order.image_tokens
    limits.reserve(caller, cost)
    try:
        job = backend.scheduler.submit(
            order.params,
            order.snapshot,
            caller.id,
            level=order.delivery.moderation,
            picture_ids=picture_ids,
        )
    except QueueFull:
        limits.give_back(caller, cost)
        raise
    each = cost // order.params.n
    job.when_over(
        lambda over: limits.give_back(caller, each * (over.params.n - over.pictures_kept))
    )
    return job


async def finished(events: AsyncIterable[object]) -> list[EncodedImage]:
    """The finished pictures among a job's events, in order, without their bytes: those are kept."""
    images = [replace(e, data=b"") async for e in events if isinstance(e, EncodedImage)]
    return sorted(images, key=lambda image: image.index)


def images_response(
    order: Order,
    images: Sequence[EncodedImage],
    store: Store,
    link: Callable[[str], str] | None = None,
) -> dict[str, Any]:
    """OpenAI's ImagesResponse; its pictures are read from the store when it is sent.

    With response_format `url` it has links instead: `link` makes one of a picture's id.
    """
    spent = usage(order.params, text_tokens=order.text_tokens, pictures=len(images))
    return {
        "created": int(time()),
        **shape(order.params),
        **order.echo,
        "usage": usage_member(spent),
        "data": [_data(order, image, store, link) for image in images],
    }


def order_headers(order: Order, *, strict: bool) -> dict[str, str]:
    """What answers tell beside OpenAI's members, known before the work is done."""
    if strict:
        return {}
    return {
        "x-sfumato-snapshot": order.snapshot.id,
        "x-sfumato-seed": ",".join(str(seed) for seed in order.params.seeds),
    }


def made_headers(images: Sequence[EncodedImage], *, strict: bool) -> dict[str, str]:
    """The SHA-256 of each finished file before its credentials, and the words left aside."""
    if strict:
        return {}
    hashes = {"x-sfumato-image-sha256": ",".join(image.sha256 for image in images)}
    words = dict.fromkeys(str(w) for i in images for w in i.recipe.get("unmatched", ()))
    told = [quote(word[:MOST_SHOWN]) for word in list(words)[:MOST_TOLD]]
    return hashes | ({"x-sfumato-unmatched": ",".join(told)} if told else {})


def _data(
    order: Order, image: EncodedImage, store: Store, link: Callable[[str], str] | None
) -> dict[str, Any]:
    if order.delivery.response_format == "b64_json":
        return {"b64_json": Base64(source=store.objects.path(image.object_key))}
    if link is None:
        raise ValueError("an order that asks for links needs somebody who makes them")
    return {"url": link(image.picture_id)}


async def _moderate(params: ImageParams, how: Delivery, backend: Backend) -> None:
    for text in filter(None, (params.prompt, params.negative_prompt)):
        await backend.scheduler.moderate(text, how.moderation)
    for picture in params.inputs:
        path = backend.store.objects.path(picture.key)
        await backend.scheduler.moderate_picture(path, how.moderation)
