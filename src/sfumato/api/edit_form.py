"""The body of POST /v1/images/edits, a form or JSON: fields, and pictures on disk, unchecked.

Both forms end as the same thing. Knows nothing about what is in a picture or what a field means.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from starlette.requests import Request

from sfumato.api.backend import Backend
from sfumato.api.caller import Caller
from sfumato.api.input_pictures import (
    KINDS,
    LARGEST,
    MOST,
    Spooled,
    fetch_reference,
    too_large,
    too_many,
)
from sfumato.api.long_json import LongString, read_long_object
from sfumato.api.multipart import MEDIA_TYPE, FileRule, FormFile, FormRules, read_form
from sfumato.api.refusing import unknown_parameter
from sfumato.api.schemas import edit_fields, read_edit
from sfumato.api.text_fields import typed
from sfumato.errors import InvalidRequest

MASKS: tuple[Literal["mask", "markup"], ...] = ("mask", "markup")
_INDEX = re.compile(r"\[(0|[1-9][0-9]{0,5})\]", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditForm:
    """`pictures` in their order; a mask or a markup, as `kind` says, or neither."""

    fields: dict[str, Any]
    pictures: tuple[Spooled, ...]
    mask: Spooled | None
    kind: Literal["mask", "markup"] = "mask"

    def asked(self) -> dict[str, Any]:
        """What it asks, in either form: its fields, and the SHA-256 of each file. Blocks."""
        mask = None if self.mask is None else [self.kind, _sha256(self.mask.path)]
        pictures = [_sha256(spooled.path) for spooled in self.pictures]
        return {"fields": self.fields, "pictures": pictures, "mask": mask}

    def discard(self) -> None:
        """Remove the files that were not kept meanwhile."""
        for spooled in (*self.pictures, *filter(None, [self.mask])):
            spooled.discard()


async def read_edit_form(request: Request, backend: Backend, caller: Caller) -> EditForm:
    """The whole body, fields typed and links fetched. Refused, it leaves nothing on disk."""
    essence = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if essence == MEDIA_TYPE:
        return await _read_multipart(request, backend)
    return await _read_json(request, backend, caller)


async def read_edit_object(
    members: Mapping[str, Any], backend: Backend, caller: Caller
) -> EditForm:
    """`read_edit_form` of JSON that is parsed already, such as a line of a batch."""
    fields = dict(members)
    refs, mask = fields.pop("images", None), fields.pop("mask", None)
    _check(fields, strict=backend.settings.strict)
    refs = _refs(refs)
    if mask is not None:
        _check_ref(mask, "mask")
    return await _fetched(fields, refs, mask, backend, caller)


def edit_rules(*, strict: bool) -> FormRules:
    """What a form of an edit may hold."""
    mask = FileRule(most=1, largest=LARGEST, one_too_many=_stands_twice, too_large=too_large)
    image = FileRule(most=MOST, largest=LARGEST, one_too_many=too_many, too_large=too_large)
    files = {"image": image, "mask": mask, "markup": mask}
    return FormRules(files=files, texts=edit_fields(strict=strict))


async def _read_multipart(request: Request, backend: Backend) -> EditForm:
    strict = backend.settings.strict
    form = await read_form(request, edit_rules(strict=strict), backend.store.inputs.spool)
    try:
        fields = typed(form.texts)
        _check(fields, strict=strict)
        files = _in_order([file for file in form.files if file.name == "image"])
        if not files:
            raise _missing("image")
        masks = [file for file in form.files if file.name in MASKS]
        _check_masks(masks)
        for file in form.files:
            if not file.size:
                raise _empty(file.name)
    except BaseException:
        form.discard()
        raise
    names = ["image"] if len(files) == 1 else [f"image[{i}]" for i in range(len(files))]
    pictures = (Spooled(path=f.path, param=name) for f, name in zip(files, names, strict=True))
    kind: Literal["mask", "markup"] = "markup" if masks and masks[0].name == "markup" else "mask"
    mask = Spooled(path=masks[0].path, param=kind) if masks else None
    return EditForm(fields=fields, pictures=tuple(pictures), mask=mask, kind=kind)


async def _read_json(request: Request, backend: Backend, caller: Caller) -> EditForm:
    body = await read_long_object(request, backend.store.inputs.spool, strings=MOST + 1)
    try:
        return await read_edit_object(body.members, backend, caller)
    finally:
        body.discard()


async def _fetched(
    fields: dict[str, Any],
    refs: Sequence[Mapping[str, Any]],
    mask: Mapping[str, Any] | None,
    backend: Backend,
    caller: Caller,
) -> EditForm:
    """One after the other, so that one data URL is in memory at a time."""
    found: list[Spooled] = []
    named = [(f"images[{i}]", ref) for i, ref in enumerate(refs)]
    try:
        for param, ref in [*named, *([("mask", mask)] if mask is not None else [])]:
            whole = await asyncio.to_thread(_whole, ref)
            found.append(await fetch_reference(whole, param, backend, caller))
            del whole
    except BaseException:
        for spooled in found:
            spooled.discard()
        raise
    count = len(refs)
    return EditForm(
        fields=fields,
        pictures=tuple(found[:count]),
        mask=found[count] if mask is not None else None,
    )


def _check(fields: dict[str, Any], *, strict: bool) -> None:
    """Refuse what is wrong with the fields alone before any picture is looked at."""
    for name, value in fields.items():
        if isinstance(value, LongString):
            raise InvalidRequest(
                f"Invalid '{name[:100]}': it is too long.",
                param=name[:100],
                code="string_above_max_length",
            )
    read_edit(fields, strict=strict)


def _check_masks(files: Sequence[FormFile]) -> None:
    for file in files:
        if file.suffix:
            raise unknown_parameter(file.name + file.suffix)
    if len(files) > 1:
        raise InvalidRequest(
            "'markup' and 'mask' cannot be used together. Leave one of them out.", param="markup"
        )


def _in_order(files: list[FormFile]) -> list[FormFile]:
    """As they came, or as all their indexes say."""
    indexes = [int(m[1]) for file in files if (m := _INDEX.fullmatch(file.suffix))]
    for file in files:
        if file.suffix not in ("", "[]") and not _INDEX.fullmatch(file.suffix):
            raise unknown_parameter(file.name + file.suffix)
    if len(set(indexes)) < len(indexes):
        raise _stands_twice("image")
    if len(indexes) < len(files):
        return files
    return [file for _, file in sorted(zip(indexes, files, strict=True), key=lambda pair: pair[0])]


def _refs(value: object) -> list[Mapping[str, Any]]:
    if value is None:
        raise _missing("images")
    if not isinstance(value, list):
        raise InvalidRequest("'images' must be an array.", param="images", code="invalid_type")
    if not value:
        raise InvalidRequest(
            f"'images' is empty: give 1 to {MOST} pictures.",
            param="images",
            code="array_below_min_length",
        )
    if len(value) > MOST:
        raise too_many("images")
    for index, ref in enumerate(value):
        _check_ref(ref, f"images[{index}]")
    return value


def _check_ref(ref: object, param: str) -> None:
    """Objects with known members; which of them there are is `fetch_reference`'s."""
    if not isinstance(ref, dict):
        raise InvalidRequest(f"'{param}' must be an object.", param=param, code="invalid_type")
    for name in ref:
        if name not in KINDS:
            raise unknown_parameter(f"{param}.{name}")


def _whole(ref: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.text() if isinstance(v, LongString) else v for k, v in ref.items()}


def _missing(name: str) -> InvalidRequest:
    return InvalidRequest(
        f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter"
    )


def _empty(name: str) -> InvalidRequest:
    return InvalidRequest(f"The file in '{name}' is empty.", param=name, code="empty_image_file")


def _stands_twice(name: str) -> InvalidRequest:
    return InvalidRequest(f"'{name}' is given twice.", param=name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
