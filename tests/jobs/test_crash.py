import asyncio
import logging
import os
import signal
from contextlib import aclosing
from pathlib import Path

import pytest

from sfumato.core import EncodedImage
from sfumato.errors import ImageUserError, ServerError, WorkerCrashed
from sfumato.jobs.scheduler import Scheduler
from tests.jobs.workplace import fake_snapshot, finish, open_scheduler, small, until_ready

FAKE = fake_snapshot()
ODD = fake_snapshot("odd-1", engine="odd")


async def makes_a_picture(scheduler: Scheduler) -> None:
    events = await finish(scheduler.submit(small(), FAKE, "local"))
    assert isinstance(events[-1], EncodedImage)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


async def gone(pid: int) -> None:
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        await asyncio.sleep(0.02)


def test_killing_the_engine_worker_fails_that_job_and_no_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path, warm_up=FAKE) as scheduler:
            await until_ready(scheduler)
            engine = scheduler.worker_pids[0]
            others = [scheduler.submit(small(f"{i}"), FAKE, "local") for i in range(2)]
            async with aclosing(scheduler.submit(small(), FAKE, "local").events()) as events:
                await anext(events)
                waiting = [asyncio.create_task(finish(job)) for job in others]
                kill(engine)
                with pytest.raises(WorkerCrashed) as crash:
                    await anext(events)
            assert crash.value.status == 500
            assert crash.value.headers == {"x-should-retry": "true"}
            for done in await asyncio.gather(*waiting):
                assert isinstance(done[-1], EncodedImage)
            await gone(engine)
            await until_ready(scheduler)
            assert scheduler.worker_pids[0] != engine

    asyncio.run(scenario())


def test_an_engine_worker_killed_while_idle_is_replaced_by_itself(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path, warm_up=FAKE) as scheduler:
            await until_ready(scheduler)
            engine = scheduler.worker_pids[0]
            kill(engine)
            while scheduler.ready:
                await asyncio.sleep(0.01)
            await until_ready(scheduler)
            assert scheduler.worker_pids[0] != engine
            kill(scheduler.worker_pids[0])  # and a request right after the kill never notices
            await makes_a_picture(scheduler)

    asyncio.run(scenario())


def test_killing_the_light_worker_fails_one_job(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            await makes_a_picture(scheduler)
            async with aclosing(scheduler.submit(small(), FAKE, "local").events()) as events:
                for _ in range(4):
                    await anext(events)
                os.kill(scheduler.worker_pids[1], signal.SIGSTOP)  # so that it dies at work
                last = asyncio.ensure_future(anext(events))
                while scheduler.jobs[0].pictures_left:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.1)
                kill(scheduler.worker_pids[1])
                with pytest.raises(WorkerCrashed):
                    await last
            await makes_a_picture(scheduler)

    asyncio.run(scenario())


def test_what_an_engine_raises_keeps_its_class_and_what_is_unknown_stays_inside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:

            async def error(prompt: str) -> ServerError:
                with pytest.raises(ServerError) as raised:
                    await finish(scheduler.submit(small(prompt), ODD, "local"))
                return raised.value

            with pytest.raises(ImageUserError) as refusal:
                await finish(scheduler.submit(small("refuse"), ODD, "local"))
            assert (refusal.value.param, refusal.value.code) == ("prompt", "odd")
            assert refusal.value.message == "The model cannot do this."

            with pytest.raises(ImageUserError) as modules:
                await finish(scheduler.submit(small("modules"), ODD, "local"))
            heavy = {"sfumato.api", "fastapi", "starlette", "sqlalchemy", "cryptography", "torch"}
            assert not heavy & set(modules.value.message.split())

            engine = scheduler.worker_pids[0]
            for prompt in ("break", "missing file", "unpicklable", "no picture"):
                told = await error(prompt)
                assert type(told) is ServerError
                assert "secret" not in told.message
                assert "log" in told.message
            assert "memory" in (await error("memory")).message
            assert scheduler.worker_pids[0] == engine  # none of them needed a new process
            assert isinstance(await error("exit"), WorkerCrashed)
            await makes_a_picture(scheduler)

    with caplog.at_level(logging.ERROR):
        asyncio.run(scenario())
    assert "ZeroDivisionError: a secret of the machine" in caplog.text


def test_a_step_that_hangs_costs_its_own_job_and_then_its_process(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path, job_timeout=60) as scheduler:
            process = scheduler._open_workshop().engine.process
            process._stuck_seconds = 0.1
            events = scheduler.submit(small("hang"), ODD, "local").events()
            await anext(events)
            stuck = scheduler.worker_pids[0]
            step = asyncio.ensure_future(anext(events))
            await asyncio.sleep(0.1)
            step.cancel()
            await makes_a_picture(scheduler)
            assert scheduler.worker_pids[0] != stuck

    asyncio.run(scenario())


def test_a_snapshot_that_kills_its_worker_is_not_tried_again_and_again(tmp_path: Path) -> None:
    deadly = fake_snapshot("deadly", engine="odd", die_at_load=True)

    async def scenario() -> None:
        async with open_scheduler(tmp_path, warm_up=deadly) as scheduler:
            await gone(scheduler.worker_pids[0])
            with pytest.raises(WorkerCrashed):
                await finish(scheduler.submit(small(), deadly, "local"))
            assert not scheduler.ready
            await makes_a_picture(scheduler)
            assert scheduler.ready

    asyncio.run(scenario())
