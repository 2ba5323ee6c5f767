"""Where pictures of background responses wait, so that people who wait for an answer come first.

Knows nothing about how a picture is made.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sfumato.api.backend import Backend
from sfumato.api.responses.objects import Ask
from sfumato.jobs.scheduler import LEFT_FREE

PATIENT = ("2h", "8h")  # windows of responses that come after all others
AT_ONCE = 2  # background pictures among those whose turn may come: nobody waits for more


class Crowd:
    """Background responses wait here, so that somebody who waits for an answer comes first."""

    def __init__(self, queue_size: int) -> None:
        self._queue_size = queue_size
        self._places = {False: asyncio.Semaphore(AT_ONCE), True: asyncio.Semaphore(1)}

    @asynccontextmanager
    async def place(self, ask: Ask, backend: Backend) -> AsyncIterator[None]:
        """Around one picture; the patient leave more places free, and wait among themselves."""
        if not ask.background:
            await backend.scheduler.room(self._queue_size // LEFT_FREE)  # else a key is refused
            yield
            return
        window = ask.request.background_options
        patient = window is not None and window.completion_window in PATIENT
        async with self._places[patient]:
            await backend.scheduler.room(self._queue_size * (3 if patient else 2) // 4)
            yield
