"""What a command asks for, read and checked by the API's own rules: no second ones stand here.

Extensions are always allowed: `SFUMATO_STRICT` is about the server. Knows nothing of files.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sfumato.api.caller import LOCAL
from sfumato.api.orders import Order
from sfumato.api.params import delivery, edit_params, image_params
from sfumato.api.schemas import read_edit, read_generate
from sfumato.cli.wiring import Home
from sfumato.core import InputMask, InputPicture
from sfumato.safety import moderation


async def generation(home: Home, body: Mapping[str, Any]) -> Order:
    """Pictures from a prompt. Refusals as of `POST /v1/images/generations`."""
    asked = read_generate(dict(body), strict=False)
    snapshot = (await home.names.resolve(asked.model)).snapshot
    can = snapshot.capabilities
    params, how = image_params(asked, can), delivery(asked, can)
    return _moderated(Order(caller=LOCAL, params=params, delivery=how, snapshot=snapshot))


async def edit(
    home: Home,
    body: Mapping[str, Any],
    pictures: Sequence[InputPicture],
    mask: InputMask | None,
) -> Order:
    """An edit of the first of the accepted `pictures`. Refusals as of `POST /v1/images/edits`."""
    asked = read_edit(dict(body), strict=False)
    snapshot = (await home.names.resolve(asked.model)).snapshot
    can = snapshot.capabilities
    params, how = edit_params(asked, can, pictures, mask), delivery(asked, can)
    return _moderated(Order(caller=LOCAL, params=params, delivery=how, snapshot=snapshot))


def _moderated(order: Order) -> Order:
    for text in filter(None, (order.params.prompt, order.params.negative_prompt)):
        moderation.check(text, order.delivery.moderation)
    return order
