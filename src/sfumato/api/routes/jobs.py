"""/v1/sfumato/jobs…: image jobs that are answered later, for whoever asked for them.

An extension, so not there in strict mode. Knows nothing about how they are made.
"""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from sfumato.api.answer import JsonAnswer
from sfumato.api.backend import backend_of
from sfumato.api.caller import caller_of
from sfumato.api.job_object import job_object
from sfumato.api.kept_orders import events_answer, result
from sfumato.api.query import page, read_choice, read_limit, read_query

router = APIRouter(prefix="/sfumato/jobs")

LIMIT, MOST = 20, 100


@router.get("")
async def jobs(request: Request) -> dict[str, Any]:
    """A page of the caller's jobs, newest first, without their results."""
    backend, caller = backend_of(request), caller_of(request).id
    query = read_query(request, ("limit", "after"))
    limit, after = read_limit(query, absent=LIMIT, most=MOST), query.get("after")
    kept = backend.store.jobs
    if after is not None:
        await asyncio.to_thread(kept.get, caller, after)  # an unknown cursor is a 404
    found = await asyncio.to_thread(kept.list, caller, limit=limit + 1, after=after)
    return page(found, limit, lambda record: job_object(record, backend.ledger))


@router.get("/{job_id}")
async def job(request: Request, job_id: str) -> Response:
    """How it stands, with the pictures once they are there; with `stream=true`, as they come."""
    backend, caller = backend_of(request), caller_of(request).id
    query = read_query(request, ("stream",))
    streams = read_choice(query, "stream", ("true", "false")) == "true"
    record = await asyncio.to_thread(backend.store.jobs.get, caller, job_id)
    if streams:
        return await events_answer(record, backend)
    pictures = await result(record, request, backend) if record.state == "completed" else None
    return JsonAnswer(job_object(record, backend.ledger, pictures))


@router.post("/{job_id}/cancel")
async def cancel(request: Request, job_id: str) -> dict[str, Any]:
    """Stop it within a step. One that is over stays as it is."""
    backend, caller = backend_of(request), caller_of(request).id
    record = await backend.ledger.cancel(caller, job_id)
    return job_object(record, backend.ledger)


@router.delete("/{job_id}")
async def delete(request: Request, job_id: str) -> dict[str, Any]:
    """Forget a job that is over. Its pictures stay in the history."""
    backend, caller = backend_of(request), caller_of(request).id
    await asyncio.to_thread(backend.store.jobs.delete, caller, job_id)
    return {"id": job_id, "object": "sfumato.job.deleted", "deleted": True}
