"""On PostgreSQL what a dead replica held is free at once, and nothing of those who live."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from incident_bot.clock import SystemClock
from incident_bot.database.connection import Database
from incident_bot.database.migrate import upgrade
from incident_bot.database.replicas import GRACE, Replicas
from incident_bot.domain.effects import Lane, SayEntry
from incident_bot.settings import shipped
from support.clock import WoundClock
from support.postgres import Postgres

LEASE = timedelta(seconds=60)


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    async with postgres.fresh() as url:
        await upgrade(url, shipped("migrations"))
        made = Database(url)
        yield made
        await made.close()


@contextlib.asynccontextmanager
async def alive(database: Database, name: str) -> AsyncIterator[None]:
    """A replica that is connected, as long as the block lasts."""
    living = asyncio.create_task(Replicas(database, name, SystemClock(), LEASE).run())
    while not await count(database, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"):
        await asyncio.wait({living}, timeout=0.02)
    yield
    living.cancel()
    await asyncio.wait({living})


async def count(database: Database, statement: str) -> int:
    async with database.read() as tx:
        return int((await tx.connection.execute(sa.text(statement))).scalar_one())


async def test_only_what_the_dead_held_is_freed_and_only_after_a_while(database: Database) -> None:
    clock = WoundClock()
    now = clock.now()
    looking = Replicas(database, "me", clock, LEASE)
    async with database.write() as tx:
        await tx.jobs.add([(SayEntry(n, n), now) for n in (1, 2, 3)], now)
    for holder in ("dead", "living", "me"):
        async with database.write() as tx:
            assert await tx.jobs.claim(holder, now, LEASE, 1, lanes=[int(Lane.STATE)])

    async with alive(database, "living"):
        assert await looking.free() == 0
        clock.advance(GRACE)
        assert await looking.free() == 1
        assert await looking.free() == 0

    async with database.write() as tx:
        freed = await tx.jobs.claim("me", clock.now(), LEASE, 9, lanes=[int(Lane.STATE)])
    assert [(job.fence, job.unsure) for job in freed] == [(2, True)]
