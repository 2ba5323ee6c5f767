"""Carries batches out while nobody waits, and goes on after a restart where it stopped.

Where each batch and each of its lines stand is in the store before anything is told or rendered.
People come first: all batches together hold a few places of the queue, and only while half of it is
free. Knows nothing about HTTP.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from sfumato.api.backend import Backend
from sfumato.api.batch.checking import check_batch, require_input
from sfumato.api.batch.input import InputLine, numbered_lines, read_line
from sfumato.api.batch.making import Gate, make_line
from sfumato.api.batch.results import write_results
from sfumato.api.batch.schema import BatchRequest
from sfumato.errors import Conflict
from sfumato.store.batch_lines import Line
from sfumato.store.batches import StoredBatch
from sfumato.store.files import RUNNING

WINDOW_SECONDS = 86_400
DESKS = 8  # batches whose lines are in memory; others wait for their turn
AT_ONCE = 2  # pictures in work for all batches: one renders while another is encoded
RETRY_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    task: asyncio.Task[None]
    stop: asyncio.Event


class BatchRunner:
    """`async with BatchRunner(backend) as runner: await runner.begin(…)`; entering takes up what is
    not over yet, leaving stops it until the next time."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._store = backend.store
        self._places = asyncio.Semaphore(AT_ONCE)
        self._desks = asyncio.Semaphore(DESKS)
        self._one_check = asyncio.Lock()
        self._running: dict[str, _Running] = {}

    async def __aenter__(self) -> Self:
        for batch in await asyncio.to_thread(self._store.batches.running):
            self.take(batch)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def begin(self, caller: str, asked: BatchRequest, batch_id: str) -> StoredBatch:
        """Accept a batch. NotFound or InvalidRequest when its input file will not do."""
        batch = await asyncio.to_thread(self._add, caller, asked, batch_id)
        self.take(batch)
        return batch

    def take(self, batch: StoredBatch) -> None:
        """Carry `batch` out in the background."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._carry_out(batch.id, batch.caller, stop))
        self._running[batch.id] = _Running(task=task, stop=stop)
        task.add_done_callback(lambda _: self._running.pop(batch.id, None))

    async def cancel(self, caller: str, batch_id: str) -> StoredBatch:
        """Begin no more lines; those in work are finished. Conflict when it is too late."""
        await asyncio.to_thread(self._store.batches.get, caller, batch_id)
        batch = await self._move(batch_id, ("validating", "in_progress"), "cancelling")
        if batch.status != "cancelling":
            raise Conflict(f"The batch '{batch_id}' is {batch.status}: it cannot be cancelled.")
        if batch_id in self._running:
            self._running[batch_id].stop.set()
        return batch

    def _add(self, caller: str, asked: BatchRequest, batch_id: str) -> StoredBatch:
        require_input(self._store.files, caller, asked.input_file_id)
        expiry = asked.output_expires_after
        return self._store.batches.add(
            caller,
            endpoint=asked.endpoint,
            input_file=asked.input_file_id,
            batch_id=batch_id,
            facts={
                "completion_window": asked.completion_window,
                "expires_at": int(time.time()) + WINDOW_SECONDS,
                "metadata": asked.pairs,
                "output_expires_after": None if expiry is None else expiry.seconds,
            },
        )

    async def _carry_out(self, batch_id: str, caller: str, stop: asyncio.Event) -> None:
        """To its end; what fails for a reason of the server is tried again later."""
        while True:
            try:
                batch = await asyncio.to_thread(self._store.batches.get, caller, batch_id)
                await self._advance(batch, stop)
                self._backend.webhooks.wake()  # its end was announced with its status
                return
            except Exception:
                log.exception("batch %s stopped; it goes on in %g s", batch_id, RETRY_SECONDS)
                await asyncio.sleep(RETRY_SECONDS)

    async def _advance(self, batch: StoredBatch, stop: asyncio.Event) -> None:
        if batch.status == "validating":
            batch = await self._validate(batch)
        if batch.status == "in_progress":
            loop = asyncio.get_running_loop()
            alarm = loop.call_later(batch.facts["expires_at"] - time.time(), stop.set)
            try:
                async with self._desks:
                    await self._work(batch, stop)
            finally:
                alarm.cancel()
            batch = await self._move(batch.id, ("in_progress",), "finalizing")
        if batch.status in ("finalizing", "cancelling"):
            await self._finalize(batch)

    async def _validate(self, batch: StoredBatch) -> StoredBatch:
        async with self._one_check:
            checked = await check_batch(batch, self._backend)
        if checked.faults:
            errors = {"object": "list", "data": list(checked.faults)}
            return await self._move(batch.id, ("validating",), "failed", errors=errors)
        await asyncio.to_thread(self._store.batch_lines.replace, batch.id, checked.lines)
        return await self._move(batch.id, ("validating",), "in_progress", model=checked.model)

    async def _work(self, batch: StoredBatch, stop: asyncio.Event) -> None:
        """Make all lines that are not done, or those that are begun before `stop`."""
        waiting = await asyncio.to_thread(self._store.batch_lines.open, batch.id)
        one_reader = asyncio.Lock()
        gate = Gate(places=self._places, stop=stop, backend=self._backend)

        async def work(lines: AsyncGenerator[InputLine, None]) -> None:
            while not stop.is_set():
                async with one_reader:
                    line = await anext(lines, None)
                if line is None:
                    return
                await make_line(line, waiting[line.line], batch, gate)

        async with aclosing(self._lines(batch, waiting)) as lines, asyncio.TaskGroup() as workers:
            for _ in range(AT_ONCE):
                workers.create_task(work(lines))

    async def _lines(
        self, batch: StoredBatch, wanted: Collection[int]
    ) -> AsyncGenerator[InputLine, None]:
        path = await asyncio.to_thread(self._store.files.path, batch.caller, batch.input_file)
        found = numbered_lines(path)
        while (following := await asyncio.to_thread(next, found, None)) is not None:
            number, text = following
            if number in wanted:
                yield await asyncio.to_thread(read_line, number, text, batch.endpoint)

    async def _finalize(self, batch: StoredBatch) -> None:
        end = "cancelled"
        if batch.status == "finalizing":
            left: Mapping[int, Line] = await asyncio.to_thread(
                self._store.batch_lines.open, batch.id
            )
            end = "expired" if left else "completed"
        strict = self._backend.settings.strict
        facts = await asyncio.to_thread(write_results, batch, end, self._store, strict=strict)
        await self._move(batch.id, RUNNING, end, **facts)

    async def _move(self, batch_id: str, of: Collection[str], to: str, **facts: Any) -> StoredBatch:
        moment = {f"{to}_at": int(time.time())}
        move = self._store.batches.move
        return await asyncio.to_thread(move, batch_id, of=of, to=to, facts={**facts, **moment})
