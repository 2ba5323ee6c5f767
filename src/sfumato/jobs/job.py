"""One accepted request: its state, its deadline and the events its consumer pulls.

Lock-step: the engine computes a step only when the consumer pulls, and a consumer that stops
pulling stops the work. Knows nothing about HTTP.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeAlias, TypeVar
from uuid import uuid4

from sfumato.core import EncodedImage, EncodedPreview, ImageParams, Picture, Preview, Progress
from sfumato.errors import ServerError
from sfumato.jobs.engine_worker import EngineRun, EngineWorker
from sfumato.jobs.light_worker import LightWorker
from sfumato.jobs.turns import Turns
from sfumato.registry.snapshot import Snapshot
from sfumato.safety.moderation import Level
from sfumato.store import Store

JobEvent: TypeAlias = Progress | EncodedPreview | EncodedImage
P = ParamSpec("P")
T = TypeVar("T")


class JobState(StrEnum):
    """queued → running → finished | failed | cancelled"""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What all jobs share: who renders, who encodes, who keeps, and whose turn it is."""

    engine: EngineWorker
    light: LightWorker
    store: Store
    turns: Turns


class Job:
    """Pull `events()` to make the pictures; `cancel()`, or leave `async with job`, to stop."""

    def __init__(
        self,
        *,
        params: ImageParams,
        snapshot: Snapshot,
        caller: str,
        workshop: Workshop,
        timeout: float,
        on_picture: Callable[[float], None],
        on_close: Callable[["Job"], None],
        picture_ids: Sequence[str | None] = (),
        first: int = 0,
        level: Level = "auto",
    ) -> None:
        loop = asyncio.get_running_loop()
        self.id = f"job_{uuid4().hex}"
        self.params = params
        self.snapshot = snapshot
        self.caller = caller
        self.state = JobState.QUEUED
        self.pictures_done = first  # those before were finished by an earlier job
        self.pictures_kept = first
        self._workshop = workshop
        self._timeout = timeout
        self._deadline = loop.time() + timeout
        self._alarm = loop.call_at(self._deadline, self._expire)
        self._on_picture = on_picture
        self._on_close = on_close
        self._level: Level = level
        self._picture_ids = picture_ids or (None,) * params.n
        self._watchers: list[Callable[[Job], None]] = []
        self._run: EngineRun | None = None
        self._over = False
        self._expired = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cancel()

    @property
    def position(self) -> int:
        """Turns before this job's next one; 0 while it renders."""
        return self._workshop.turns.ahead_of(self)

    @property
    def pictures_left(self) -> int:
        """Pictures of n not yet rendered."""
        return self.params.n - self.pictures_done

    def when_over(self, watcher: Callable[["Job"], None]) -> None:
        """Have `watcher` called when the job ends, however it ends."""
        self._watchers.append(watcher)

    def cancel(self) -> None:
        """Stop within one step and give up the place in the queue. Harmless when it is over."""
        self._close(JobState.CANCELLED)

    async def events(self) -> AsyncGenerator[JobEvent]:
        """Progress over all n pictures, previews and finished files, as they are computed.

        Raises what the engine, the codec or the store raised, and ServerError past the deadline.
        Close it (`contextlib.aclosing`) or leave the job to cancel.
        """
        try:
            for index in range(self.pictures_done, self.params.n):
                async with aclosing(self._picture(index)) as events:
                    async for event in events:
                        yield event
            self._close(JobState.FINISHED)
        except Exception:
            self._close(JobState.FAILED)
            raise
        finally:
            self.cancel()

    async def _picture(self, index: int) -> AsyncGenerator[JobEvent]:
        params = self.params.single(index)
        run = self._run = self._workshop.engine.run(params, self.snapshot)
        partials = count()
        seconds = 0.0
        while True:
            await self._in_time(self._workshop.turns.take, self)
            self.state = JobState.RUNNING
            begun = self._now()
            frame = await self._in_time(run.pull)
            seconds += self._now() - begun
            if isinstance(frame, Picture):
                break
            event = await self._event(frame, params, index, partials)
            with self._workshop.turns.lent_while_idle(self):
                yield event
        self._workshop.turns.give_back(self)
        self.pictures_done += 1
        self._on_picture(seconds)
        image = await self._in_time(self._keep, frame, params, index)
        self.pictures_kept += 1
        yield image

    async def _event(
        self, frame: Progress | Preview, params: ImageParams, index: int, partials: Iterator[int]
    ) -> Progress | EncodedPreview:
        if isinstance(frame, Progress):
            steps = frame.steps * self.params.n
            return Progress(step=frame.steps * index + frame.step, steps=steps)
        finish_preview = self._workshop.light.finish_preview
        return await self._in_time(
            finish_preview, frame, params, index, next(partials), self._level
        )

    async def _keep(self, picture: Picture, params: ImageParams, index: int) -> EncodedImage:
        finish = self._workshop.light.finish
        image = await finish(picture, params, self.snapshot, index, self._level)
        add = self._workshop.store.pictures.add
        kept = await asyncio.to_thread(
            add,
            image,
            params=params,
            snapshot_id=self.snapshot.id,
            caller=self.caller,
            picture_id=self._picture_ids[index],
        )
        return replace(image, picture_id=kept.id, object_key=kept.object_key)

    async def _in_time(
        self, work: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `work`, unless the job is over or its deadline comes first."""
        self._check()
        try:
            async with asyncio.timeout_at(self._deadline):
                result = await work(*args, **kwargs)
        except TimeoutError as error:
            self._expire()
            raise self._ending() from error
        self._check()
        return result

    def _check(self) -> None:
        if self._over:
            raise self._ending()

    def _ending(self) -> ServerError:
        if not self._expired:
            return ServerError("The request was cancelled.")
        return ServerError(
            f"The request took longer than the {self._timeout:g} seconds this server allows for"
            " one. Ask for fewer, smaller or lower-quality pictures, or raise"
            " SFUMATO_JOB_TIMEOUT.",
        )

    def _expire(self) -> None:
        self._expired = True
        self._close(JobState.FAILED)

    def _close(self, state: JobState) -> None:
        if self._over:
            return
        self._over = True
        self.state = state
        self._alarm.cancel()
        if self._run is not None:
            self._run.close()
        self._workshop.turns.give_back(self)
        self._on_close(self)
        for watcher in self._watchers:
            watcher(self)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
