"""From the turns to a plan: the director decides, each of its draws becomes a checked order.

Refused here or not for what was asked. Knows neither events nor who renders.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sfumato.api.backend import Backend
from sfumato.api.orders import Order, abilities, order_edit, order_generation
from sfumato.api.params import image_params, seed_of
from sfumato.api.responses.kept import FILE, PICTURE_ID, new_id, sent_picture
from sfumato.api.responses.objects import Ask
from sfumato.api.responses.plan import Call, Plan
from sfumato.api.responses.tools import ImageTool, placed
from sfumato.api.responses.turns import Context
from sfumato.api.responses.wire import path, wrong
from sfumato.api.schemas import read_generate
from sfumato.api.tokens import count_tokens, first_tokens
from sfumato.core import SEED_SPACE, InputMask, InputPicture
from sfumato.director.answering import SWITCHED_OFF
from sfumato.director.decision import Decision, Draw, Wish
from sfumato.errors import ImageUserError, NotFound, SfumatoError
from sfumato.store.pictures import new_picture_id

AUTO = (None, "auto")
NO_TOOL = (
    "I make pictures with the tool 'image_generation', and this request has none in its 'tools'."
)


async def check_tool(tool: ImageTool, backend: Backend, *, partials: bool) -> None:
    """Refuse what its model cannot honour, whatever the director decides later.

    `partials`: whether there is a stream that could carry them.
    """
    if tool.fields.get("partial_images") and not partials:
        place = path(tool.place, ["partial_images"])
        number = tool.fields["partial_images"]
        raise wrong(place, number, "it needs 'stream': true, or 'background': true")
    try:
        asked = read_generate(_fields(tool, "a picture"), strict=backend.settings.strict)
        snapshot = (await backend.names.resolve(asked.model)).snapshot
        image_params(asked, abilities(snapshot, backend))
    except SfumatoError as error:
        placed(error, tool)
        raise


async def decide(ask: Ask, context: Context, backend: Backend) -> Plan:
    """The whole plan. Raises what the director or an order refuses, naming the field."""
    box = ask.toolbox
    decision = await backend.director.decide(
        context.turns,
        Wish(
            action="auto" if box.tool is None else box.tool.action,
            choice=box.choice,
            masked=ask.mask is not None,
            instructions=context.instructions,
            most=ask.most_calls,
        ),
    )
    decision = replace(decision, draws=decision.draws[: ask.most_calls])
    if box.tool is None:
        text = NO_TOOL if decision.text == SWITCHED_OFF else decision.text
        decision = Decision(text=text)
    return await _plan(ask, context, decision, backend)


async def _plan(ask: Ask, context: Context, decision: Decision, backend: Backend) -> Plan:
    draws, text, whole = _within(decision, ask.request.max_output_tokens)
    calls: list[Call] = []
    if ask.toolbox.tool is not None and draws:
        ordering = _Ordering(ask.toolbox.tool, ask, context, backend)
        calls = [await ordering.call(draw, index) for index, draw in enumerate(draws)]
    written = sum(count_tokens(draw.prompt) for draw in draws) + count_tokens(text)
    return Plan(
        calls=tuple(calls),
        message=new_id("msg"),
        text=text,
        whole=whole,
        read=await asyncio.to_thread(count_tokens, context.words),
        written=written,
    )


def _within(decision: Decision, most: int | None) -> tuple[tuple[Draw, ...], str, bool]:
    """What fits in `most` tokens, prompts first; a draw whose prompt does not fit is not drawn."""
    if most is None:
        return decision.draws, decision.text, True
    left = most
    draws: list[Draw] = []
    for draw in decision.draws:
        left -= count_tokens(draw.prompt)
        if left < 0:
            return tuple(draws), "", False
        draws.append(draw)
    text = first_tokens(decision.text, left)
    return tuple(draws), text, text == decision.text


class _Ordering:
    """Draws to orders, with the tool's fields and mask."""

    def __init__(self, tool: ImageTool, ask: Ask, context: Context, backend: Backend) -> None:
        self._tool = tool
        self._mask_key = ask.mask
        self._context = context
        self._backend = backend
        self._caller = ask.caller

    async def call(self, draw: Draw, index: int) -> Call:
        try:
            order = await self._order(draw)
        except SfumatoError as error:
            placed(error, self._tool)
            raise
        params = replace(order.params, seed=self._seed(order, draw, index))
        return Call(
            id=new_id("ig"),
            picture=new_picture_id(),
            action=draw.action,
            prompt=draw.prompt,
            snapshot=order.snapshot.id,
            params=params,
            text_tokens=order.text_tokens,
            level=order.delivery.moderation,
        )

    async def _order(self, draw: Draw) -> Order:
        fields = _fields(self._tool, draw.prompt, draw)
        if draw.action == "generate":
            if self._mask_key is not None:
                raise ImageUserError(
                    "The mask says where a picture may change, and a new one is to be drawn. Leave"
                    " 'input_image_mask' out, or ask for a change.",
                    param="input_image_mask",
                )
            return await order_generation(fields, self._backend, self._caller)
        pictures = [await self._picture(name) for name in draw.pictures]
        mask = await self._mask(pictures[0])
        return await order_edit(fields, pictures, mask, self._backend, self._caller)

    async def _picture(self, name: str) -> InputPicture:
        kept = self._context.pictures[name]
        if PICTURE_ID not in kept:
            return await asyncio.to_thread(_still_kept, kept, self._backend)
        stored = await asyncio.to_thread(
            self._backend.store.pictures.get, self._caller.id, kept[PICTURE_ID]
        )
        file = self._backend.store.objects.path(stored.object_key)
        facts = await self._backend.scheduler.inspect(file, "input")
        return InputPicture(
            key=stored.object_key,
            sha256=facts.pixels_sha256,
            width=facts.width,
            height=facts.height,
            has_alpha=facts.has_alpha,
            recipe=stored.recipe,
        )

    async def _mask(self, first: InputPicture) -> InputMask | None:
        if self._mask_key is None:
            return None
        store = self._backend.store
        await asyncio.to_thread(store.inputs.touch, self._mask_key)
        file = store.objects.path(self._mask_key)
        size = first.width, first.height
        await self._backend.scheduler.inspect_mask(file, "mask", size)
        return InputMask(key=self._mask_key)

    def _seed(self, order: Order, draw: Draw, index: int) -> int:
        """The tool's, counted on from the first picture; else the one whose look is to stay."""
        if self._tool.fields.get("seed") is not None:
            return (order.params.seed + index) % SEED_SPACE
        if draw.another:
            return secrets.randbelow(SEED_SPACE)
        if draw.seed_of is None:
            return order.params.seed
        seed = seed_of(self._context.recipes[draw.seed_of])
        return order.params.seed if seed is None else seed


def _fields(tool: ImageTool, prompt: str, draw: Draw | None = None) -> dict[str, Any]:
    """The fields of an image request: the tool's, and the words' where the tool leaves it open."""
    fields = dict(tool.fields)
    for name in ("size", "quality", "background", "output_format"):
        asked = None if draw is None else getattr(draw, name)
        if asked is not None and fields.get(name) in AUTO:
            fields[name] = asked
    if fields.get("partial_images"):
        fields["stream"] = True
    return {**fields, "prompt": prompt}


def _still_kept(kept: Mapping[str, Any], backend: Backend) -> InputPicture:
    if not backend.store.inputs.touch(kept[FILE]):
        raise NotFound(
            "A picture of this conversation is no longer kept: pictures that were sent are, for 30"
            " days after their last use. Send it again.",
            param="input",
        )
    return sent_picture(kept)
