"""/v1/batches: files full of requests, carried out in the background.

Knows nothing about how; see `sfumato.api.batch`.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from sfumato.api.answer import JsonAnswer
from sfumato.api.backend import Backend, backend_of
from sfumato.api.batch.objects import batch_object
from sfumato.api.batch.runner import BatchRunner
from sfumato.api.batch.schema import read_batch
from sfumato.api.body import read_object
from sfumato.api.caller import caller_of
from sfumato.api.idempotency import claim_of, once
from sfumato.api.query import page, read_limit, read_query
from sfumato.store.batches import StoredBatch, new_batch_id

router = APIRouter(prefix="/batches")

LIMIT, MOST = 20, 100


@router.post("")
async def create(request: Request) -> Response:
    """Accept a batch; its input is checked in the background."""
    backend, caller = backend_of(request), caller_of(request).id
    body = await read_object(request)
    asked = read_batch(body)

    async def make(batch_id: str) -> Response:
        batch = await _runner(request).begin(caller, asked, batch_id)
        return JsonAnswer((await _objects(backend, [batch]))[batch_id])

    async def again(batch_id: str) -> Response:
        batch = await asyncio.to_thread(backend.store.batches.get, caller, batch_id)
        return JsonAnswer((await _objects(backend, [batch]))[batch_id])

    return await once(claim_of(request, body), backend, new_batch_id, make, again)


@router.get("")
async def batches(request: Request) -> dict[str, Any]:
    """A page of the caller's batches, newest first."""
    query = read_query(request, ("after", "limit"))
    limit, backend = read_limit(query, absent=LIMIT, most=MOST), backend_of(request)
    kept, caller = backend.store.batches, caller_of(request).id
    found = await asyncio.to_thread(kept.list, caller, limit=limit + 1, after=query.get("after"))
    shown = await _objects(backend, found)
    return page(found, limit, lambda batch: shown[batch.id])


@router.get("/{batch_id}")
async def batch(request: Request, batch_id: str) -> dict[str, Any]:
    """One batch; 404 for an unknown id."""
    read_query(request, ())
    backend = backend_of(request)
    kept = await asyncio.to_thread(backend.store.batches.get, caller_of(request).id, batch_id)
    return (await _objects(backend, [kept]))[kept.id]


@router.post("/{batch_id}/cancel")
async def cancel(request: Request, batch_id: str) -> dict[str, Any]:
    """Begin no more of its lines; what is finished by then goes to its output file."""
    backend = backend_of(request)
    cancelled = await _runner(request).cancel(caller_of(request).id, batch_id)
    return (await _objects(backend, [cancelled]))[cancelled.id]


def _runner(request: Request) -> BatchRunner:
    runner: BatchRunner = request.app.state.batches
    return runner


async def _objects(backend: Backend, found: Sequence[StoredBatch]) -> dict[str, dict[str, Any]]:
    ids = [batch.id for batch in found]
    counts = await asyncio.to_thread(backend.store.batch_lines.counts, ids)
    return {batch.id: batch_object(batch, counts[batch.id]) for batch in found}
