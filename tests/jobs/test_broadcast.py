import asyncio

import pytest

from sfumato.jobs.broadcast import Broadcast


def test_every_reader_reads_everything_from_where_it_likes() -> None:
    async def scene() -> list[list[int]]:
        log: Broadcast[int] = Broadcast()
        log.publish(0)

        async def follow(after: int) -> list[int]:
            return [entry async for entry in log.read(after)]

        readers = [asyncio.create_task(follow(after)) for after in (-1, 0, 2, 9)]
        await asyncio.sleep(0)
        for entry in range(1, 5):
            log.publish(entry)
            await asyncio.sleep(0)
        log.close()
        log.close()
        late = await follow(3)
        return [*await asyncio.gather(*readers), late]

    assert asyncio.run(scene()) == [[0, 1, 2, 3, 4], [1, 2, 3, 4], [3, 4], [], [4]]


def test_nothing_is_published_after_the_end() -> None:
    log: Broadcast[int] = Broadcast()
    log.close()
    with pytest.raises(RuntimeError):
        log.publish(1)
