"""On SQLite one writes at a time, and whoever a person waits for goes first."""

import asyncio

from incident_bot.database.writing import WriterQueue


async def test_urgent_writers_go_first_and_the_others_in_order() -> None:
    queue, order = WriterQueue(), list[str]()

    async def write(name: str, *, urgent: bool) -> None:
        async with queue.turn(urgent=urgent):
            order.append(name)

    await queue.take(urgent=False)
    waiting = [
        asyncio.create_task(write(name, urgent=name.startswith("person")))
        for name in ("engine 1", "engine 2", "person 1", "person 2")
    ]
    await asyncio.sleep(0)
    queue.give()
    await asyncio.gather(*waiting)
    assert order == ["person 1", "person 2", "engine 1", "engine 2"]


async def test_a_cancelled_writer_passes_its_turn_on() -> None:
    queue = WriterQueue()
    await queue.take(urgent=False)
    first = asyncio.create_task(queue.take(urgent=False))
    second = asyncio.create_task(queue.take(urgent=False))
    await asyncio.sleep(0)
    queue.give()  # it is the first one's turn now
    first.cancel()
    await asyncio.wait({first, second})
    assert first.cancelled()
    assert second.result() is None
