"""Image jobs that outlive the connection they came over, and the server: they are kept, then made.

A restart goes on where it was: finished pictures are found by their ids and not made again. Knows
no HTTP and no names of models.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Any, Self, TypeAlias

from sfumato.core import EncodedImage, EncodedPreview, ImageParams
from sfumato.errors import NotFound, QueueFull, ServerError, SfumatoError
from sfumato.jobs.job import Job, JobEvent
from sfumato.jobs.live_job import LiveJob
from sfumato.jobs.saved_params import params_from_json
from sfumato.jobs.scheduler import EVERYBODY, LEFT_FREE, Scheduler
from sfumato.registry.snapshot import Snapshot
from sfumato.store import Store
from sfumato.store.idempotency import Claim
from sfumato.store.jobs import StoredJob

FindSnapshot: TypeAlias = Callable[[str], Awaitable[Snapshot]]
log = logging.getLogger(__name__)


class Ledger:
    """`async with Ledger(…) as ledger`: `accept`, `follow`, `cancel`.

    Leaving it ends nothing in the books: what was not finished goes on at the next start.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        store: Store,
        *,
        find: FindSnapshot,
        most_waiting: int,
        spare: int,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._scheduler = scheduler
        self._store = store
        self._find = find
        self._most_waiting = most_waiting
        self._spare = spare
        self._on_end = on_end
        self._live: dict[str, LiveJob] = {}
        self._waiting: deque[LiveJob] = deque()
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        for record in await asyncio.to_thread(self._store.jobs.unfinished):
            await self._take_up(record)
        self._spawn(self._dispatch())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def check_room(self, caller: str) -> None:
        """QueueFull when as many wait as may; as in the scheduler, a key leaves some to others."""
        waiting = len(self._waiting)
        has_some = any(live.record.caller == caller for live in self._waiting)
        left_free = self._most_waiting // LEFT_FREE if has_some and caller != EVERYBODY else 0
        if waiting + left_free >= self._most_waiting:
            raise QueueFull(
                f"{waiting} jobs wait already, as many as this server keeps waiting. Try again"
                " later.",
                retry_after=max(1, waiting),
            )

    async def accept(
        self,
        record: StoredJob,
        params: ImageParams,
        *,
        claim: Claim | None = None,
        job: Job | None = None,
        on_end: Callable[[int], None] = lambda left: None,
    ) -> str:
        """Keep the job, durably, and see to it; its id, or that of the job `claim` stood for.

        With `job` it has its place in the scheduler already, else it waits for one. `on_end` is
        told how many pictures were not made.
        """
        if job is None:
            self.check_room(record.caller)
        live = self._live[record.id] = LiveJob(record, params, on_end)
        live.job = job
        try:
            standing = await asyncio.to_thread(self._store.jobs.add, record, claim)
        except BaseException:
            self._drop(live)
            raise
        if standing != record.id:
            self._drop(live)
        elif job is not None:
            self._spawn(self._make(live, job))
        else:
            self._waiting.append(live)
            self._news.set()
        return standing

    async def follow(self, record: StoredJob) -> AsyncGenerator[JobEvent]:
        """What happened and what happens: of a job that is over, its pictures."""
        live = self._live.get(record.id)
        if live is None:
            over = await asyncio.to_thread(self._store.jobs.get, record.caller, record.id)
            for image in await asyncio.to_thread(self._kept, over):
                yield image
            if over.state != "completed":
                raise _Kept(over)
            return
        async with aclosing(live.events()) as events:
            async for event in events:
                yield event

    async def pictures(self, record: StoredJob) -> Sequence[EncodedImage]:
        """Those that are finished, without their bytes."""
        return await asyncio.to_thread(self._kept, record)

    def live(self, job_id: str) -> LiveJob | None:
        """The job while it is not over."""
        return self._live.get(job_id)

    def position(self, live: LiveJob) -> int:
        """Turns before its next one; 0 while it is worked on."""
        if live.job is not None:
            return live.job.position
        before = self._waiting.index(live) if live in self._waiting else 0
        return before + len(self._scheduler.jobs)

    async def cancel(self, caller: str, job_id: str) -> StoredJob:
        """Stop it within one step; harmless when it is over. NotFound as with `Jobs.get`."""
        record = await asyncio.to_thread(self._store.jobs.get, caller, job_id)
        live = self._live.get(job_id)
        if live is None:
            return record
        live.cancelled = True
        if live in self._waiting:
            self._waiting.remove(live)
            await self._end(live, "cancelled", _cancelled())
        elif live.job is not None:
            live.job.cancel()
        with suppress(Exception):  # the books say how it ended, and it is read from there
            async with aclosing(live.events()) as events:
                async for _ in events:
                    pass
        return await asyncio.to_thread(self._store.jobs.get, caller, job_id)

    async def _take_up(self, record: StoredJob) -> None:
        """Go on with it, unless another version of us wrote what this one cannot read."""
        try:
            live = LiveJob(record, params_from_json(record.params), lambda left: None)
        except (KeyError, TypeError) as error:
            log.error("job %s cannot be gone on with", record.id, exc_info=error)
            told = ServerError("Another version of this server accepted it. Send it again.")
            end = self._store.jobs.end
            await asyncio.to_thread(end, record, "failed", told.envelope()["error"])
            self._on_end()
            return
        for image in await asyncio.to_thread(self._kept, record):
            live.publish(image)
        self._live[record.id] = live
        self._waiting.append(live)

    async def _dispatch(self) -> None:
        """One after the other, in the order of acceptance, each when there is room for it."""
        while True:
            self._news.clear()
            while self._waiting:
                await self._begin(self._waiting[0])
            await self._news.wait()

    async def _begin(self, live: LiveJob) -> None:
        """Give it its place. It stays among the waiting until then, and may be cancelled there."""
        try:
            snapshot = await self._find(live.record.snapshot)
            await self._scheduler.room(self._spare)
            if live not in self._waiting:
                return
            live.job = self._scheduler.submit(
                live.params,
                snapshot,
                live.record.caller,
                picture_ids=live.record.pictures,
                first=live.pictures,
                level=live.record.delivery["moderation"],
            )
        except Exception as error:
            if live in self._waiting:
                self._waiting.remove(live)
                await self._failed(live, error)
            return
        self._waiting.remove(live)
        self._spawn(self._make(live, live.job, goes_on=True))

    async def _make(self, live: LiveJob, job: Job, *, goes_on: bool = False) -> None:
        """One that `goes_on` waits again when the server fails after some pictures, as past a
        deadline. Somebody who holds a connection is told instead."""
        before = live.pictures
        try:
            async with job, aclosing(job.events()) as events:
                async for event in events:
                    if live.progress is None:
                        await asyncio.to_thread(self._store.jobs.begin, live.record.id)
                    await self._publish(live, event)
        except Exception as error:
            came_on = live.pictures > before and isinstance(error, ServerError)
            if goes_on and came_on and not live.cancelled:
                self._wait_again(live)
            else:
                await self._failed(live, error)
        else:
            await self._end(live, "completed")

    def _wait_again(self, live: LiveJob) -> None:
        live.job = None
        self._waiting.appendleft(live)  # in the order of acceptance
        self._news.set()

    async def _publish(self, live: LiveJob, event: JobEvent) -> None:
        if not isinstance(event, EncodedPreview):
            live.publish(event)
            return
        if live.has_told(event):
            return
        path = await asyncio.to_thread(self._store.inputs.spool)
        await asyncio.to_thread(path.write_bytes, event.data)
        live.publish(event, path)

    async def _failed(self, live: LiveJob, error: Exception) -> None:
        if live.cancelled:
            await self._end(live, "cancelled", _cancelled())
            return
        if not isinstance(error, SfumatoError):
            log.error("job %s failed", live.record.id, exc_info=error)
            error = ServerError("The server failed while it made this picture. Its log says why.")
        await self._end(live, "failed", error)

    async def _end(self, live: LiveJob, state: str, error: SfumatoError | None = None) -> None:
        told = None if error is None else error.envelope()["error"]
        try:
            await asyncio.to_thread(self._store.jobs.end, live.record, state, told)
        except Exception as failure:  # a full disk: the books stay open, a restart tries again
            log.error("the end of job %s could not be kept", live.record.id, exc_info=failure)
            error = error or ServerError("The pictures are kept, but not that they are finished.")
        self._live.pop(live.record.id, None)
        live.close(error)
        self._on_end()

    def _kept(self, record: StoredJob) -> Sequence[EncodedImage]:
        found: list[EncodedImage] = []
        for index, picture_id in enumerate(record.pictures):
            try:
                picture = self._store.pictures.get(record.caller, picture_id)
            except NotFound:
                break
            found.append(picture.encoded(index))
        return found

    def _drop(self, live: LiveJob) -> None:
        del self._live[live.record.id]
        if live.job is not None:
            live.job.cancel()
        live.close()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Kept(SfumatoError):
    """Why a job that is over has no result, as it was told then."""

    def __init__(self, record: StoredJob) -> None:
        self._error = record.error or _unfinished()
        super().__init__(f"job {record.id} is {record.state}")

    def envelope(self) -> dict[str, Any]:
        return {"error": dict(self._error)}


def _unfinished() -> dict[str, Any]:
    error: dict[str, Any] = ServerError("It goes on when the server is started again.").envelope()
    return dict(error["error"])


def _cancelled() -> ServerError:
    return ServerError("The job was cancelled.")
