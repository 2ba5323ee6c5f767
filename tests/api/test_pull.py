import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from starlette.types import Message, Receive

from sfumato.api.pull import ClientGone, pull


class Work:
    """Counts the steps that were begun and remembers that it was closed."""

    def __init__(self, steps: int, step: asyncio.Event | None = None) -> None:
        self.begun = 0
        self.closed = False
        self._steps = steps
        self._step = step

    async def events(self) -> AsyncGenerator[int, None]:
        try:
            for step in range(1, self._steps + 1):
                self.begun = step
                if self._step is not None:
                    await self._step.wait()
                yield step
        finally:
            self.closed = True


def connection(gone: asyncio.Event) -> Receive:
    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive


def test_the_next_step_begins_only_when_it_is_asked_for() -> None:
    async def scenario() -> None:
        work = Work(3)
        async with aclosing(pull(work.events(), connection(asyncio.Event()))) as events:
            async for event in events:
                await asyncio.sleep(0)
                assert work.begun == event
        assert work.closed

    asyncio.run(scenario())


def test_a_client_that_leaves_closes_the_work_at_once() -> None:
    async def scenario() -> None:
        gone, never = asyncio.Event(), asyncio.Event()
        work = Work(3, never)
        events = pull(work.events(), connection(gone))
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        gone.set()
        with pytest.raises(ClientGone):
            await waiting
        assert work.begun == 1
        assert work.closed

    asyncio.run(scenario())


def test_a_client_that_left_before_the_first_step_closes_the_work_too() -> None:
    async def scenario() -> None:
        gone = asyncio.Event()
        gone.set()
        work = Work(3, asyncio.Event())
        with pytest.raises(ClientGone):
            async with aclosing(pull(work.events(), connection(gone))) as events:
                await anext(events)
        assert work.closed or work.begun == 0

    asyncio.run(scenario())


@pytest.mark.wire("W-311")
def test_a_heartbeat_comes_while_the_work_is_quiet() -> None:
    async def scenario() -> None:
        step = asyncio.Event()
        work = Work(1, step)
        quiet = connection(asyncio.Event())
        async with aclosing(pull(work.events(), quiet, heartbeat=0.001)) as events:
            assert await anext(events) is None
            assert await anext(events) is None
            step.set()
            rest = [event async for event in events]
        assert rest[-1] == 1 or 1 in rest
        assert work.begun == 1

    asyncio.run(scenario())


def test_what_the_work_raises_is_raised() -> None:
    async def broken() -> AsyncGenerator[int, None]:
        yield 1
        raise ValueError("inside")

    async def scenario() -> None:
        async with aclosing(pull(broken(), connection(asyncio.Event()))) as events:
            assert await anext(events) == 1
            with pytest.raises(ValueError, match="inside"):
                await anext(events)

    asyncio.run(scenario())
