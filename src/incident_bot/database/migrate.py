"""Migrations: the process brings its own database up to date before it serves."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database.answering import answering
from incident_bot.database.connection import bare_engine, shown
from incident_bot.errors import ConfigurationError

POSTGRES_LOCK = 0x1A6C1DE7  # one replica migrates at a time
_FRESH = "PRAGMA foreign_key_check"


async def upgrade(url: str, migrations: Path) -> tuple[str | None, str]:
    """Bring the database to the newest revision; returns (revision before, revision after).

    On SQLite foreign keys are off meanwhile: recreating a table would cascade into its children.

    Raises:
        ConfigurationError: when the database is of a newer release.
        RuntimeError: when a reference is broken after.
        Unavailable: when it does not answer.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations))
    newest = head(migrations)
    async with _connected(url) as connection:
        before = await connection.run_sync(_revision)
        await connection.rollback()
        if before == newest:
            return before, newest
        must_know(before, shown(url), migrations)
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            await connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
            await connection.commit()
        else:
            await connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({POSTGRES_LOCK})"))
            # A newer release may have migrated while we waited.
            must_know(await connection.run_sync(_revision), shown(url), migrations)
        await connection.run_sync(lambda sync: _run(sync, config))
        await connection.commit()
        if sqlite and (await connection.execute(sa.text(_FRESH))).first() is not None:
            msg = "a migration left a broken reference; restore the backup and report this"
            raise RuntimeError(msg)
        return before, newest


def head(migrations: Path) -> str:
    """The newest revision that this release knows."""
    return _scripts(migrations).get_current_head() or ""


def must_know(found: str | None, where: str, migrations: Path) -> None:
    """This release can only start from revisions that it knows, or from nothing.

    Raises:
        ConfigurationError: for that of a newer release.
    """
    known = {script.revision for script in _scripts(migrations).walk_revisions()}
    if found is not None and found not in known:
        raise ConfigurationError(
            where,
            "",
            f"is at revision {found}, which this release does not know; "
            "use the release that wrote it, or a newer one",
        )


async def revision(url: str) -> str | None:
    """The revision a database is at, or None when it is empty.

    Raises:
        Unavailable: when it does not answer.
    """
    async with _connected(url) as connection:
        return await connection.run_sync(_revision)


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = bare_engine(url, patient=True)
    try:
        with answering():
            async with engine.connect() as connection:
                yield connection
    finally:
        await engine.dispose()


def _scripts(migrations: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    return ScriptDirectory.from_config(config)


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _run(connection: sa.Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
