"""Input items as they are kept: pictures fetched, looked at and stored, earlier items looked up.

Bounded: at most 16 new pictures come with one request. Knows no director.
"""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sfumato.api.backend import Backend
from sfumato.api.caller import Caller
from sfumato.api.input_pictures import (
    MOST,
    Spooled,
    accept_picture,
    check_together,
    fetch_reference,
    too_many,
)
from sfumato.api.responses.body import whole
from sfumato.api.responses.items import (
    ImageCall,
    InputImage,
    Part,
    ReadCall,
    ReadItem,
    ReadMessage,
    ReadReference,
)
from sfumato.api.responses.kept import HEAD, PICTURE, message, output_text, sent
from sfumato.api.responses.wire import path, wrong
from sfumato.core import InputPicture
from sfumato.errors import NotFound
from sfumato.safety.data_url import is_data_url

BAD_BASE64 = "invalid_base64_image"


class Accepting:
    """The items of one request, one after the other; `pictures` are those that came with it."""

    def __init__(self, backend: Backend, caller: Caller) -> None:
        self._backend = backend
        self._caller = caller
        self.pictures: list[InputPicture] = []

    async def items(self, given: Sequence[ReadItem]) -> list[dict[str, Any]]:
        """Kept items. InvalidRequest or NotFound names the place that is wrong."""
        _check_number(given)
        return [await self._item(item) for item in given]

    async def _item(self, item: ReadItem) -> dict[str, Any]:
        match item:
            case ReadMessage():
                return await self._message(item)
            case ReadCall():
                return await self._call(item)
            case ReadReference(place=place, id=item_id):
                return await self._earlier(item_id, path(place, ["id"]))

    async def _message(self, item: ReadMessage) -> dict[str, Any]:
        content = [
            await self._part(part, path(item.place, ["content", i]))
            for i, part in enumerate(item.parts)
        ]
        more = {} if item.message.phase is None else {"phase": item.message.phase}
        return message(item.message.role, content, **more)

    async def _part(self, part: Part, place: str) -> dict[str, Any]:
        match part:
            case InputImage():
                return await self._image(part, place)
            case _:
                told = part.model_dump()
                return output_text(part.text) if part.type == "output_text" else told

    async def _image(self, image: InputImage, place: str) -> dict[str, Any]:
        url = None if image.image_url is None else await whole(image.image_url)
        given = {"image_url": url, "file_id": image.file_id}
        spooled = await fetch_reference(given, place, self._backend, self._caller)
        in_itself = url is not None and is_data_url(url)
        kept = {
            "type": "input_image",
            "detail": image.detail or "auto",
            "file_id": image.file_id,
            "image_url": None if in_itself else url,
            PICTURE: sent(await self._accept(spooled)),
        }
        if in_itself and url is not None:
            kept[HEAD] = url[: url.index(",") + 1]
        return kept

    async def _call(self, item: ReadCall) -> dict[str, Any]:
        """Ours if we still have it, by its id; else the picture that was sent along."""
        call = item.call
        try:
            return await self._earlier(call.id, path(item.place, ["id"]))
        except NotFound:
            if call.result is None:
                raise
        spooled = await self._spool(call, path(item.place, ["result"]))
        members = call.model_dump(exclude={"result"}, exclude_none=True)
        return {**members, "status": "completed", PICTURE: sent(await self._accept(spooled))}

    async def _earlier(self, item_id: str, place: str) -> dict[str, Any]:
        try:
            return await asyncio.to_thread(self._backend.store.items.find, self._caller.id, item_id)
        except NotFound as error:
            raise NotFound(error.message, param=place) from error

    async def _spool(self, call: ImageCall, place: str) -> Spooled:
        text = await whole(call.result)
        try:
            data = await asyncio.to_thread(base64.b64decode, text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise wrong(place, text, "it is not base64", code=BAD_BASE64) from error
        file = await asyncio.to_thread(self._backend.store.inputs.spool)
        await asyncio.to_thread(file.write_bytes, data)
        return Spooled(path=file, param=place)

    async def _accept(self, spooled: Spooled) -> InputPicture:
        picture = await accept_picture(spooled, self._backend, self._caller)
        self.pictures.append(picture)
        check_together(self.pictures, spooled.param)
        return picture


async def accept_mask_file(
    reference: Mapping[str, Any], place: str, backend: Backend, caller: Caller
) -> str:
    """Keep the file of a mask; its key. Whether it is one is seen when its picture is known."""
    given = dict(reference)
    if given.get("image_url") is not None:
        given["image_url"] = await whole(given["image_url"])
    spooled = await fetch_reference(given, place, backend, caller)
    try:
        return await asyncio.to_thread(_keep, spooled.path, backend)
    finally:
        spooled.discard()


def _keep(file: Path, backend: Backend) -> str:
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    return backend.store.inputs.keep(file, sha256)


def _check_number(given: Iterable[ReadItem]) -> None:
    """Before anything is fetched."""
    number = 0
    for item in given:
        parts = item.parts if isinstance(item, ReadMessage) else ()
        for index, part in enumerate(parts):
            if isinstance(part, InputImage):
                number += 1
                if number > MOST:
                    raise too_many(path(item.place, ["content", index]))
