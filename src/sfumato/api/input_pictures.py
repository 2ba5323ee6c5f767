"""Pictures and masks that somebody sent: from bytes on disk to what an order may name.

Everything is looked at in the light worker before it is kept. Knows nothing about how it travelled:
a part of a form, a data URL, a link and a kept file all end here.
"""

import asyncio
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sfumato.api.backend import Backend
from sfumato.api.caller import Caller
from sfumato.core import InputMask, InputPicture
from sfumato.errors import InvalidRequest, NotFound
from sfumato.safety.data_url import decode_data_url, is_data_url

LARGEST = 52_428_800  # bytes of one file
MOST = 16  # pictures of one request
MOST_PIXELS = 200_000_000  # of all pictures of one request
FETCH_SECONDS = 30.0
KINDS = ("file_id", "image_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """A stranger's bytes on disk, unchecked. `param` is the field that they came in."""

    path: Path
    param: str

    def discard(self) -> None:
        """Remove the file, if it was not kept meanwhile."""
        self.path.unlink(missing_ok=True)


async def accept_picture(spooled: Spooled, backend: Backend, caller: Caller) -> InputPicture:
    """Look at the picture and keep it; refused or not, the spooled file is gone afterwards.

    The recipe is that of the caller's own picture when the file is one, to the byte; else what the
    file itself carries: a hint.
    """
    store = backend.store
    try:
        facts = await backend.scheduler.inspect(spooled.path, spooled.param)
        own = await asyncio.to_thread(store.pictures.find, caller.id, facts.file_sha256)
        key = await asyncio.to_thread(store.inputs.keep, spooled.path, facts.file_sha256)
    finally:
        spooled.discard()
    return InputPicture(
        key=key,
        sha256=facts.pixels_sha256,
        width=facts.width,
        height=facts.height,
        has_alpha=facts.has_alpha,
        recipe=facts.recipe if own is None else own.recipe,
    )


async def accept_pictures(
    spooled: Sequence[Spooled], backend: Backend, caller: Caller
) -> tuple[InputPicture, ...]:
    """`accept_picture` one by one, within what all of them may have together."""
    pictures: list[InputPicture] = []
    try:
        for one in spooled:
            pictures.append(await accept_picture(one, backend, caller))
            check_together(pictures, one.param)
    finally:
        for one in spooled:
            one.discard()
    return tuple(pictures)


def check_together(pictures: Sequence[InputPicture], param: str) -> None:
    """InvalidRequest naming `param` when they are too many, or too large for one request."""
    if len(pictures) > MOST:
        raise too_many(param)
    pixels = sum(picture.width * picture.height for picture in pictures)
    if pixels > MOST_PIXELS:
        raise InvalidRequest(
            f"The pictures have {pixels:,} pixels together; {MOST_PIXELS:,} are the most for one"
            " request. Send fewer or smaller ones.",
            param=param,
        )


async def accept_mask(
    spooled: Spooled, kind: Literal["mask", "markup"], first: InputPicture, backend: Backend
) -> InputMask:
    """Look whether it is a mask (or markup) of `first` and keep it; see `accept_picture`."""
    try:
        size = first.width, first.height
        await backend.scheduler.inspect_mask(spooled.path, kind, size)
        sha256 = await asyncio.to_thread(_sha256, spooled.path)
        key = await asyncio.to_thread(backend.store.inputs.keep, spooled.path, sha256)
    finally:
        spooled.discard()
    return InputMask(key=key, kind=kind)


async def fetch_reference(
    ref: Mapping[str, Any], param: str, backend: Backend, caller: Caller
) -> Spooled:
    """The bytes that `ref` names by exactly one of `file_id` and `image_url` (a link or data URL).

    `ref` has no other members. Errors name `<param>.file_id` or `<param>.image_url`.
    """
    given = [kind for kind in KINDS if ref.get(kind) is not None]
    if len(given) != 1:
        raise InvalidRequest(
            f"'{param}' must have exactly one of 'file_id' and 'image_url'.", param=param
        )
    kind, value = given[0], ref[given[0]]
    if not isinstance(value, str):
        raise InvalidRequest(
            f"'{param}.{kind}' must be a string.", param=f"{param}.{kind}", code="invalid_type"
        )
    path = await asyncio.to_thread(backend.store.inputs.spool)
    spooled = Spooled(path=path, param=param)
    try:
        await _fill(path, kind, value, f"{param}.{kind}", backend, caller)
    except BaseException:
        spooled.discard()
        raise
    return spooled


def too_many(param: str) -> InvalidRequest:
    """The refusal of one picture more than a request may have."""
    return InvalidRequest(
        f"Too many pictures: a request may have {MOST}.", param=param, code="array_above_max_length"
    )


def too_large(param: str) -> InvalidRequest:
    """The refusal of a file above `LARGEST`."""
    return InvalidRequest(
        f"The file in '{param}' is larger than {LARGEST:,} bytes, the most that one may have.",
        param=param,
        code="image_file_too_large",
    )


async def _fill(
    path: Path, kind: str, value: str, param: str, backend: Backend, caller: Caller
) -> None:
    if kind == "file_id":
        await asyncio.to_thread(_copy_kept, path, value, param, backend, caller)
    elif is_data_url(value):
        await asyncio.to_thread(_decode, path, value, param)
    else:
        with path.open("wb") as file:
            await backend.fetcher.fetch_into(
                file.write, value, limit_bytes=LARGEST, seconds=FETCH_SECONDS, param=param
            )


def _copy_kept(path: Path, file_id: str, param: str, backend: Backend, caller: Caller) -> None:
    try:
        kept = backend.store.files.path(caller.id, file_id)
    except NotFound as error:
        raise NotFound(error.message, param=param) from error
    if kept.stat().st_size > LARGEST:
        raise too_large(param)
    shutil.copyfile(kept, path)


def _decode(path: Path, url: str, param: str) -> None:
    path.write_bytes(decode_data_url(url, param=param))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
