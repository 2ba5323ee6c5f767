"""Who may use the engine now: first come, first served, one picture at a time.

A job that gives its turn back after each picture and asks again stands behind the others, so jobs
take turns picture by picture. Knows nothing about what is done with a turn.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    owner: object
    called: asyncio.Future[None]


class Turns:
    """One turn, passed on in the order of asking. An owner is any object."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._holder: object | None = None
        self._waiting: deque[_Waiting] = deque()

    async def take(self, owner: object) -> None:
        """Wait for the turn; at once if `owner` has it already.

        Returns without the turn when `give_back(owner)` ended the wait.
        """
        if self._holder == owner:
            return
        if self._holder is None:
            self._holder = owner
            return
        waiting = _Waiting(owner=owner, called=asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            await waiting.called
        except asyncio.CancelledError:
            self.give_back(owner)
            raise

    def give_back(self, owner: object) -> None:
        """Pass the turn on, or stop waiting for it. Harmless when `owner` does neither."""
        if self._holder == owner:
            self._holder = None
        for waiting in [w for w in self._waiting if w.owner == owner]:
            self._waiting.remove(waiting)
            _call(waiting)
        if self._holder is None and self._waiting:
            following = self._waiting.popleft()
            self._holder = following.owner
            _call(following)

    @contextmanager
    def lent_while_idle(self, owner: object) -> Iterator[None]:
        """Around a wait for something slow that is not the engine: others need not wait with it.

        `take` the turn again afterwards.
        """
        loop = asyncio.get_running_loop()
        alarm = loop.call_later(self._patience_seconds, self.give_back, owner)
        try:
            yield
        finally:
            alarm.cancel()

    def ahead_of(self, owner: object) -> int:
        """How many turns come before that of `owner`: 0 for the one who has it."""
        if self._holder == owner:
            return 0
        before = 0 if self._holder is None else 1
        for waiting in self._waiting:
            if waiting.owner == owner:
                break
            before += 1
        return before


def _call(waiting: _Waiting) -> None:
    if not waiting.called.done():
        waiting.called.set_result(None)
