"""A pooler between the bot and PostgreSQL, like PgBouncer, that lends connections by transaction.

After each transaction its connection goes to whoever asks next, and with it what the bot takes for its
own: prepared statements, limits, the advisory lock that shows that a replica lives, LISTEN.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from incident_bot.database.connection import async_url
from incident_bot.database.postgres_driver import CONNECT, connect_arguments

PROBLEM = "the pooler between here and PostgreSQL lends a connection for one transaction only"
REMEDY = (
    "use PgBouncer's session mode (pool_mode = session) or PostgreSQL's own address: "
    "docs/how-to/run-with-postgresql.md"
)
ROUNDS = 5
"""More than one, because other clients of the same pool may come in between."""
_NO_ANSWER = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


async def lends_by_transaction(url: str) -> bool:
    """Whether a database is reached through such a pooler. True is certain.

    False also of one that does not answer: whoever uses it says so.
    """
    with contextlib.suppress(*_NO_ANSWER):
        async with _connected(url) as one:
            backend = await _backend(one)
            if backend == one.get_server_pid():  # it has introduced itself: nobody is between
                return False
            async with _connected(url) as other:
                for _ in range(ROUNDS):
                    # As long as somebody is connected, a session is nobody else's, and stays the same.
                    if backend == await _backend(other) or backend != await _backend(one):
                        return True
    return False


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(
        **connect_arguments(async_url(url)), command_timeout=CONNECT, statement_cache_size=0
    )
    try:
        yield connection
    finally:
        connection.terminate()


async def _backend(connection: asyncpg.Connection[Any]) -> int:
    """The process that serves a transaction."""
    async with connection.transaction():
        found: int = await connection.fetchval("SELECT pg_backend_pid()")
        return found
