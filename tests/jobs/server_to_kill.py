"""A server to be killed: tells each finished picture on its own line, then hangs in a step."""

import asyncio
import sys
from pathlib import Path

from sfumato.core import EncodedImage
from tests.jobs.workplace import fake_snapshot, open_scheduler, small, until_ready


async def serve(root: Path) -> None:
    snapshot, endless = fake_snapshot(), fake_snapshot("endless", step_seconds=3600)
    async with open_scheduler(root, warm_up=snapshot) as scheduler:
        await until_ready(scheduler)
        async for event in scheduler.submit(small(n=4), snapshot, "local").events():
            if isinstance(event, EncodedImage):
                sys.stdout.write(f"{event.sha256}\n")
                sys.stdout.flush()
        async for _ in scheduler.submit(small(), endless, "local").events():
            raise AssertionError("an endless step ended")


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
