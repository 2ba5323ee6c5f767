"""GET /v1/sfumato/pictures…: the history of the caller's own pictures.

An extension, so not there in strict mode. Knows nothing about how pictures are made.
"""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from sfumato.api.backend import backend_of
from sfumato.api.caller import caller_of
from sfumato.api.query import page, read_limit, read_query
from sfumato.store import StoredPicture

router = APIRouter(prefix="/sfumato/pictures")

LIMIT, MOST = 24, 100


@router.get("")
async def pictures(request: Request) -> dict[str, Any]:
    """A page, newest first: `limit` of them, those older than `after`."""
    kept, caller = backend_of(request).store.pictures, caller_of(request).id
    query = read_query(request, ("limit", "after"))
    limit, after = read_limit(query, absent=LIMIT, most=MOST), query.get("after")
    if after is not None:
        # An unknown cursor is a 404, not an empty page.
        await asyncio.to_thread(kept.get, caller, after)
    found = await asyncio.to_thread(kept.list, caller, limit=limit + 1, before=after)
    return page(found, limit, _picture)


@router.get("/{picture_id}")
async def picture(request: Request, picture_id: str) -> dict[str, Any]:
    """One picture's facts; 404 for an unknown id."""
    kept, caller = backend_of(request).store.pictures, caller_of(request).id
    return _picture(await asyncio.to_thread(kept.get, caller, picture_id))


@router.get("/{picture_id}/content")
async def content(request: Request, picture_id: str) -> Response:
    """The file, with its recipe and credentials."""
    kept, caller = backend_of(request).store.pictures, caller_of(request).id
    stored = await asyncio.to_thread(kept.get, caller, picture_id)
    data = await asyncio.to_thread(kept.read, caller, picture_id)
    headers = {
        "content-disposition": "inline",  # whoever saves it knows a better name than we do
        "cache-control": "private, max-age=31536000, immutable",
    }
    return Response(data, media_type=stored.media_type, headers=headers)


def _picture(stored: StoredPicture) -> dict[str, Any]:
    return {
        "id": stored.id,
        "object": "sfumato.picture",
        "created_at": stored.created_at,
        "snapshot": stored.snapshot,
        "prompt": stored.prompt,
        "seed": stored.seed,
        "size": f"{stored.width}x{stored.height}",
        "quality": stored.quality,
        "background": stored.background,
        "output_format": stored.format,
        "image_sha256": stored.sha256,
        "bytes": stored.bytes,
        "url": f"/v1/sfumato/pictures/{stored.id}/content",
        "recipe": dict(stored.recipe),
    }
