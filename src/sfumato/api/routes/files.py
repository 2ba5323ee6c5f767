"""/v1/files: what callers keep here for later requests. Knows nothing about what is made of it."""

import asyncio
import re
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from sfumato.api.answer import JsonAnswer
from sfumato.api.backend import Backend, backend_of
from sfumato.api.caller import caller_of
from sfumato.api.file_request import LARGEST, FileRequest, file_rules, read_file_request
from sfumato.api.idempotency import claim_of, once
from sfumato.api.multipart import read_form
from sfumato.api.query import page, read_choice, read_limit, read_query
from sfumato.codec.kinds import PICTURES, kind_of, picture_kind
from sfumato.errors import InvalidRequest
from sfumato.store.files import StoredFile, new_file_id

router = APIRouter(prefix="/files")

MOST_LISTED = 10_000
PURPOSES = ("vision", "user_data", "batch", "batch_output")
OTHERS = ("assistants", "assistants_output", "evals", "fine-tune", "fine-tune-results")
HEAD = 1_024  # bytes that tell what a file is
_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})", re.ASCII)


@router.post("")
async def create(request: Request) -> Response:
    """Keep one file."""
    backend, caller = backend_of(request), caller_of(request).id
    kept = backend.store.files

    async def make(file_id: str) -> Response:
        add = partial(_add, asked, caller, file_id, backend)
        return JsonAnswer(file_object(await asyncio.to_thread(add)))

    async def again(file_id: str) -> Response:
        return JsonAnswer(file_object(await asyncio.to_thread(kept.get, caller, file_id)))

    rules = file_rules(("purpose", "expires_after"), LARGEST)
    form = await read_form(request, rules, backend.store.inputs.spool)
    try:
        asked = read_file_request(form)
        claim = claim_of(request, [asked.filename, asked.file.sha256, dict(form.texts)])
        return await once(claim, backend, new_file_id, make, again)
    finally:
        form.discard()


@router.get("")
async def files(request: Request) -> dict[str, Any]:
    """A page of the caller's files, newest first unless `order` says asc."""
    query = read_query(request, ("after", "limit", "order", "purpose"))
    limit = read_limit(query, absent=MOST_LISTED, most=MOST_LISTED)
    found = await asyncio.to_thread(
        backend_of(request).store.files.list,
        caller_of(request).id,
        limit=limit + 1,
        after=query.get("after"),
        ascending=read_choice(query, "order", ("asc", "desc")) == "asc",
        purpose=read_choice(query, "purpose", (*PURPOSES, *OTHERS)),
    )
    return page(found, limit, file_object)


@router.get("/{file_id}")
async def file(request: Request, file_id: str) -> dict[str, Any]:
    """One file's facts; 404 for an unknown id."""
    read_query(request, ())
    kept = backend_of(request).store.files
    return file_object(await asyncio.to_thread(kept.get, caller_of(request).id, file_id))


@router.get("/{file_id}/content")
async def content(request: Request, file_id: str) -> Response:
    """Its bytes, always to be saved and never to be shown: a stranger may have made them."""
    read_query(request, ())
    kept, caller = backend_of(request).store.files, caller_of(request).id
    facts = await asyncio.to_thread(kept.get, caller, file_id)
    path = await asyncio.to_thread(kept.path, caller, file_id)
    kind = kind_of(await asyncio.to_thread(_head, path))
    _check_range(request, facts.bytes)
    return FileResponse(
        path,
        media_type=PICTURES.get(kind or "", "application/octet-stream"),
        filename=facts.filename,
        headers={"cache-control": "private, no-cache"},
    )


@router.delete("/{file_id}")
async def delete(request: Request, file_id: str) -> dict[str, Any]:
    """Gone for good; 409 while a batch that reads it runs."""
    read_query(request, ())
    kept = backend_of(request).store.files
    await asyncio.to_thread(kept.delete, caller_of(request).id, file_id)
    return {"id": file_id, "object": "file", "deleted": True}


def file_object(kept: StoredFile) -> dict[str, Any]:
    """OpenAI's file object. `status` is deprecated there, and still required by its clients."""
    expiry = {} if kept.expires_at is None else {"expires_at": kept.expires_at}
    return {
        "id": kept.id,
        "object": "file",
        "bytes": kept.bytes,
        "created_at": kept.created_at,
        "filename": kept.filename,
        "purpose": kept.purpose,
        "status": "processed",
        "status_details": None,
        **expiry,
    }


def _check_range(request: Request, size: int) -> None:
    """InvalidRequest for a range that Starlette would refuse in a shape that is not OpenAI's."""
    for given in request.headers.getlist("range"):
        match = _RANGE.fullmatch(given)
        if match is None or int(match[1]) >= size or (match[2] and int(match[2]) < int(match[1])):
            raise InvalidRequest(
                f"Invalid header 'Range': {given[:100]!r}. The file has {size:,} bytes; give one"
                " range, such as 'bytes=0-99'.",
                param="Range",
            )


def _add(asked: FileRequest, caller: str, file_id: str, backend: Backend) -> StoredFile:
    _check(asked, backend)
    return backend.store.files.add(
        caller,
        asked.file.path,
        filename=asked.filename,
        purpose=asked.purpose,
        expires_at=asked.expires_at,
        sha256=asked.file.sha256,
        size=asked.file.size,
        file_id=file_id,
    )


def _check(asked: FileRequest, backend: Backend) -> None:
    """Refuse what could not be used, and what there is no room for."""
    if asked.purpose == "vision":
        _check_picture(_head(asked.file.path))
    used, most = backend.store.files.space(), backend.settings.files_space
    if most and used + asked.file.size > most:
        raise InvalidRequest(
            f"The files of this server take {used:,} bytes and may take {most:,}: one of"
            f" {asked.file.size:,} has no room. Delete some, or raise SFUMATO_FILES_SPACE.",
            param="file",
            code="files_space_exceeded",
        )


def _head(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(HEAD)


def _check_picture(head: bytes) -> None:
    try:
        picture_kind(head)
    except InvalidRequest as error:
        raise InvalidRequest(
            f"{error.message} Other files may be kept with the purpose 'user_data'.",
            param="file",
            code=error.code,
        ) from error
