"""SQLite without threads: what the driver would do elsewhere is done here and now, in order.

Many replicas share one file as they would share a PostgreSQL: one writes, the others wait their
turn. Before every statement that begins or ends a transaction the replica may be delayed or die.
While the database is away no statement is answered, and a commit may have arrived all the same.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

Step = Callable[[str], Awaitable[None]]
"""Told what a replica is about to do; raises CancelledError when it is dead."""
ARRIVES = 0.5
"""How probable it is that a commit arrives of which no answer comes."""


def _nobody_looks() -> None:
    """Nobody wants to know of every commit."""


class File:
    """One database file, whose turn it is to write, and whether it answers."""

    def __init__(self, path: str, chance: random.Random) -> None:
        self.path = path
        self.turn = asyncio.Lock()
        self.is_away = False
        self.arrives = chance.random
        self.committed: Callable[[], None] = _nobody_looks

    def answer(self) -> None:
        """Raises OperationalError while the database is away."""
        if self.is_away:
            raise sqlite3.OperationalError("the database is away")


class Inline:
    """A connection in the shape of aiosqlite's, of one replica."""

    def __init__(self, file: File, step: Step) -> None:
        self._conn = sqlite3.connect(file.path, isolation_level=None, cached_statements=512)
        self._file = file
        self._step = step
        self._writes = False
        self._closed = False
        self._tx = self  # aiosqlite's queue of things to do on its thread

    def put_nowait(self, order: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
        future, function = order
        future.set_result(function())

    @property
    def _connection(self) -> bool:
        return True

    @property
    def isolation_level(self) -> str | None:
        return self._conn.isolation_level

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        self._conn.create_function(*arguments, **options)

    def cursor(self) -> _Cursor:
        return _Cursor(self, self._conn.cursor())

    def answer(self) -> None:
        self._file.answer()

    async def begin(self, *, write: bool) -> None:
        await self._step("begin")
        self._file.answer()
        if write:
            await self._file.turn.acquire()
            self._writes = True

    async def commit(self) -> None:
        await self._step("commit")
        if not self._file.is_away or self._file.arrives() < ARRIVES:
            self._conn.commit()
            self._file.committed()
            self._end()
        self._file.answer()

    async def rollback(self) -> None:
        if not self._closed:
            self._conn.rollback()
            self._end()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Close without waiting; what was not committed is gone."""
        if not self._closed:
            self._closed = True
            self._conn.close()
            self._end()

    def _end(self) -> None:
        if self._writes:
            self._writes = False
            self._file.turn.release()


class _Cursor:
    def __init__(self, connection: Inline, cursor: sqlite3.Cursor) -> None:
        self._connection = connection
        self._cursor = cursor

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cursor.close()

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, operation: str, parameters: Any = ()) -> None:
        if operation.startswith("BEGIN"):
            await self._connection.begin(write=operation == "BEGIN IMMEDIATE")
        self._connection.answer()
        self._cursor.execute(operation, parameters)

    async def executemany(self, operation: str, parameters: Any) -> None:
        self._cursor.executemany(operation, parameters)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()
