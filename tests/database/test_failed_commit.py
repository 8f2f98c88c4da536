"""A commit that fails: nothing of it stays, neither a row nor a lock."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from incident_bot.database.connection import Database
from support.rows import NOW

PARENT = sa.text("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
CHILD = sa.text(
    "CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"
)
ORPHAN = sa.text("INSERT INTO child VALUES (1)")


async def test_after_a_commit_that_failed_others_write_and_nothing_of_it_is_there(
    database: Database,
) -> None:
    async with database.write() as tx:
        await tx.connection.execute(PARENT)
        await tx.connection.execute(CHILD)

    with pytest.raises(IntegrityError):
        await _fail_at_the_commit(database)

    for _ in range(database.engine.pool.size() + 1):  # whichever connection it is
        async with database.write() as tx:
            await tx.seen.first_time("event:2", NOW)
    async with database.write() as tx:
        assert await tx.seen.first_time("event:1", NOW)


async def _fail_at_the_commit(database: Database) -> None:
    async with database.write() as tx:
        assert await tx.seen.first_time("event:1", NOW)
        await tx.connection.execute(ORPHAN)
