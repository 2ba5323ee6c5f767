"""The responses that are in progress: each runs in a task of its own, whoever listens or leaves.

Turns of one conversation come one after the other. After a restart, background responses go on.
Knows nothing about how a response is made or how it travels.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Self
from weakref import WeakValueDictionary

from starlette.requests import Request

from sfumato.api.backend import Backend
from sfumato.api.responses.crowd import Crowd
from sfumato.api.responses.partials import KEPT_SECONDS, discard_partials
from sfumato.api.responses.restart import restarted
from sfumato.api.responses.running import Run
from sfumato.api.responses.sharing import Sharing
from sfumato.store import Store


class Runs:
    """`async with Runs(backend) as runs:` begin, find, stop, forget.

    Entering goes on with what the last stop cut; leaving stops all, to be gone on with.
    """

    def __init__(self, backend: Backend) -> None:
        self.sharing = Sharing(backend.store.objects)  # of all who listen
        self._backend = backend
        self._crowd = Crowd(backend.settings.queue_size)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._runs: dict[str, Run] = {}
        self._stopped: set[str] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        for run in await restarted(self._backend):
            await run.accept(again=True)
            self.begin(run)
        return self

    async def __aexit__(self, *error: object) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def begin(self, run: Run) -> None:
        """Carry it out, from now on and without waiting."""
        self._runs[run.ask.id] = run
        self._tasks[run.ask.id] = asyncio.create_task(self._work(run), name=run.ask.id)

    def find(self, caller: str, response_id: str) -> Run | None:
        """One of the caller's that is in progress and can be fetched, else None."""
        run = self._runs.get(response_id)
        known = run is not None and run.ask.caller.id == caller and run.ask.kept
        return run if known else None

    async def stop(self, run: Run) -> None:
        """End it within a step, as cancelled; one that is ending anyway ends as it does."""
        task = self._tasks.get(run.ask.id)
        if task is None:
            return
        if not run.ending:
            self._stopped.add(run.ask.id)
            task.cancel()
        await asyncio.wait({task})

    @asynccontextmanager
    async def turn(self, conversation: str | None) -> AsyncIterator[None]:
        """Around what reads a conversation and adds to it: nobody else does meanwhile."""
        if conversation is None:
            yield
            return
        lock = self._locks.get(conversation)
        if lock is None:
            lock = self._locks[conversation] = asyncio.Lock()
        async with lock:
            yield

    async def forget(self, run: Run) -> None:
        """Stop it, and remove everything that was kept while one that is not to be kept ran."""
        await self.stop(run)
        await asyncio.to_thread(_remove, run, self._backend.store)

    async def _work(self, run: Run) -> None:
        try:
            async with self.turn(run.ask.conversation):
                await run.carry_out(self._crowd)
        except asyncio.CancelledError:
            if run.ask.id not in self._stopped:
                raise
            await run.cancel()
        finally:
            run.telling.log.close()
            self._stopped.discard(run.ask.id)
            del self._runs[run.ask.id], self._tasks[run.ask.id]
            self._discard_later(run)

    def _discard_later(self, run: Run) -> None:
        loop, objects = asyncio.get_running_loop(), self._backend.store.objects
        calls = run.plan.calls if run.plan else ()
        for call in (call for call in calls if call.params.partial_images):
            discard = partial(discard_partials, call.id, objects)
            loop.call_later(KEPT_SECONDS, loop.run_in_executor, None, discard)


def runs_of(request: Request) -> Runs:
    """Those of the app that serves `request`."""
    runs: Runs = request.app.state.responses
    return runs


def _remove(run: Run, store: Store) -> None:
    caller = run.ask.caller.id
    for call in run.plan.calls if run.plan else ():
        discard_partials(call.id, store.objects)
        store.pictures.remove(caller, call.picture)
    store.responses.forget(caller, run.ask.id)
