"""Closing leaves no connection open, not even one that was in use a moment ago."""

import asyncio

from sqlalchemy.pool import QueuePool

from incident_bot.database.connection import Database


async def test_what_is_in_use_while_closing_is_closed_too(database: Database) -> None:
    inside, leave = asyncio.Event(), asyncio.Event()

    async def read() -> None:
        async with database.read():
            inside.set()
            await leave.wait()

    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    reading = asyncio.create_task(read())
    await inside.wait()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    leave.set()
    await asyncio.gather(reading, closing)

    assert (pool.checkedout(), pool.checkedin()) == (0, 0)
