"""Runs one request through the scheduler that the server uses, with a progress bar on stderr.

Knows nothing of where the files go.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sfumato.api.orders import Order
from sfumato.cli.speech import complaints
from sfumato.core import EncodedImage
from sfumato.core import Progress as Step
from sfumato.jobs.scheduler import Scheduler
from sfumato.settings import Settings
from sfumato.store import Store


async def paint(settings: Settings, store: Store, order: Order) -> AsyncGenerator[EncodedImage]:
    """Each finished file as it comes. Closing the iterator stops the work and the workers."""
    async with Scheduler(settings, store) as scheduler:
        job = scheduler.submit(
            order.params, order.snapshot, order.caller.id, level=order.delivery.moderation
        )
        with _progress() as progress:
            bar = progress.add_task(f"Loading {order.snapshot.id}", total=None)
            async with job, aclosing(job.events()) as events:
                async for event in events:
                    if isinstance(event, Step):
                        progress.update(
                            bar, description="Painting", completed=event.step, total=event.steps
                        )
                    elif isinstance(event, EncodedImage):
                        yield event


def _progress() -> Progress:
    console = complaints()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
