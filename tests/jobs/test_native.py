"""The byte promise with the shipped snapshot: across restart and company."""

import asyncio
from pathlib import Path

import sfumato
from sfumato.core import EncodedImage, ImageParams
from sfumato.jobs.job import Job
from sfumato.registry.snapshot import read_snapshot
from tests.jobs.workplace import finish, open_scheduler

SHIPPED = Path(sfumato.__file__).parent / "snapshots"
PARAMS = [
    ImageParams(prompt=prompt, width=816, height=816, quality="low", seed=seed)
    for seed, prompt in enumerate(
        ["a red fox at night", "two penguins", "a sign that says HI", "🍓"] * 2
    )
]


def test_a_picture_is_the_same_alone_after_a_restart_and_among_eight(tmp_path: Path) -> None:
    snapshot = read_snapshot(max(SHIPPED.glob("*.json")))

    async def alone() -> list[str]:
        async with open_scheduler(tmp_path / "alone") as scheduler:
            return await _hashes(scheduler.submit(PARAMS[0], snapshot, "local"))

    async def among_eight() -> list[list[str]]:
        async with open_scheduler(tmp_path / "eight") as scheduler:
            jobs = [scheduler.submit(params, snapshot, "local") for params in PARAMS]
            return await asyncio.gather(*(_hashes(job) for job in jobs))

    first, again = asyncio.run(alone()), asyncio.run(alone())
    together = asyncio.run(among_eight())
    assert first == again == together[0]
    assert len({tuple(hashes) for hashes in together}) == len(PARAMS)


async def _hashes(job: Job) -> list[str]:
    return [event.sha256 for event in await finish(job) if isinstance(event, EncodedImage)]
