"""POST /v1/images/edits: from a form or a JSON body with pictures to edited pictures.

Knows the order of the hops, and nothing of what each of them decides.
"""

import asyncio
from functools import partial

from fastapi import APIRouter, Request, Response

from sfumato.api.backend import Backend, backend_of
from sfumato.api.caller import Caller, caller_of
from sfumato.api.edit_form import EditForm, read_edit_form
from sfumato.api.idempotency import HEADER
from sfumato.api.input_pictures import accept_mask, accept_pictures
from sfumato.api.orders import Order, check_edit, order_edit
from sfumato.api.routes.images import answer, check_room

router = APIRouter()


@router.post("/images/edits")
async def edit(request: Request) -> Response:
    """Refuse, or make the pictures."""
    backend, caller = backend_of(request), caller_of(request)
    check_room(request, backend)
    form = await read_edit_form(request, backend, caller)
    try:
        asked = await asyncio.to_thread(form.asked) if HEADER in request.headers else None
        order = partial(order_form, form, backend, caller)
        return await answer(asked, order, request, backend)
    finally:
        form.discard()


async def order_form(form: EditForm, backend: Backend, caller: Caller) -> Order:
    """Accept the pictures and the mask of the form, then order the edit.

    What can be refused without them is, before one is looked at.
    """
    await check_edit(form.fields, None if form.mask is None else form.kind, backend)
    pictures = await accept_pictures(form.pictures, backend, caller)
    mask = None
    if form.mask is not None:
        mask = await accept_mask(form.mask, form.kind, pictures[0], backend)
    return await order_edit(form.fields, pictures, mask, backend, caller)
