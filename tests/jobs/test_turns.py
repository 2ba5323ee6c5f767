import asyncio

from sfumato.jobs.turns import Turns


def test_turns_go_round_picture_by_picture() -> None:
    async def scenario() -> list[str]:
        turns, order = Turns(), []

        async def job(name: str, pictures: int) -> None:
            for _ in range(pictures):
                await turns.take(name)
                order.append(name)
                await asyncio.sleep(0)
                turns.give_back(name)

        await asyncio.gather(job("a", 4), job("b", 1), job("c", 2))
        return order

    assert asyncio.run(scenario()) == ["a", "b", "c", "a", "c", "a", "a"]


def test_a_place_in_the_queue_counts_those_before() -> None:
    async def scenario() -> None:
        turns = Turns()
        await turns.take("a")
        waiting = [asyncio.create_task(turns.take(name)) for name in "bc"]
        await asyncio.sleep(0)
        assert [turns.ahead_of(name) for name in "abcd"] == [0, 1, 2, 3]
        turns.give_back("a")
        assert [turns.ahead_of(name) for name in "bc"] == [0, 1]
        turns.give_back("b")
        await asyncio.gather(*waiting)

    asyncio.run(scenario())


def test_one_who_leaves_the_queue_is_passed_over() -> None:
    async def scenario() -> None:
        turns = Turns()
        await turns.take("a")
        leaver, cancelled, last = (asyncio.create_task(turns.take(name)) for name in "bcd")
        await asyncio.sleep(0)
        turns.give_back("b")  # its wait ends, without a turn
        cancelled.cancel()
        turns.give_back("a")
        await asyncio.gather(leaver, last)
        assert turns.ahead_of("d") == 0
        assert cancelled.cancelled()

    asyncio.run(scenario())


def test_one_who_is_cancelled_as_its_turn_comes_passes_it_on() -> None:
    async def scenario() -> None:
        turns = Turns()
        await turns.take("a")
        unlucky = asyncio.create_task(turns.take("b"))
        last = asyncio.create_task(turns.take("c"))
        await asyncio.sleep(0)
        turns.give_back("a")
        unlucky.cancel()
        await last
        assert turns.ahead_of("c") == 0

    asyncio.run(scenario())


def test_a_turn_is_lent_to_others_while_its_owner_idles() -> None:
    async def scenario() -> None:
        turns = Turns(patience_seconds=0)
        await turns.take("slow reader")
        other = asyncio.create_task(turns.take("other"))
        with turns.lent_while_idle("slow reader"):
            await other
        assert turns.ahead_of("slow reader") == 1

    asyncio.run(scenario())


def test_a_turn_is_kept_by_an_owner_who_is_back_in_time() -> None:
    async def scenario() -> None:
        turns = Turns(patience_seconds=0)
        await turns.take("quick reader")
        with turns.lent_while_idle("quick reader"):
            pass
        await asyncio.sleep(0)
        assert turns.ahead_of("quick reader") == 0

    asyncio.run(scenario())
