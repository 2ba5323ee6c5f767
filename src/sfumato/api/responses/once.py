"""A response that is asked for again with the same idempotency key: the one that is there.

One that was not to be kept, failed or was cancelled is made anew. Knows nothing about how one is
made.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext

from sfumato.api.backend import Backend
from sfumato.api.responses.running import Run
from sfumato.api.responses.runs import Runs
from sfumato.errors import NotFound
from sfumato.store.idempotency import Claim
from sfumato.store.responses import StoredResponse


def in_turn(claim: Claim | None, backend: Backend) -> AbstractAsyncContextManager[None]:
    """Around the look-up and the acceptance: requests with one key come in one by one."""
    return nullcontext() if claim is None else backend.pending.of(claim)


async def earlier(claim: Claim | None, backend: Backend, runs: Runs) -> Run | StoredResponse | None:
    """What the key stands for; Conflict when it stands for another request."""
    if claim is None:
        return None
    target = await asyncio.to_thread(backend.store.idempotency.find, claim)
    if target is None:
        return None
    run = runs.find(claim.caller, target)
    if run is not None:
        return run
    try:
        return await asyncio.to_thread(backend.store.responses.get, claim.caller, target)
    except NotFound:
        await asyncio.to_thread(backend.store.idempotency.forget, claim.caller, target)
        return None


async def remember(claim: Claim | None, run: Run, backend: Backend) -> None:
    """Let the key stand for the response from now on, if it will be there to be found."""
    if claim is not None and run.ask.kept:
        await asyncio.to_thread(backend.store.idempotency.remember, claim, run.ask.id)
