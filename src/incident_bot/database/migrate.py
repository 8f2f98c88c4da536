"""Migrations: the process brings its own database up to date before it serves."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from incident_bot.database.connection import async_url

POSTGRES_LOCK = 0x1A6C1DE7  # one replica migrates at a time
_FRESH = "PRAGMA foreign_key_check"


async def upgrade(url: str, migrations: Path) -> tuple[str | None, str]:
    """Bring the database to the newest revision; returns (revision before, revision after).

    On SQLite foreign keys are off meanwhile: recreating a table would cascade into its children.

    Raises:
        RuntimeError: when the database is of a newer release, or a reference is broken after.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations))
    newest = head(migrations)
    engine = create_async_engine(async_url(url), poolclass=sa.NullPool)
    try:
        async with engine.connect() as connection:
            before = await connection.run_sync(_revision)
            await connection.rollback()
            if before == newest:
                return before, newest
            sqlite = connection.dialect.name == "sqlite"
            if sqlite:
                await connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
                await connection.commit()
            else:
                await connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({POSTGRES_LOCK})"))
            await connection.run_sync(lambda sync: _run(sync, config))
            await connection.commit()
            if sqlite and (await connection.execute(sa.text(_FRESH))).first() is not None:
                msg = "a migration left a broken reference; restore the backup and report this"
                raise RuntimeError(msg)
            return before, newest
    finally:
        await engine.dispose()


def head(migrations: Path) -> str:
    """The newest revision that this release knows."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    return ScriptDirectory.from_config(config).get_current_head() or ""


async def revision(url: str) -> str | None:
    """The revision a database is at, or None when it is empty."""
    engine = create_async_engine(async_url(url), poolclass=sa.NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_revision)
    finally:
        await engine.dispose()


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _run(connection: sa.Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
