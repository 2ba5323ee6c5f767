"""One line of a batch: from its body to an order, and from what became of it to its result.

The order is saved before it is carried out, with its seed: after a restart the same pictures are
made, under the same ids. Knows nothing about when a line is due.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sfumato.api.backend import Backend
from sfumato.api.batch.input import InputLine
from sfumato.api.batch.schema import EDITS
from sfumato.api.caller import Caller
from sfumato.api.edit_form import read_edit_object
from sfumato.api.orders import Order, images_response, order_generation
from sfumato.api.params import Delivery
from sfumato.api.routes.edits import order_form
from sfumato.errors import InvalidRequest, SfumatoError
from sfumato.jobs.saved_params import params_from_json, params_to_json
from sfumato.store import Store, StoredPicture
from sfumato.store.batches import StoredBatch


async def order_line(line: InputLine, batch: StoredBatch, backend: Backend) -> Order:
    """What the same request to the batch's endpoint would order; its refusals are the same, too.

    A batch is paced by the server and not by the budgets of a key.
    """
    caller = Caller(id=batch.caller)
    _check_delivery(line.body)
    if batch.endpoint != EDITS:
        return await order_generation(line.body, backend, caller)
    form = await read_edit_object(line.body, backend, caller)
    try:
        return await order_form(form, backend, caller)
    finally:
        form.discard()


def order_to_json(order: Order) -> dict[str, Any]:
    """What `order_from_json` needs after a restart."""
    return {
        "params": params_to_json(order.params),
        "delivery": asdict(order.delivery),
        "snapshot": order.snapshot.id,
    }


async def order_from_json(saved: Mapping[str, Any], caller: str, backend: Backend) -> Order:
    """The same order; ModelNotFound when its snapshot was removed meanwhile."""
    return Order(
        caller=Caller(id=caller),
        params=params_from_json(saved["params"]),
        delivery=Delivery(**saved["delivery"]),
        snapshot=(await backend.names.resolve(saved["snapshot"])).snapshot,
    )


def picture_ids(batch_id: str, line: int, n: int) -> tuple[str, ...]:
    """The ids under which the pictures of a line are kept, whoever makes them and when."""
    return tuple(f"img_{derived(batch_id, 'picture', line, index)}" for index in range(n))


def derived(batch_id: str, *what: object) -> str:
    """32 hexadecimal digits, the same for the same thing; as hard to guess as the batch's id."""
    key = "/".join([batch_id, *map(str, what)])
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def answered(order: Order, pictures: Sequence[StoredPicture], store: Store) -> dict[str, Any]:
    """The result of a line whose pictures are kept: its answer, with ids in place of pictures."""
    images = [picture.encoded(index) for index, picture in enumerate(pictures)]
    body = images_response(order, images, store)
    del body["data"]
    return {
        "status_code": 200,
        "body": body,
        "pictures": [picture.id for picture in pictures],
        "sfumato": {
            "snapshot": order.snapshot.id,
            "seeds": [picture.seed for picture in pictures],
            "image_sha256": [picture.sha256 for picture in pictures],
        },
    }


def refused(error: SfumatoError) -> dict[str, Any]:
    """The result of a line that was refused or failed for good."""
    told = json.dumps(error.envelope(), ensure_ascii=False).encode("utf-8", "replace")
    return {"status_code": error.status, "body": json.loads(told)}


def _check_delivery(body: Mapping[str, Any]) -> None:
    if body.get("stream"):
        raise InvalidRequest(
            "A batch does not stream: leave 'stream' out, or set it to false.", param="stream"
        )
    if body.get("response_format") == "url":
        raise InvalidRequest(
            "Links expire before a batch may end: pictures are in its output file. Leave"
            " 'response_format' out.",
            param="response_format",
        )
