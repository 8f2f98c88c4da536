"""The driver's cursor: everything at once, however much there is to read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from incident_bot.database.connection import Database
from incident_bot.database.sqlite_driver import ROWS_AT_ONCE

NUMBERS = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT i FROM n"
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    async with made.write() as tx:
        await tx.connection.execute(sa.text("CREATE TABLE thing (name TEXT UNIQUE)"))
    yield made
    await made.close()


@pytest.mark.parametrize("most", [1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, 3 * ROWS_AT_ONCE + 7])
async def test_every_row_arrives_once_and_in_order(database: Database, most: int) -> None:
    async with database.read() as tx:
        found = (await tx.connection.execute(NUMBERS, {"most": most})).scalars().all()
    assert found == list(range(1, most + 1))


async def test_rows_can_be_read_piece_by_piece_and_left_unread(database: Database) -> None:
    async with database.read() as tx:
        async with tx.connection.stream(NUMBERS, {"most": 2000}) as rows:
            pieces = [[row.i for row in piece] async for piece in rows.partitions(700)]
        assert [len(piece) for piece in pieces] == [700, 700, 600]
        assert [number for piece in pieces for number in piece] == list(range(1, 2001))
        async with tx.connection.stream(NUMBERS, {"most": 2000}) as rows:
            assert (await rows.fetchmany(3))[-1].i == 3
        assert (await tx.connection.execute(NUMBERS, {"most": 2})).scalars().all() == [1, 2]


async def test_what_was_changed_is_counted_and_returned(database: Database) -> None:
    add = sa.text("INSERT INTO thing VALUES (:name) ON CONFLICT DO NOTHING RETURNING name")
    async with database.write() as tx:
        assert (await tx.connection.execute(add, {"name": "a"})).scalar() == "a"
        assert (await tx.connection.execute(add, {"name": "a"})).scalar() is None
        change = await tx.connection.execute(sa.text("UPDATE thing SET name = 'b'"))
        assert change.rowcount == 1


async def test_a_refused_statement_leaves_the_connection_usable(database: Database) -> None:
    twice = sa.text("INSERT INTO thing VALUES (:name)")
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await tx.connection.execute(twice, [{"name": "a"}, {"name": "a"}])
    async with database.read() as tx:
        count = await tx.connection.execute(sa.text("SELECT count(*) FROM thing"))
        assert count.scalar() == 0
