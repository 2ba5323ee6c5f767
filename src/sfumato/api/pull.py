"""Pulls a job's events one by one for as long as the client is there.

Closing is at once: a client that leaves cancels the pending pull and closes the iterator, which is
what stops the work. Knows nothing about what the events are or how they are sent.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeVar

from starlette.types import Receive

E = TypeVar("E")


class ClientGone(Exception):
    """The client closed its connection; there is nobody to answer."""


async def pull(
    events: AsyncGenerator[E, None], receive: Receive, *, heartbeat: float | None = None
) -> AsyncGenerator[E | None, None]:
    """Yield each event, and None every `heartbeat` seconds. ClientGone when the client leaves.

    The next event is asked for only when the caller comes back for it.
    """
    gone = asyncio.ensure_future(_until_disconnect(receive))
    step: asyncio.Future[E] | None = None
    clock = asyncio.get_running_loop().time
    due = clock() + heartbeat if heartbeat else None
    try:
        while True:
            step = asyncio.ensure_future(anext(events))
            while not step.done():
                left = max(0.0, due - clock()) if due else None
                await asyncio.wait({step, gone}, timeout=left, return_when="FIRST_COMPLETED")
                if gone.done():
                    raise ClientGone
                if heartbeat and due and clock() >= due:
                    due = clock() + heartbeat
                    yield None
            try:
                event = step.result()
            except StopAsyncIteration:
                return
            yield event
    finally:
        await _stop(gone)
        if step is not None:
            await _stop(step)
        await events.aclose()


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stop(task: asyncio.Future[E]) -> None:
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # it was seen or is of no interest any more
