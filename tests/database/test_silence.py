"""A PostgreSQL that vanishes without a word: nobody waits for it for long, and all goes on after."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from incident_bot.clock import SystemClock
from incident_bot.database.connection import Database
from incident_bot.database.migrate import revision
from incident_bot.database.postgres_driver import TRUSTED
from incident_bot.database.replicas import LOOK, Replicas
from incident_bot.errors import Unavailable
from support.clock import WoundClock
from support.postgres import Postgres
from support.rest import pause, until
from support.silence import Way, a_way

PATIENCE = 60.0
"""Seconds: longer than any bound of the code, shorter than what the kernel would wait."""


@pytest.fixture
async def url(postgres: Postgres) -> AsyncIterator[str]:
    """A database reached directly."""
    async with postgres.fresh() as made:
        yield made


@pytest.fixture
async def way(url: str) -> AsyncIterator[Way]:
    """The way to the server."""
    async with a_way(url) as made:
        yield made


@pytest.fixture
async def database(url: str, way: Way) -> AsyncIterator[Database]:
    """The database at the end of the way, with a few connections open."""
    made = Database(f"{way.leading(url)}?connect_timeout=1")
    await asyncio.gather(*(write(made) for _ in range(4)))
    yield made
    await made.close()


async def write(database: Database, *, urgent: bool = False) -> None:
    """The smallest transaction."""
    async with database.write(urgent=urgent) as tx:
        await tx.connection.execute(sa.text("SELECT 1"))


class InHand:
    """A transaction that is open while the server goes silent, and then asks for more."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._go_on = asyncio.Event()
        self.open = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def go_on(self) -> None:
        """The next statement; whether anybody answers is seen by awaiting the task."""
        self._go_on.set()
        await self.task

    async def _run(self) -> None:
        async with self._database.write() as tx:
            await tx.connection.execute(sa.text("SELECT 1"))
            self.open.set()
            await self._go_on.wait()
            await tx.connection.execute(sa.text("SELECT 2"))


async def test_whoever_asks_a_silent_server_is_told_that_it_does_not_answer(
    database: Database, way: Way
) -> None:
    in_hand = InHand(database)
    await in_hand.open.wait()
    way.silence()

    async with asyncio.timeout(PATIENCE):
        outcomes = await asyncio.gather(
            in_hand.go_on(),
            write(database),
            write(database, urgent=True),
            database.ping(),
            revision(database.url.render_as_string(hide_password=False)),
            return_exceptions=True,
        )

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 5
    assert "no answer in time" in str(outcomes[0])


async def test_when_the_server_is_back_all_goes_on_by_itself(database: Database, way: Way) -> None:
    way.silence()
    with pytest.raises(Unavailable):
        await database.ping()

    way.open()

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(write(database) for _ in range(8)))
        await database.ping()


async def test_connections_that_a_firewall_has_forgotten_are_replaced_unseen(
    database: Database, way: Way
) -> None:
    since = time.monotonic()
    await until(lambda: time.monotonic() - since > TRUSTED, "a while without a word")
    way.forget()

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(write(database, urgent=True) for _ in range(4)))


async def test_a_connection_that_answers_is_kept(database: Database) -> None:
    async def used() -> int:
        async with database.read() as tx:
            found = await tx.connection.execute(sa.text("SELECT pg_backend_pid()"))
            return int(found.scalar_one())

    assert len({await used() for _ in range(12)}) <= 4


async def test_a_crowd_at_a_silent_server_is_told_so_too(database: Database, way: Way) -> None:
    way.silence()

    async with asyncio.timeout(PATIENCE):
        crowd = [database.ping() for _ in range(100)] + [write(database) for _ in range(100)]
        outcomes = await asyncio.gather(*crowd, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {Unavailable}


async def test_cancelling_and_closing_wait_for_no_farewell(database: Database, way: Way) -> None:
    in_hand = InHand(database)
    await in_hand.open.wait()
    way.silence()
    asking = asyncio.create_task(in_hand.go_on())
    await way.met.wait()

    async with asyncio.timeout(PATIENCE):
        in_hand.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await database.close()


async def test_a_listener_whose_connection_died_silently_listens_on_another(
    url: str, database: Database, way: Way
) -> None:
    direct = Database(url)
    listening = Replicas(database, "me", SystemClock(), timedelta(seconds=60))
    living = asyncio.create_task(listening.run())
    try:
        before = await listeners(direct, none_of=set())
        way.forget()
        await listeners(direct, none_of=before)
        database.woken.clear()
        async with direct.write() as tx:
            await tx.connection.execute(sa.text("NOTIFY incident_bot_work"))
        await until(database.woken.is_set, "the news")
    finally:
        living.cancel()
        await asyncio.wait({living})
        await direct.close()


async def test_a_listener_that_is_answered_keeps_its_connection(database: Database) -> None:
    clock = WoundClock()
    living = asyncio.create_task(Replicas(database, "me", clock, timedelta(seconds=60)).run())
    before = await listeners(database, none_of=set())
    for _ in range(3):
        database.woken.clear()
        clock.advance(timedelta(seconds=LOOK))
        async with database.write() as tx:
            await tx.connection.execute(sa.text("NOTIFY incident_bot_work"))
        await until(database.woken.is_set, "the news")

    assert not living.done()
    assert await listeners(database, none_of=set()) == before
    living.cancel()
    await asyncio.wait({living})


async def listeners(direct: Database, none_of: set[int]) -> set[int]:
    """The server's processes that hold a replica's lock, once there is one that is none of these."""
    statement = sa.text(
        "SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    )
    async with asyncio.timeout(PATIENCE):
        while True:
            async with direct.read() as tx:
                found = set((await tx.connection.execute(statement)).scalars())
            if found - none_of:
                return found - none_of
            await pause()
