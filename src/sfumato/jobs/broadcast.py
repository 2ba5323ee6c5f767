"""One writer, any number of readers: each reads every entry, from where it likes, at its own pace.

Knows nothing about what the entries are. Entries stay for as long as the log does: large ones
should name where their bytes lie.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Generic, TypeVar

E = TypeVar("E")


class Broadcast(Generic[E]):
    """`publish` appends, `close` ends it, `read(after)` follows it from behind entry `after`."""

    def __init__(self) -> None:
        self._entries: list[E] = []
        self._closed = False
        self._news = asyncio.Event()

    @property
    def entries(self) -> tuple[E, ...]:
        """What was published so far."""
        return tuple(self._entries)

    @property
    def closed(self) -> bool:
        """Nothing more will come."""
        return self._closed

    def publish(self, entry: E) -> None:
        """Append; RuntimeError after `close`. Wakes all readers at once."""
        if self._closed:
            raise RuntimeError("the log is closed")
        self._entries.append(entry)
        self._wake()

    def close(self) -> None:
        """End it: readers finish with what is there. Harmless when it was closed before."""
        self._closed = True
        self._wake()

    async def read(self, after: int = -1) -> AsyncGenerator[E]:
        """Entries `after + 1`, `after + 2` …, as they come, until the log is closed."""
        place = after + 1
        while True:
            news = self._news
            while place < len(self._entries):
                yield self._entries[place]
                place += 1
            if self._closed:
                return
            await news.wait()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
