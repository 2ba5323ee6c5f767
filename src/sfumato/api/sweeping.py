"""Removes what has expired while the server runs, once an hour. Knows nothing about what it is."""

import asyncio
import logging
from types import TracebackType
from typing import Self

from sfumato.store import Store

PERIOD = 3_600.0  # seconds

log = logging.getLogger(__name__)


class Sweeping:
    """`async with Sweeping(store):` sweeps files and inputs until it is left."""

    def __init__(self, store: Store, period: float = PERIOD) -> None:
        self._store = store
        self._period = period
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._sweep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._period)
            try:
                await asyncio.to_thread(self._store.files.sweep)
                await asyncio.to_thread(self._store.inputs.sweep)
            except Exception:
                log.exception("what has expired stays for another %g s", self._period)
