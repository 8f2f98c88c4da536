"""aiosqlite with one trip to its thread for a statement, instead of four.

Each trip costs the loop about 0.1 ms, and a declaration has sixty statements. A cursor here is only
made, executed, read and closed there, all at once; what does not fit is read by further trips.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Self

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite

ROWS_AT_ONCE = 500
STATEMENTS = 512
"""How many prepared statements a connection keeps; the bot has about two hundred."""


class Connection(aiosqlite.Connection):
    """aiosqlite's connection, with its own kind of cursor."""

    def cursor(self) -> Cursor:  # type: ignore[override]  # SQLAlchemy asks for no more
        """A cursor; nothing is done before its first statement."""
        return Cursor(self)

    async def there(self, act: Any, *arguments: Any) -> Any:
        """Do something on the connection's thread."""
        return await self._execute(act, *arguments)  # type: ignore[no-untyped-call]


class Cursor:
    """The part of a DBAPI cursor that SQLAlchemy uses, with rows read ahead."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rest: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute one statement, and read its first rows."""
        return await self._run(sqlite3.Cursor.execute, statement, parameters)

    async def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> Self:
        """Execute one statement for each row of parameters."""
        return await self._run(sqlite3.Cursor.executemany, statement, rows)

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        rows, self._rows = self._rows, []
        if self._rest is not None:
            rows += await self._connection.there(self._rest.fetchall)
            await self.close()
        return rows

    async def fetchmany(self, size: int = ROWS_AT_ONCE) -> list[Any]:
        """The next rows, at most `size`; none when there are no more."""
        if self._rest is not None and len(self._rows) < size:
            self._rows += await self._connection.there(self._rest.fetchmany, size)
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def close(self) -> None:
        """Let go of what was not read."""
        rest, self._rest = self._rest, None
        if rest is not None:
            await self._connection.there(rest.close)

    async def _run(self, execute: Any, statement: str, parameters: Any) -> Self:
        await self.close()
        (
            self._rows,
            self._rest,
            self.description,
            self.rowcount,
            self.lastrowid,
        ) = await self._connection.there(
            _all_at_once, self._connection, execute, statement, parameters
        )
        return self


def opener(url: sa.URL) -> Any:
    """What opens a connection to the file of an SQLite URL, as SQLAlchemy's `async_creator`."""
    arguments, options = SQLiteDialect_aiosqlite().create_connect_args(url)
    connect = functools.partial(
        sqlite3.connect, *arguments, **{"cached_statements": STATEMENTS, **options}
    )

    async def opened() -> Connection:
        connection = Connection(connect, iter_chunk_size=ROWS_AT_ONCE)
        connection._thread.daemon = True  # noqa: SLF001 -- as SQLAlchemy does to those it opens
        await connection
        return connection

    return opened


def _all_at_once(connection: Connection, execute: Any, statement: str, parameters: Any) -> Any:
    cursor = connection._conn.cursor()  # noqa: SLF001 -- on its own thread
    try:
        execute(cursor, statement, parameters)
        rows = cursor.fetchmany(ROWS_AT_ONCE) if cursor.description else []
    except BaseException:
        cursor.close()
        raise
    facts = cursor.description, cursor.rowcount, cursor.lastrowid
    if len(rows) < ROWS_AT_ONCE:
        cursor.close()
        return rows, None, *facts
    return rows, cursor, *facts
