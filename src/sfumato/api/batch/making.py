"""One line of a batch made: ordered, rendered, settled, each step kept before the next begins.

Knows nothing about the other lines, but that they share a few places.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sfumato.api.backend import Backend
from sfumato.api.batch.input import InputLine
from sfumato.api.batch.lines import (
    answered,
    order_from_json,
    order_line,
    order_to_json,
    picture_ids,
    refused,
)
from sfumato.api.orders import Order, finished
from sfumato.errors import NotFound, QueueFull, ServerError, SfumatoError, StorageFull
from sfumato.store import StoredPicture
from sfumato.store.batch_lines import COMPLETED, FAILED, Line
from sfumato.store.batches import StoredBatch

ATTEMPTS = 3  # at a line that fails for a reason of the server

T = TypeVar("T")

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The batch ends before this line was rendered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The places that all batches share; nobody passes once the batch is to stop."""

    places: asyncio.Semaphore
    stop: asyncio.Event
    backend: Backend

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Inside there is room for one job. Stopped when the batch ends first."""
        async with self.places:
            spare = self.backend.settings.queue_size // 2
            room = asyncio.ensure_future(self.backend.scheduler.room(spare))
            stopped = asyncio.ensure_future(self.stop.wait())
            try:
                await asyncio.wait({room, stopped}, return_when="FIRST_COMPLETED")
            finally:
                room.cancel()
                stopped.cancel()
            if self.stop.is_set():
                raise Stopped
            yield


async def make_line(line: InputLine, known: Line, batch: StoredBatch, gate: Gate) -> None:
    """Bring the line to its result, unless `gate` is closed. StorageFull leaves it as it was."""
    lines = gate.backend.store.batch_lines
    try:
        state, result = COMPLETED, await _result(line, known, batch, gate)
    except Stopped:
        return
    except StorageFull:
        raise
    except SfumatoError as error:
        state, result = FAILED, refused(error)
    except Exception:
        log.exception("line %d of batch %s failed", line.line, batch.id)
        unknown = ServerError("The server had an error while it processed this line.")
        state, result = FAILED, refused(unknown)
    await asyncio.to_thread(lines.settle, batch.id, line.line, state, result)


async def _result(line: InputLine, known: Line, batch: StoredBatch, gate: Gate) -> dict[str, Any]:
    order = await _tried(lambda: _order(line, known, batch, gate.backend))
    pictures = await _tried(lambda: _pictures(order, line, batch, gate))
    return answered(order, pictures, gate.backend.store)


async def _tried(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of `work`, begun again when the server failed in a way that may pass."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await work()
        except ServerError as error:
            if not error.should_retry:
                raise
    return await work()


async def _order(line: InputLine, known: Line, batch: StoredBatch, backend: Backend) -> Order:
    if known.job is not None:
        return await order_from_json(known.job, batch.caller, backend)
    order = await order_line(line, batch, backend)
    begin = backend.store.batch_lines.begin
    await asyncio.to_thread(begin, batch.id, line.line, order_to_json(order))
    return order


async def _pictures(
    order: Order, line: InputLine, batch: StoredBatch, gate: Gate
) -> Sequence[StoredPicture]:
    """Those that were kept before a restart, then the others, which are made now.

    A job that fails after some of its pictures, such as for its deadline, goes on with the others.
    """
    ids = picture_ids(batch.id, line.line, order.params.n)
    kept = await asyncio.to_thread(_kept, gate.backend, batch.caller, ids)
    while len(kept) < len(ids):
        before = len(kept)
        failure = await _make(order, ids, before, gate)
        kept = await asyncio.to_thread(_kept, gate.backend, batch.caller, ids)
        if failure is not None and len(kept) == before:
            raise failure
    return kept


async def _make(order: Order, ids: Sequence[str], first: int, gate: Gate) -> ServerError | None:
    """Make the pictures from `first` on; what ended that early, if the server did."""
    async with gate.passed():
        try:
            job = gate.backend.scheduler.submit(
                order.params,
                order.snapshot,
                order.caller.id,
                picture_ids=ids,
                first=first,
                level=order.delivery.moderation,
            )
            async with job, aclosing(job.events()) as events:
                await finished(events)
        except QueueFull:
            return None  # somebody came between: wait for room again
        except ServerError as error:
            return error
    return None


def _kept(backend: Backend, caller: str, ids: Sequence[str]) -> list[StoredPicture]:
    """Pictures are made in order, so those that are there come first."""
    found: list[StoredPicture] = []
    for picture_id in ids:
        try:
            found.append(backend.store.pictures.get(caller, picture_id))
        except NotFound:
            break
    return found
