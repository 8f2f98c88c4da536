"""On PostgreSQL a transaction whose process has stopped is ended, so that others get its rows."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from incident_bot.database.connection import Database
from incident_bot.database.postgres_driver import POSTGRES_LIMITS
from incident_bot.errors import Unavailable
from support.postgres import Postgres


@pytest.mark.parametrize("setting", sorted(POSTGRES_LIMITS))
async def test_a_transaction_has_limits(postgres: Postgres, setting: str) -> None:
    async with postgres.fresh() as url:
        database = Database(url)
        async with database.read() as tx:
            found = await tx.connection.execute(sa.text(f"SHOW {setting}"))
            assert found.scalar_one() == POSTGRES_LIMITS[setting]
        await database.close()


@pytest.mark.parametrize("setting", sorted(POSTGRES_LIMITS))
async def test_limits_are_set_after_connecting_because_a_pooler_refuses_them_before(
    postgres: Postgres, setting: str
) -> None:
    source = sa.text("SELECT source FROM pg_settings WHERE name = :name")
    async with postgres.fresh() as url:
        database = Database(url)
        async with database.read() as tx:
            found = await tx.connection.execute(source, {"name": setting})
            assert found.scalar_one() == "session"  # "client": asked for while connecting
        await database.close()


async def test_a_statement_that_takes_too_long_is_undone_and_may_be_tried_again(
    postgres: Postgres,
) -> None:
    async with postgres.fresh() as url:
        database = Database(url)

        async def dawdle() -> None:
            async with database.write() as tx:
                await tx.connection.execute(sa.text("SET LOCAL statement_timeout = '20ms'"))
                await tx.connection.execute(sa.text("SELECT pg_sleep(600)"))

        with pytest.raises(Unavailable):
            await dawdle()
        await database.ping()
        await database.close()


async def test_who_holds_a_lock_and_does_nothing_loses_it(postgres: Postgres) -> None:
    async with postgres.fresh() as url:
        frozen, other = Database(url), Database(url)
        lock, short = sa.text("LOCK TABLE incident"), "idle_in_transaction_session_timeout"
        held, freed = asyncio.Event(), asyncio.Event()

        async def freeze() -> None:
            async with frozen.write() as tx:
                await tx.connection.execute(sa.text(f"SET LOCAL {short} = '20ms'"))
                await tx.connection.execute(lock)
                held.set()
                await freed.wait()

        freezing = asyncio.create_task(freeze())
        await held.wait()
        async with other.write() as tx:
            await tx.connection.execute(lock)
        freed.set()
        with pytest.raises(Unavailable):
            await freezing
        await frozen.ping()
        await frozen.close()
        await other.close()
