"""One child process and the pipe to it: the bridge between the event loop and compute.

Messages are exchanged one at a time on a thread of its own, so the loop never blocks and never
polls. Knows what a reply is, not what a message asks for.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from sfumato.errors import WorkerCrashed
from sfumato.jobs.messages import Failed, Message, Reply, Role
from sfumato.jobs.worker_main import main

STUCK_SECONDS = 30.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    process: SpawnProcess
    pipe: "Connection[Any, Any]"


class WorkerProcess:
    """`ask` for a reply, `cast` without one, `restart` after a death.

    `on_exit` is called in the event loop when the child ended without `stop`.
    """

    def __init__(
        self,
        name: str,
        role: Role,
        threads: int,
        *,
        on_exit: Callable[[], None],
        stuck_seconds: float = STUCK_SECONDS,
    ) -> None:
        self._name = name
        self._role = role
        self._threads = threads
        self._on_exit = on_exit
        self._stuck_seconds = stuck_seconds
        self._pipe_thread = ThreadPoolExecutor(1, thread_name_prefix=f"sfumato-{name}-pipe")
        self._child: _Child | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        """Spawn the child. In the loop's own thread: Linux ends it with the thread it came from."""
        loop = asyncio.get_running_loop()
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=main, args=(theirs, self._threads), name=f"sfumato-{self._name}", daemon=True
        )
        process.start()
        theirs.close()
        ours.send(self._role)
        child = self._child = _Child(process=process, pipe=ours)
        watch = threading.Thread(
            target=self._watch, args=(child, loop), name=f"sfumato-{self._name}-watch", daemon=True
        )
        watch.start()

    async def ask(self, message: Message) -> Reply:
        """The reply to `message`. WorkerCrashed when the child dies before it answers.

        When the caller is cancelled the child finishes this one message; if it does not within
        `stuck_seconds` it is killed, for nobody waits for it any more.
        """
        child = self._living()
        loop = asyncio.get_running_loop()
        exchange = loop.run_in_executor(self._pipe_thread, _exchange, child, message)
        try:
            reply = await asyncio.shield(exchange)
        except asyncio.CancelledError:
            alarm = loop.call_later(self._stuck_seconds, child.process.kill)
            exchange.add_done_callback(partial(_forget, alarm))
            raise
        except (EOFError, OSError) as error:
            self._gone(child)
            raise WorkerCrashed(
                "The process that was working on this picture ended. Send the request again."
            ) from error
        if isinstance(reply, Failed):
            if reply.details:
                log.error("%s worker: %s", self._name, reply.details)
            raise reply.error
        return reply

    def cast(self, message: Message) -> None:
        """Send `message` after what was asked before, and do not wait for its Done."""
        if self._child is not None:
            self._pipe_thread.submit(_exchange, self._child, message)

    async def stop(self) -> None:
        """Kill the child (it keeps nothing) and wait until it and the threads are gone."""
        self._stopped = True
        child, self._child = self._child, None
        if child is not None:
            child.process.kill()
            await asyncio.to_thread(child.process.join)
        await asyncio.to_thread(self._pipe_thread.shutdown)
        if child is not None:
            child.pipe.close()

    def _living(self) -> _Child:
        if self._stopped:
            raise WorkerCrashed("The server is shutting down. Send the request again later.")
        if self._child is None:
            self.start()
        assert self._child is not None
        return self._child

    def _watch(self, child: _Child, loop: asyncio.AbstractEventLoop) -> None:
        wait([child.process.sentinel])
        child.process.join()
        try:
            loop.call_soon_threadsafe(self._gone, child)
        except RuntimeError:
            return  # the loop is closed: nobody is left to be told

    def _gone(self, child: _Child) -> None:
        if self._child is child:
            self._child = None
            self._pipe_thread.submit(child.pipe.close)  # no other thread may touch the pipe
            log.warning("%s worker %s ended", self._name, child.process.pid)
            self._on_exit()


def _forget(alarm: asyncio.TimerHandle, exchange: asyncio.Future[Reply]) -> None:
    alarm.cancel()
    if not exchange.cancelled():
        exchange.exception()  # was meant for a caller that left


def _exchange(child: _Child, message: Message) -> Reply:
    child.pipe.send(message)
    reply: Reply = child.pipe.recv()
    return reply
