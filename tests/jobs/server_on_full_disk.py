"""A server whose disk fills up twice (for the file, then for its row) and is given room again.

A limit on file sizes stands in for the disk: writes beyond it fail in the same places.
"""

import asyncio
import resource
import sys
from pathlib import Path

from sfumato.core import EncodedImage
from sfumato.errors import StorageFull
from sfumato.jobs.scheduler import Scheduler
from sfumato.store import StoredPicture
from tests.jobs.workplace import fake_snapshot, finish, open_scheduler, small


async def serve(root: Path) -> None:
    async with open_scheduler(root) as scheduler:
        await succeeds(scheduler)
        (kept,) = files(root)
        for limit in (1000, kept.stat().st_size + 4096):
            _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
            await fails(scheduler)
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            assert files(root) == [kept], "a failed picture left something behind"
            assert len(rows(scheduler)) == 1
        await succeeds(scheduler)
        assert len(files(root)) == len(rows(scheduler)) == 2
        for row in rows(scheduler):
            assert len(scheduler._store.pictures.read("local", row.id)) == row.bytes


async def succeeds(scheduler: Scheduler) -> None:
    events = await finish(scheduler.submit(small(), fake_snapshot(), "local"))
    assert isinstance(events[-1], EncodedImage)


async def fails(scheduler: Scheduler) -> None:
    try:
        await finish(scheduler.submit(small(), fake_snapshot(), "local"))
    except StorageFull as error:
        assert "disk is full" in error.message
        assert error.headers == {"x-should-retry": "false"}
    else:
        raise AssertionError("a picture was kept without room for it")


def files(root: Path) -> list[Path]:
    return [path for path in (root / "objects").rglob("*") if path.is_file()]


def rows(scheduler: Scheduler) -> tuple[StoredPicture, ...]:
    return scheduler._store.pictures.list("local")


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
