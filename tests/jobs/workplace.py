"""A tiny real place of work: a fake snapshot, a store in a temp folder, a scheduler."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sfumato.core import ImageParams, Progress
from sfumato.jobs.engine_worker import ENGINES
from sfumato.jobs.job import Job, JobEvent
from sfumato.jobs.scheduler import Scheduler
from sfumato.registry.snapshot import Preset, Snapshot
from sfumato.settings import Settings
from sfumato.store import Store

STEPS = {"low": 2, "medium": 4, "high": 8}
TEST_ENGINES = {**ENGINES, "odd": "tests.jobs.odd_engine:OddEngine"}


def fake_snapshot(name: str = "fake-1", engine: str = "fake", **recipe: Any) -> Snapshot:
    return Snapshot(
        id=name,
        engine=engine,
        created="2026-01-01",
        pipeline_revision="fake-1",
        files=(),
        presets={q: Preset(steps=n, guidance=1.0, t0=0.5) for q, n in STEPS.items()},
        recipe=recipe,
    )


def small(prompt: str = "a cat", **changes: Any) -> ImageParams:
    return ImageParams(prompt=prompt, **{"width": 64, "height": 48, **changes})


@asynccontextmanager
async def open_scheduler(
    root: Path, *, patience_seconds: float = 60.0, warm_up: Snapshot | None = None, **changes: Any
) -> AsyncIterator[Scheduler]:
    settings = Settings(home=root, threads=1, **changes)
    with Store.open(settings.root) as store:
        async with Scheduler(
            settings,
            store,
            warm_up=warm_up,
            engines=TEST_ENGINES,
            patience_seconds=patience_seconds,
        ) as scheduler:
            yield scheduler


async def finish(job: Job) -> list[JobEvent]:
    return [event async for event in job.events()]


async def until_ready(scheduler: Scheduler) -> None:
    while not scheduler.ready:
        await asyncio.sleep(0.02)


def steps_logged(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def progress(events: list[JobEvent]) -> list[int]:
    return [event.step for event in events if isinstance(event, Progress)]
