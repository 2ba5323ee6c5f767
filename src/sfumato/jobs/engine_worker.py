"""The engine worker as the server sees it: which snapshot it has loaded, and runs on it.

Knows nothing about jobs, turns or files; whoever calls it has the turn.
"""

from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import cast

from sfumato.core import Frame, ImageParams
from sfumato.errors import WorkerCrashed
from sfumato.jobs.messages import Cancel, EngineRole, Load, Next, Run
from sfumato.jobs.worker_process import WorkerProcess
from sfumato.registry.snapshot import Snapshot

ENGINES: Mapping[str, str] = {
    "native": "sfumato.engines.native:NativeEngine",
    "fake": "sfumato.engines.fake:FakeEngine",
}


class EngineWorker:
    """One engine process. `epoch` changes whenever the runs begun in it are lost."""

    def __init__(
        self,
        threads: int,
        objects: Path,
        *,
        engines: Mapping[str, str] = ENGINES,
        on_exit: Callable[[bool], None] = lambda was_ready: None,
    ) -> None:
        self.process = WorkerProcess(
            "engine",
            EngineRole(engines=engines, threads=threads, objects=objects),
            threads,
            on_exit=self._exited,
        )
        self.epoch = 0
        self.ready = False  # alive, and has loaded a snapshot
        self._digest: str | None = None
        self._on_exit = on_exit

    async def load(self, snapshot: Snapshot) -> None:
        """Have `snapshot` loaded. A process that died while it was idle is replaced first."""
        fresh = self.process.pid is None
        if snapshot.digest != self._digest:
            self.epoch += 1
            self._digest = None
        try:
            await self.process.ask(Load(snapshot=snapshot))
        except WorkerCrashed:
            if fresh:
                raise
            await self.process.ask(Load(snapshot=snapshot))
        self._digest = snapshot.digest
        self.ready = True

    def run(self, params: ImageParams, snapshot: Snapshot) -> "EngineRun":
        """A picture to be pulled; nothing is sent before its first `pull`."""
        return EngineRun(self, params, snapshot)

    def _exited(self) -> None:
        was_ready, self.ready = self.ready, False
        self.epoch += 1
        self._digest = None
        self._on_exit(was_ready)


class EngineRun:
    """One picture, pulled frame by frame.

    If the process is replaced or loads another snapshot between two pulls, the picture is begun
    again and brought to where it was: the same params give the same frames.
    """

    _numbers = count(1)

    def __init__(self, worker: EngineWorker, params: ImageParams, snapshot: Snapshot) -> None:
        self._worker = worker
        self._params = params
        self._snapshot = snapshot
        self._number = next(self._numbers)
        self._epoch: int | None = None
        self._pulled = 0

    async def pull(self) -> Frame:
        """Compute and return the next frame; the last is a Picture."""
        if self._epoch != self._worker.epoch:
            await self._begin()
        frame = await self._next()
        self._pulled += 1
        return frame

    def close(self) -> None:
        """Drop the picture: at most the step in progress is still computed."""
        if self._epoch == self._worker.epoch:
            self._worker.process.cast(Cancel(run=self._number))

    async def _begin(self) -> None:
        await self._worker.load(self._snapshot)
        self._epoch = self._worker.epoch
        await self._worker.process.ask(Run(run=self._number, params=self._params))
        for _ in range(self._pulled):
            await self._next()

    async def _next(self) -> Frame:
        return cast(Frame, await self._worker.process.ask(Next(run=self._number)))
