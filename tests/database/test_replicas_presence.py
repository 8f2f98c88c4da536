"""On PostgreSQL what a dead replica held is free at once, and nothing of those who live."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from incident_bot.clock import SystemClock
from incident_bot.database.connection import Database
from incident_bot.database.migrate import upgrade
from incident_bot.database.postgres_driver import PROBES
from incident_bot.database.replicas import GRACE, Replicas
from incident_bot.domain.effects import Lane, SayEntry
from incident_bot.settings import shipped
from support.clock import WoundClock
from support.postgres import Postgres

LEASE = timedelta(seconds=60)
HERE = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE locktype = 'advisory' AND datname = current_database()"
)


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
    while not await count(database, HERE):
        await asyncio.wait({living}, timeout=0.02)
    yield
    living.cancel()
    await asyncio.wait({living})


class Telling(Replicas):
    """A replica that tells what PostgreSQL was asked for on its listening connection."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "me", SystemClock(), LEASE)
        self.told: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def _listen(self, connection: Any) -> None:
        self.told.set_result({name: await connection.fetchval(f"SHOW {name}") for name in PROBES})
        await super()._listen(connection)


async def test_postgresql_is_told_to_look_for_hosts_that_have_vanished(database: Database) -> None:
    async with database.read() as tx:
        own = {
            name: (await tx.connection.execute(sa.text(f"SHOW {name}"))).scalar_one()
            for name in PROBES
        }
    telling = Telling(database)
    living = asyncio.create_task(telling.run())
    told = await telling.told
    living.cancel()
    await asyncio.wait({living})

    nothing_to_look_for = not await count(
        database, "SELECT count(*) WHERE inet_server_addr() IS NOT NULL"
    )
    asked = dict.fromkeys(PROBES, "0") if nothing_to_look_for else dict(PROBES)
    assert own == told == asked


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
