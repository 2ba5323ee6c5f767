"""GET /v1/sfumato/links/{picture}: one picture, to whoever has a signed link that is still good.

An extension, so not there in strict mode. Needs no key: the guard lets this address through.
"""

import asyncio

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from sfumato.api.backend import backend_of

router = APIRouter(prefix="/sfumato/links")


@router.get("/{picture_id}")
async def linked(request: Request, picture_id: str) -> Response:
    """The file, with its credentials."""
    backend, given = backend_of(request), request.query_params
    backend.links.check(picture_id, given.get("expires", ""), given.get("signature", ""))
    stored = await asyncio.to_thread(backend.store.pictures.whoever_owns, picture_id)
    headers = {
        "cache-control": "private, max-age=3600",
        "content-disposition": "inline",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    path = backend.store.objects.path(stored.object_key)
    return FileResponse(path, media_type=stored.media_type, headers=headers)
