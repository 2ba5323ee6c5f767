"""Admission: a bounded number of jobs, an honest Retry-After, and the workers they share.

Knows nothing about HTTP, model names or how a picture is made.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from sfumato.codec.credentials import open_credentials
from sfumato.core import ImageParams
from sfumato.errors import LONGEST_RETRY, QueueFull, SfumatoError
from sfumato.jobs.engine_worker import ENGINES, EngineWorker
from sfumato.jobs.job import Job, Workshop
from sfumato.jobs.light_worker import LightWorker
from sfumato.jobs.turns import PATIENCE_SECONDS, Turns
from sfumato.registry.snapshot import Snapshot
from sfumato.safety.moderation import Level
from sfumato.settings import Settings
from sfumato.store import Store

if TYPE_CHECKING:
    from sfumato.codec.check import Finding
    from sfumato.codec.inspect import InputFacts
    from sfumato.safety.verdict import Verdict

FIRST_GUESS_SECONDS = 5.0  # per picture, until one was measured
LEFT_FREE = 4  # one place in so many
EVERYBODY = "local"  # the one caller of a server without keys
MEMORY_OF_MEASURES = 0.8  # how much of the running mean stays when a new measure comes

log = logging.getLogger(__name__)


class Scheduler:
    """`async with Scheduler(settings, store, warm_up=snapshot) as scheduler: scheduler.submit(…)`

    Entering starts the workers and returns at once; `ready` turns true when `warm_up` is loaded.
    Leaving cancels what is left and ends the workers.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        warm_up: Snapshot | None = None,
        engines: Mapping[str, str] = ENGINES,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._settings = settings
        self._store = store
        self._snapshot = warm_up
        self._engines = engines
        self._turns = Turns(patience_seconds)
        self._jobs: dict[str, Job] = {}
        self._left = asyncio.Event()  # set, and replaced, whenever a job is over
        self._seconds = FIRST_GUESS_SECONDS
        self._measured = False
        self._warming: asyncio.Task[None] | None = None
        self._workshop: Workshop | None = None

    async def __aenter__(self) -> Self:
        credentials = await asyncio.to_thread(open_credentials, self._settings.root)
        threads = self._settings.threads
        engine = EngineWorker(
            threads, self._store.objects.root, engines=self._engines, on_exit=self._engine_ended
        )
        light = LightWorker(
            credentials,
            threads,
            text_classifier=self._settings.text_moderation,
            picture_classifier=self._settings.image_moderation,
        )
        self._workshop = Workshop(engine=engine, light=light, store=self._store, turns=self._turns)
        light.process.start()
        engine.process.start()
        self._begin_warm_up()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for job in list(self._jobs.values()):
            job.cancel()
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait([self._warming])
        workshop = self._open_workshop()
        self._workshop = None
        await asyncio.gather(workshop.engine.process.stop(), workshop.light.process.stop())

    @property
    def ready(self) -> bool:
        """The engine worker is alive and has a snapshot loaded."""
        return self._workshop is not None and self._workshop.engine.ready

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """Process ids of the living workers: engine, then light."""
        workshop = self._open_workshop()
        pids = (workshop.engine.process.pid, workshop.light.process.pid)
        return tuple(pid for pid in pids if pid is not None)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The accepted jobs that are not over, oldest first."""
        return tuple(self._jobs.values())

    async def moderate(self, prompt: str, level: Level) -> None:
        """ModerationBlocked when the word list refuses the prompt. Computed by the light worker."""
        await self._open_workshop().light.moderate(prompt, level)

    async def moderate_picture(self, path: Path, level: Level) -> None:
        """ModerationBlocked when the classifier of pictures refuses it; see `LightWorker`."""
        await self._open_workshop().light.moderate_picture(path, level)

    async def judge_text(self, text: str) -> "Verdict":
        """What moderation finds in a text; see `LightWorker.judge_text`."""
        return await self._open_workshop().light.judge_text(text)

    async def judge_picture(self, path: Path, param: str) -> "Verdict":
        """What moderation finds in a picture; see `LightWorker.judge_picture`."""
        return await self._open_workshop().light.judge_picture(path, param)

    async def inspect(self, path: Path, param: str) -> "InputFacts":
        """What is in a picture that somebody sent; see `LightWorker.inspect`."""
        return await self._open_workshop().light.inspect(path, param)

    async def inspect_mask(
        self, path: Path, kind: Literal["mask", "markup"], size: tuple[int, int]
    ) -> None:
        """Refused when it is no mask (or markup) of a picture of that size."""
        await self._open_workshop().light.inspect_mask(path, kind, size)

    async def check_provenance(self, path: Path, param: str) -> "tuple[Finding, ...]":
        """What a file says of what made it; see `LightWorker.check_provenance`."""
        return await self._open_workshop().light.check_provenance(path, param)

    def check_room(self, caller: str) -> None:
        """QueueFull when too many wait already; `submit` checks it too.

        A key that has jobs here leaves some places to those that have none: clients that retry
        what was refused would otherwise take each place before anybody new could.
        """
        has_some = caller != EVERYBODY and any(j.caller == caller for j in self._jobs.values())
        left_free = self._settings.queue_size // LEFT_FREE if has_some else 0
        if len(self._jobs) + left_free > self._settings.queue_size:  # one works, the others wait
            seconds = self._seconds_to_wait()
            raise QueueFull(
                f"{len(self._jobs)} requests are in progress or waiting, as many as this server"
                f" accepts. Try again in {seconds} s.",
                retry_after=seconds,
            )

    def submit(
        self,
        params: ImageParams,
        snapshot: Snapshot,
        caller: str,
        *,
        picture_ids: Sequence[str | None] = (),
        first: int = 0,
        level: Level = "auto",
    ) -> Job:
        """Accept a request; QueueFull, with nothing done, when too many wait already.

        Nothing is computed before the job's `events()` are pulled. Its pictures are kept under
        `picture_ids`, new ones if there are none; those before `first` are finished already. They
        are moderated at `level`. Call in the event loop.
        """
        self.check_room(caller)
        job = Job(
            params=params,
            snapshot=snapshot,
            caller=caller,
            workshop=self._open_workshop(),
            timeout=self._settings.job_timeout,
            on_picture=self._measure,
            on_close=self._forget,
            picture_ids=picture_ids,
            first=first,
            level=level,
        )
        self._jobs[job.id] = job
        return job

    async def room(self, spare: int = 0) -> None:
        """Wait until `submit` would succeed and leave `spare` places to others.

        For work that nobody waits for with an open connection: it comes after those who do.
        """
        while len(self._jobs) + spare > self._settings.queue_size:
            await self._left.wait()

    def _open_workshop(self) -> Workshop:
        if self._workshop is None:
            raise RuntimeError("the scheduler is used outside its `async with`")
        return self._workshop

    def _forget(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        left, self._left = self._left, asyncio.Event()
        left.set()

    def _measure(self, seconds: float) -> None:
        kept = MEMORY_OF_MEASURES if self._measured else 0.0
        self._seconds = kept * self._seconds + (1 - kept) * seconds
        self._measured = True

    def _seconds_to_wait(self) -> int:
        """Until the first job ends: each of its pictures waits for one of every other job."""
        rounds = min(max(job.pictures_left, 1) for job in self._jobs.values())
        seconds = rounds * len(self._jobs) * self._seconds
        return max(1, ceil(min(seconds, self._settings.job_timeout, LONGEST_RETRY)))

    def _engine_ended(self, was_ready: bool) -> None:
        if was_ready:  # one that dies while loading would die again: wait for a request
            self._begin_warm_up()

    def _begin_warm_up(self) -> None:
        if self._snapshot is not None:
            self._warming = asyncio.create_task(self._warm_up(self._snapshot))

    async def _warm_up(self, snapshot: Snapshot) -> None:
        owner = object()
        await self._turns.take(owner)
        try:
            await self._open_workshop().engine.load(snapshot)
        except SfumatoError as error:
            log.error("snapshot %s cannot be loaded: %s", snapshot.id, error.message)
        finally:
            self._turns.give_back(owner)
