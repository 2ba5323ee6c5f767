import asyncio
import hashlib
import io
from contextlib import aclosing
from pathlib import Path

import numpy as np
from PIL import Image

from sfumato.core import EncodedImage, EncodedPreview, Progress
from sfumato.jobs.job import JobEvent, JobState
from sfumato.jobs.scheduler import Scheduler
from tests.jobs.workplace import (
    fake_snapshot,
    finish,
    open_scheduler,
    progress,
    small,
    steps_logged,
)


def test_the_engine_computes_a_step_only_when_it_is_pulled(tmp_path: Path) -> None:
    log = tmp_path / "steps"
    snapshot = fake_snapshot(step_log=str(log))

    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            job = scheduler.submit(small(partial_images=3), snapshot, "local")
            assert job.state.value == "queued"
            seen = []
            async for event in job.events():
                seen.append(event)
                await asyncio.sleep(0.05)  # time in which an eager engine would run ahead
                assert len(steps_logged(log)) == len(progress(seen))
            kinds = [type(event).__name__ for event in seen]
            pair = ["Progress", "EncodedPreview"]
            assert kinds == [*pair, *pair, *pair, "Progress", "EncodedImage"]
            assert job.state.value == "finished"
            assert scheduler.jobs == ()

    asyncio.run(scenario())


def test_stopping_to_pull_cancels_within_one_step(tmp_path: Path) -> None:
    log = tmp_path / "steps"
    snapshot = fake_snapshot(step_log=str(log))

    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            job = scheduler.submit(small(quality="high", seed=1), snapshot, "local")
            async with aclosing(job.events()) as events:
                await anext(events)
                await anext(events)
            assert job.state is JobState.CANCELLED
            assert scheduler.jobs == ()
            await finish(scheduler.submit(small(quality="low", seed=2), snapshot, "local"))
            assert steps_logged(log) == ["1 1", "1 2", "2 1", "2 2"]

            await cancel_in_the_middle_of_a_step(scheduler, log)
            await finish(scheduler.submit(small(quality="low", seed=4), snapshot, "local"))
            hung_up, following = steps_logged(log)[4:-2], steps_logged(log)[-2:]
            assert hung_up in (["3 1"], ["3 1", "3 2"])  # at most the step in progress
            assert following == ["4 1", "4 2"]

    asyncio.run(scenario())


async def cancel_in_the_middle_of_a_step(scheduler: Scheduler, log: Path) -> None:
    """The consumer's task is cancelled while the engine computes: as when a client hangs up."""
    slow = fake_snapshot(step_log=str(log), step_seconds=0.3)
    job = scheduler.submit(small(quality="high", seed=3), slow, "local")
    task = asyncio.create_task(finish(job))
    while "3 1" not in steps_logged(log):
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert job.state is JobState.CANCELLED


def test_a_finished_picture_is_a_file_that_is_kept_before_it_is_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            snapshot = fake_snapshot()
            job = scheduler.submit(small(n=2, seed=2**32 - 1), snapshot, "ada")
            store = job._workshop.store
            images = []
            async for event in job.events():
                if isinstance(event, EncodedImage):
                    images.append(event)
                    assert len(store.pictures.list("ada")) == len(images)
            assert [image.seed for image in images] == [2**32 - 1, 0]
            assert [image.index for image in images] == [0, 1]
            newest = store.pictures.list("ada")[0]
            assert store.pictures.read("ada", newest.id) == images[1].data
            assert newest.sha256 == images[1].sha256
            assert newest.recipe == images[1].recipe
            assert newest.snapshot == snapshot.id
            assert images[1].recipe["snapshot_digest"] == snapshot.digest
            assert store.pictures.list("somebody else") == ()

    asyncio.run(scenario())


def test_progress_counts_over_all_pictures_and_partials_from_zero_in_each(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            params = small(n=2, quality="low", partial_images=1)
            events = await finish(scheduler.submit(params, fake_snapshot(), "local"))
            steps = [(e.step, e.steps) for e in events if isinstance(e, Progress)]
            assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
            previews = [e for e in events if isinstance(e, EncodedPreview)]
            assert [(p.index, p.partial_index) for p in previews] == [(0, 0), (1, 0)]
            assert Image.open(io.BytesIO(previews[0].data)).size == (64, 48)

    asyncio.run(scenario())


def test_eight_at_once_give_the_same_pictures_as_one_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            snapshot = fake_snapshot()
            params = [small(f"prompt {i}", seed=i) for i in range(8)]
            alone = [await finish(scheduler.submit(p, snapshot, "local")) for p in params]
            jobs = [scheduler.submit(p, snapshot, "local") for p in params]
            together = await asyncio.gather(*(finish(job) for job in jobs))
            assert _hashes(alone) == _hashes(together)
            assert len(set(_hashes(alone))) == 8

    asyncio.run(scenario())


def _hashes(runs: list[list[JobEvent]]) -> list[str]:
    return [e.sha256 for events in runs for e in events if isinstance(e, EncodedImage)]


def test_jobs_take_turns_picture_by_picture(tmp_path: Path) -> None:
    log = tmp_path / "steps"

    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            snapshot = fake_snapshot(step_log=str(log))
            many = scheduler.submit(small(n=3, seed=10, quality="low"), snapshot, "a")
            single = scheduler.submit(small(seed=20, quality="low"), snapshot, "b")
            tasks = [asyncio.create_task(finish(job)) for job in (many, single)]
            await asyncio.sleep(0)
            assert (many.position, single.position) == (0, 1)
            await asyncio.gather(*tasks)

    asyncio.run(scenario())
    order = [line.split()[0] for line in steps_logged(log)]
    assert order == ["10", "10", "20", "20", "11", "11", "12", "12"]


def test_a_reader_that_stalls_holds_nobody_up_and_still_gets_its_picture(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path, patience_seconds=0) as scheduler:
            first, second = fake_snapshot("first"), fake_snapshot("second")
            params = small(quality="high", partial_images=2)
            alone = await finish(scheduler.submit(params, first, "local"))
            stalled = scheduler.submit(params, first, "local").events()
            seen = [await anext(stalled) for _ in range(4)]
            # the others even need another snapshot, so what was computed is lost
            await finish(scheduler.submit(small(), first, "local"))
            await finish(scheduler.submit(small(), second, "local"))
            seen += [event async for event in stalled]
            assert progress(seen) == progress(alone)
            assert _hashes([seen]) == _hashes([alone])

    asyncio.run(scenario())


def test_a_partial_is_the_estimate_at_its_step_to_the_byte(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            events = await finish(
                scheduler.submit(small(partial_images=3), fake_snapshot(), "local")
            )
            three = [e for e in events if isinstance(e, EncodedPreview)]
            events = await finish(
                scheduler.submit(small(partial_images=1), fake_snapshot(), "local")
            )
            one = [e for e in events if isinstance(e, EncodedPreview)]
            assert _pixels(one[0].data) == _pixels(three[1].data)  # both after step 2 of 4

    asyncio.run(scenario())


def _pixels(data: bytes) -> str:
    return hashlib.sha256(np.asarray(Image.open(io.BytesIO(data))).tobytes()).hexdigest()
