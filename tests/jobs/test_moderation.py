import asyncio
import os
import signal
from pathlib import Path

import pytest

from sfumato.errors import ModerationBlocked, WorkerCrashed
from tests.jobs.workplace import open_scheduler

GORE = "graphic gore with severed heads"


def test_a_prompt_is_refused_or_passed_as_strictly_as_was_asked(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            await scheduler.moderate("a cat", "auto")
            await scheduler.moderate(GORE, "low")
            with pytest.raises(ModerationBlocked, match="safety_violations=") as refused:
                await scheduler.moderate(GORE, "auto")
            assert refused.value.code == "moderation_blocked"

    asyncio.run(scenario())


def test_it_is_the_light_worker_that_moderates(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_scheduler(tmp_path) as scheduler:
            await scheduler.moderate("a cat", "auto")
            os.kill(scheduler.worker_pids[1], signal.SIGKILL)
            with pytest.raises(WorkerCrashed):
                await scheduler.moderate("a cat", "auto")
            await scheduler.moderate("a cat", "auto")  # by the one that replaces it

    asyncio.run(scenario())
