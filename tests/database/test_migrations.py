"""Migrations make exactly the tables, on both databases, also when replicas race."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from incident_bot.database import tables
from incident_bot.database.connection import Database
from incident_bot.database.migrate import POSTGRES_LOCK, head, revision, upgrade
from incident_bot.errors import ConfigurationError
from incident_bot.settings import shipped
from support.postgres import Postgres

MIGRATIONS = shipped("migrations")
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


async def test_migrations_equal_the_tables(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, tables.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_four_replicas_upgrade_one_database_at_once(postgres: Postgres) -> None:
    async with postgres.fresh(migrated=False) as url:
        await asyncio.gather(*(upgrade(url, MIGRATIONS) for _ in range(4)))
        assert await revision(url) == head(MIGRATIONS)


async def test_upgrading_again_changes_nothing(url: str) -> None:
    newest = head(MIGRATIONS)
    assert await upgrade(url, MIGRATIONS) == (newest, newest)


async def test_references_are_kept_on_after_migrating(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    await upgrade(url, MIGRATIONS)
    database = Database(url)
    try:
        async with database.read() as tx:
            on = (await tx.connection.execute(sa.text("PRAGMA foreign_keys"))).scalar_one()
            mode = (await tx.connection.execute(sa.text("PRAGMA journal_mode"))).scalar_one()
        assert (on, mode) == (1, "wal")
    finally:
        await database.close()


async def test_who_waits_for_a_newer_release_to_migrate_then_leaves_it_alone(
    postgres: Postgres,
) -> None:
    async with postgres.fresh() as url:
        newer = await asyncpg.connect(url)
        await newer.execute("UPDATE alembic_version SET version_num = '0001'")
        begun = newer.transaction()
        await begun.start()
        await newer.execute("SELECT pg_advisory_xact_lock($1)", POSTGRES_LOCK)
        older = asyncio.create_task(upgrade(url, MIGRATIONS))
        while not older.done() and not await newer.fetchval(WAITING):
            await asyncio.wait({older}, timeout=0.02)
        await newer.execute("UPDATE alembic_version SET version_num = '9999'")
        await begun.commit()
        await newer.close()

        with pytest.raises(ConfigurationError, match="9999, which this release does not know"):
            await older
