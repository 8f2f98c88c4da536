"""Migrations make exactly the tables, on both databases, also when replicas race."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from incident_bot.database import tables
from incident_bot.database.connection import Database
from incident_bot.database.migrate import head, revision, upgrade
from incident_bot.settings import shipped
from support.postgres import Postgres

MIGRATIONS = shipped("migrations")


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
