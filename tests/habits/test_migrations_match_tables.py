"""The migrations make exactly the tables of the code, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from incident_bot.database.connection import bare_engine
from incident_bot.database.migrate import head, revision, upgrade
from incident_bot.database.tables import Instant, metadata
from incident_bot.settings import shipped
from support.postgres import Postgres

MIGRATIONS = shipped("migrations")


@pytest.fixture
async def url(server: Postgres | None, tmp_path: Path) -> AsyncIterator[str]:
    """A database without any table."""
    if server is None:
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    async with server.fresh(migrated=False) as made:
        yield made


async def differences(url: str) -> list[Any]:
    engine = bare_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_compare)
    finally:
        await engine.dispose()


def _compare(connection: sa.Connection) -> list[Any]:
    options = {"compare_type": _is_another_type, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def _is_another_type(
    _context: object, _found: object, _column: object, found: Any, wanted: Any
) -> bool | None:
    """An instant is kept as a BIGINT; everything else is compared as Alembic does."""
    return not isinstance(found, sa.BigInteger) if isinstance(wanted, Instant) else None


async def test_migrations_make_exactly_the_tables(url: str) -> None:
    before, after = await upgrade(url, MIGRATIONS)
    assert (before, after) == (None, head(MIGRATIONS))
    assert await differences(url) == []


async def test_migrating_twice_changes_nothing(url: str) -> None:
    await upgrade(url, MIGRATIONS)
    assert await upgrade(url, MIGRATIONS) == (head(MIGRATIONS), head(MIGRATIONS))
    assert await revision(url) == head(MIGRATIONS)


async def test_a_missing_column_is_noticed(url: str) -> None:
    await upgrade(url, MIGRATIONS)
    engine = bare_engine(url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE incident DROP COLUMN summary"))
    await engine.dispose()
    assert [change[0] for change in await differences(url)] == ["add_column"]


def test_revisions_form_one_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
