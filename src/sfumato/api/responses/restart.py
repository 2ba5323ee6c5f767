"""What a stop of the server left unfinished: gone on with, ended honestly, or swept.

Knows nothing about how a response is made.
"""

import asyncio
import logging
from dataclasses import replace

from sfumato.api.backend import Backend
from sfumato.api.caller import Caller
from sfumato.api.responses.asking import ask_again
from sfumato.api.responses.failing import CUT
from sfumato.api.responses.partials import sweep_partials
from sfumato.api.responses.plan import plan_from_json
from sfumato.api.responses.running import Run
from sfumato.errors import SfumatoError
from sfumato.store.responses import UNKEPT, StoredResponse

log = logging.getLogger(__name__)


async def restarted(backend: Backend) -> list[Run]:
    """The background responses to go on with, oldest first; the others are dealt with."""
    going_on: list[Run] = []
    spared: set[str] = set()
    for row in await asyncio.to_thread(backend.store.responses.unfinished):
        if row.status == UNKEPT:
            await asyncio.to_thread(_sweep, row, backend)
            continue
        run = _run(row, backend)
        if run is None:
            await asyncio.to_thread(_give_up, row, backend)
            continue
        if not run.ask.background:
            await run.cut()
            continue
        going_on.append(run)
        spared |= {call.id for call in run.plan.calls} if run.plan else set()
    await asyncio.to_thread(sweep_partials, backend.store.objects, spared)
    return going_on


def _run(row: StoredResponse, backend: Backend) -> Run | None:
    """None for one that was kept by a version that allowed, or wrote, what this one does not."""
    try:
        ask = ask_again(row, Caller(id=row.caller), backend)
        plan = None if row.plan is None else plan_from_json(row.plan)
    except (SfumatoError, KeyError, TypeError, ValueError) as error:
        log.error("response %s cannot be gone on with", row.id, exc_info=error)
        return None
    return Run(ask, row.input, backend, plan, row.body)


def _give_up(row: StoredResponse, backend: Backend) -> None:
    body = {**row.body, "status": "failed", "error": CUT}
    backend.store.responses.finish(replace(row, status="failed", body=body), ())
    backend.store.idempotency.forget(row.caller, row.id)


def _sweep(row: StoredResponse, backend: Backend) -> None:
    for picture in (row.plan or {}).get("pictures", ()):
        backend.store.pictures.remove(row.caller, picture)
    backend.store.responses.forget(row.caller, row.id)
