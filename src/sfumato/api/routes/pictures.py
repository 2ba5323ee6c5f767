"""GET /v1/sfumato/pictures…: the history of the caller's own pictures.

An extension, so not there in strict mode. Knows nothing about how pictures are made.
"""

import asyncio
from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response

from sfumato.api.backend import backend_of
from sfumato.api.caller import caller_of
from sfumato.api.refusing import unknown_parameter
from sfumato.errors import InvalidRequest
from sfumato.store import StoredPicture

router = APIRouter(prefix="/sfumato/pictures")

LIMIT, MOST = 24, 100


@router.get("")
async def pictures(request: Request) -> dict[str, Any]:
    """A page, newest first: `limit` of them, those older than `after`."""
    kept, caller = backend_of(request).store.pictures, caller_of(request).id
    _check_query(request)
    limit, after = _limit(request), request.query_params.get("after")
    if after is not None:
        # An unknown cursor is a 404, not an empty page.
        await asyncio.to_thread(kept.get, caller, after)
    found = await asyncio.to_thread(kept.list, caller, limit=limit + 1, before=after)
    page = found[:limit]
    return {
        "object": "list",
        "data": [_picture(one) for one in page],
        "first_id": page[0].id if page else None,
        "last_id": page[-1].id if page else None,
        "has_more": len(found) > limit,
    }


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


def _check_query(request: Request) -> None:
    """InvalidRequest for what this list does not have, such as `order`, and for two of a kind."""
    names = Counter(name for name, _ in request.query_params.multi_items())
    for name, times in names.items():
        if name not in ("limit", "after"):
            raise unknown_parameter(name)
        if times > 1:
            raise InvalidRequest(f"'{name}' stands {times} times. Give it once.", param=name)


def _limit(request: Request) -> int:
    given = request.query_params.get("limit", str(LIMIT))
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:9]) <= MOST):
        raise InvalidRequest(
            f"Invalid 'limit': give a whole number from 1 to {MOST}.", param="limit"
        )
    return int(given[:9])


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
