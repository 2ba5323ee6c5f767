import asyncio
from pathlib import Path

import pytest

from sfumato.errors import QueueFull, ServerError
from sfumato.jobs.job import JobState
from tests.jobs.workplace import fake_snapshot, finish, open_scheduler, small, steps_logged


def test_a_full_queue_refuses_before_any_work_and_says_when_to_come_back(tmp_path: Path) -> None:
    log = tmp_path / "steps"
    snapshot = fake_snapshot(step_log=str(log))

    async def scenario() -> None:
        async with open_scheduler(tmp_path, queue_size=2) as scheduler:
            jobs = [scheduler.submit(small(), snapshot, "local") for _ in range(3)]
            with pytest.raises(QueueFull) as refusal:
                scheduler.submit(small(), snapshot, "local")
            assert refusal.value.status == 429
            assert 1 <= refusal.value.retry_after <= 15
            assert refusal.value.headers["retry-after"] == str(refusal.value.retry_after)
            assert steps_logged(log) == []
            jobs[0].cancel()
            scheduler.submit(small(), snapshot, "local").cancel()
            for job in jobs[1:]:
                await finish(job)
            assert scheduler.jobs == ()

    asyncio.run(scenario())


def test_a_key_with_many_jobs_leaves_places_to_those_with_none(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path, queue_size=8) as scheduler:
            snapshot = fake_snapshot()
            jobs = [scheduler.submit(small(), snapshot, "ada") for _ in range(7)]
            with pytest.raises(QueueFull):
                scheduler.submit(small(), snapshot, "ada")
            jobs += [scheduler.submit(small(), snapshot, name) for name in ("bob", "eve")]
            with pytest.raises(QueueFull):
                scheduler.submit(small(), snapshot, "joe")
            for job in jobs:
                job.cancel()
            assert [scheduler.submit(small(), snapshot, "local") for _ in range(9)]

    asyncio.run(scenario())


def test_retry_after_follows_what_was_measured(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path, queue_size=1, job_timeout=100) as scheduler:
            for seconds, wait in ((2.0, 4), (0.001, 4), (500.0, 100)):
                scheduler._measure(seconds)
                jobs = [scheduler.submit(small(), fake_snapshot(), "local") for _ in range(2)]
                with pytest.raises(QueueFull) as refusal:
                    scheduler.submit(small(), fake_snapshot(), "local")
                assert refusal.value.retry_after == wait
                for job in jobs:
                    job.cancel()

    asyncio.run(scenario())


def test_a_request_past_its_deadline_ends_with_a_clear_error(tmp_path: Path) -> None:
    log = tmp_path / "steps"
    slow = fake_snapshot(step_log=str(log), step_seconds=0.5)

    async def scenario() -> None:
        async with open_scheduler(tmp_path, job_timeout=3) as scheduler:
            job = scheduler.submit(small(n=10), slow, "local")
            with pytest.raises(ServerError, match=r"longer than the 3 seconds.*JOB_TIMEOUT"):
                await finish(job)
            assert job.state is JobState.FAILED
            assert scheduler.jobs == ()

    asyncio.run(scenario())


def test_a_reader_who_never_comes_back_loses_the_place_at_the_deadline(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path, job_timeout=0.2, queue_size=1) as scheduler:
            never_pulled = scheduler.submit(small(), fake_snapshot(), "local")
            while scheduler.jobs:
                await asyncio.sleep(0.01)
            assert never_pulled.state is JobState.FAILED
            with pytest.raises(ServerError, match="longer than"):
                await finish(never_pulled)

    asyncio.run(scenario())


def test_a_job_left_without_its_events_gives_up_its_place(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            async with scheduler.submit(small(), fake_snapshot(), "local") as job:
                assert len(scheduler.jobs) == 1
            assert len(scheduler.jobs) == 0
            assert job.state is JobState.CANCELLED

    asyncio.run(scenario())


def test_one_who_waits_can_be_cancelled_from_elsewhere(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            first = scheduler.submit(small(), fake_snapshot(), "local")
            events = first.events()
            await anext(events)
            second = scheduler.submit(small(), fake_snapshot(), "local")
            waiting = asyncio.create_task(finish(second))
            while second.position != 1:
                await asyncio.sleep(0)
            second.cancel()
            with pytest.raises(ServerError, match="cancelled"):
                await waiting
            assert [event async for event in events]

    asyncio.run(scenario())
