"""What PostgreSQL refuses only for now is no answer; it is asked again, and works when it can."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
import sqlalchemy as sa

from incident_bot.database.answering import answering
from incident_bot.database.connection import Database
from incident_bot.errors import Unavailable
from support.postgres import Postgres

LABELS = "SELECT label FROM shelf"


@pytest.fixture
async def url(postgres: Postgres) -> AsyncIterator[str]:
    """A database on PostgreSQL."""
    async with postgres.fresh() as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The same, with a table to play with."""
    made = Database(url)
    await write(made, "CREATE TABLE shelf (label VARCHAR(9))")
    yield made
    await made.close()


async def write(database: Database, statement: str) -> None:
    """One statement in a transaction of its own."""
    async with database.write() as tx:
        await tx.connection.execute(sa.text(statement))


async def execute(url: str, *statements: str) -> None:
    """What an operator does."""
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def test_a_primary_that_became_a_standby_is_left_for_the_new_one(
    url: str, database: Database
) -> None:
    name = sa.make_url(url).database
    await execute(url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await database.engine.dispose()
    with pytest.raises(Unavailable, match="read-only"):
        await write(database, "INSERT INTO shelf VALUES ('one')")

    # The old connections still lead to the old one; only new ones find the primary.
    await execute(
        url,
        "SET default_transaction_read_only = off",
        f"ALTER DATABASE {name} RESET default_transaction_read_only",
    )

    await write(database, "INSERT INTO shelf VALUES ('one')")


async def test_a_migration_by_a_newer_replica_is_no_end_for_an_older_one(
    url: str, database: Database
) -> None:
    await write(database, LABELS)
    await execute(url, "ALTER TABLE shelf ALTER label TYPE BIGINT USING 0")

    with pytest.raises(Unavailable, match="cached statement plan is invalid"):
        await write(database, LABELS)

    await write(database, LABELS)


async def test_a_lock_that_somebody_else_has_is_no_end(url: str, database: Database) -> None:
    operator = await asyncpg.connect(url)
    async with operator.transaction():
        await operator.execute("LOCK TABLE shelf")
        with pytest.raises(Unavailable, match="lock"):
            await write(database, "LOCK TABLE shelf NOWAIT")
    await operator.close()
    await write(database, "INSERT INTO shelf VALUES ('one')")


@pytest.mark.parametrize("state", ["57P01", "57P02", "57P03", "57P05", "58030", "53300"])
async def test_a_server_that_says_not_now_does_not_answer(database: Database, state: str) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(Unavailable, match="not now"):
        await write(database, raising)
    await database.ping()


async def test_a_wrong_question_stays_one(database: Database) -> None:
    with pytest.raises(sa.exc.ProgrammingError), answering():
        await write(database, "SELECT nothing FROM nowhere")
