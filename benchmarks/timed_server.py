"""`sfumato serve` that notes when each job was accepted and when it was over; for wire.py.

    python benchmarks/timed_server.py NOTES

One line for each job: its seed, and the two moments by the machine's monotonic clock.
"""

import asyncio
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from sfumato.api import app
from sfumato.api.server import serve
from sfumato.jobs.job import Job
from sfumato.jobs.scheduler import Scheduler
from sfumato.settings import Settings

NOTES = Path(sys.argv[1]).open("w", buffering=1)  # noqa: SIM115 it is open as long as the process


class TimedScheduler(Scheduler):
    """A scheduler that keeps notes."""

    def submit(self, *given: Any, **more: Any) -> Job:
        job, accepted = super().submit(*given, **more), perf_counter()
        job.when_over(lambda over: print(over.params.seed, accepted, perf_counter(), file=NOTES))
        return job


if __name__ == "__main__":
    vars(app)["Scheduler"] = TimedScheduler  # what the app is wired with
    settings = Settings.model_validate({})  # the rest is in the environment
    asyncio.run(serve(app.create_app(settings), settings, lambda url: print(url, flush=True)))
