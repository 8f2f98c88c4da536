"""Two releases on one table: work that only the other one knows is left to it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.domain.effects import ConfirmPin, Lane, SayEntry, Work
from support.rows import NOW, later

LEASE = timedelta(seconds=60)


async def added(database: Database, *work: Work) -> None:
    async with database.write() as tx:
        await tx.jobs.add([(one, NOW) for one in work], NOW)


async def from_a_newer_release(database: Database, key: str) -> None:
    """A job turns into one of a kind that only a newer release knows."""
    async with database.write() as tx:
        statement = sa.text("UPDATE job SET kind = 'room.fold' WHERE key = :key")
        await tx.connection.execute(statement, {"key": key})


async def claimed(database: Database) -> list[Claimed]:
    async with database.write() as tx:
        return list(await tx.jobs.claim("me", NOW, LEASE, 10, lanes=tuple(Lane)))


async def test_an_unknown_kind_is_not_claimed_and_nobody_wakes_for_it(database: Database) -> None:
    strange = ConfirmPin(1, "C1", "1.0")
    await added(database, strange, ConfirmPin(2, "C1", "1.0"))
    await from_a_newer_release(database, strange.key)

    assert [job.kind for job in await claimed(database)] == [ConfirmPin.kind]
    async with database.read() as tx:
        assert await tx.jobs.next_wake() == round((NOW + LEASE).timestamp() * 1e6)  # of the other
        assert [depth.waiting for depth in await tx.backlog.depths(later(minutes=5))] == [1]
        assert await tx.backlog.strange() == [("room.fold", 1)]


async def test_an_unknown_kind_at_the_head_of_a_queue_silences_no_room(database: Database) -> None:
    strange = SayEntry(1, 1)
    await added(database, strange, SayEntry(1, 2), SayEntry(1, 3))
    await from_a_newer_release(database, strange.key)

    assert [job.payload["entry"] for job in await claimed(database)] == [2]
