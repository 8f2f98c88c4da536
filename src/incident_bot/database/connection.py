"""One engine for SQLite and PostgreSQL, and the settings that make each of them safe.

SQLite: WAL, `synchronous=FULL`, foreign keys, `BEGIN IMMEDIATE` for writers, one writer at a time
by an asyncio lock (its own busy handler is unfair), readers deferred. PostgreSQL: asyncpg, READ
COMMITTED (the conditional UPDATEs rely on its re-check), and no transaction outlives its process, and
nobody waits for a server that has vanished, by more than seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, QueuePool

from incident_bot.clock import Clock, SystemClock
from incident_bot.database.answering import answering, is_refused
from incident_bot.database.postgres_driver import postgres_engine
from incident_bot.database.sqlite_driver import opener
from incident_bot.database.transaction import Transaction
from incident_bot.database.writing import WriterQueue
from incident_bot.errors import ConfigurationError

BUSY_TIMEOUT_MS = 1000  # a person waits for the acknowledgement, which has 3 s in all
READERS = {"sqlite": 3, "postgresql": 6}
WRITERS = {"sqlite": 1, "postgresql": 8}
"""Connections at once. Each kind has its own share, so that no crowd of readers holds up a writer;
no more are ever opened, because opening one takes longer than waiting for another."""
CLOSE_PATIENCE = 2.0  # seconds
TURN = 10.0  # seconds until a crowd has left a connection free
URGENT = 2.0  # seconds on PostgreSQL, like the busy timeout: a person waits


class Database:
    """The record. `write()` and `read()` give transactions; `woken` is set after new work commits.

    `clock` tells for how long the machine has run when something is written down, for when the clock
    is set; `connect` makes the driver's connections in place of the driver itself (for simulation). A `patient`
    one takes its time: it has none of the limits of the bot's own transactions.

    Raises:
        ConfigurationError: for a URL that is neither SQLite nor PostgreSQL, or cannot be used.
    """

    def __init__(
        self,
        url: str,
        connect: Callable[[], Awaitable[Any]] | None = None,
        *,
        clock: Clock | None = None,
        patient: bool = False,
    ) -> None:
        self.url = async_url(url)
        self.clock = clock or SystemClock()
        self.dialect = self.url.get_backend_name()
        self.engine = _engine(self.url, connect, patient=patient)
        self._open = weakref.WeakSet[Any]()
        event.listen(self.engine.sync_engine, "connect", self._opened)
        self.woken = asyncio.Event()
        self._given_back = asyncio.Event()
        event.listen(self.engine.sync_engine, "checkin", lambda *_: self._given_back.set())
        self._readers = self.engine.execution_options(readonly=True)
        self._writers = WriterQueue() if self.dialect == "sqlite" else None
        self._reading = asyncio.Semaphore(READERS[self.dialect])
        self.around_commit: Callable[[str], None] = _nothing
        self.measure: Callable[[str, float], None] = _unmeasured

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        name = self.url.database
        return Path(name) if self.dialect == "sqlite" and name else None

    @contextlib.asynccontextmanager
    async def write(self, *, urgent: bool = False) -> AsyncIterator[Transaction]:
        """One transaction that commits when the block ends and rolls back when it raises.

        `urgent` goes before all others that wait on SQLite, and ends in time: a person waits for it.

        Raises:
            Unavailable: when the database does not answer.
            AlreadyDone: when another attempt at the gesture at hand has recorded it.
        """
        began = time.perf_counter()
        writers = self._writers
        turn = writers.turn(urgent=urgent) if writers else contextlib.nullcontext()
        patience = URGENT if urgent and not writers else None
        async with turn, _speaking(self.engine, patience) as connection:
            transaction = Transaction(connection, self.clock)
            yield transaction
            attempt = await transaction.before_commit()
            self.around_commit("before")
            transaction.in_doubt = True
            try:
                await connection.commit()
            except BaseException as error:
                transaction.in_doubt = not is_refused(error)
                # SQLAlchemy takes a transaction for over when its commit has failed. SQLite does not:
                # without this its connection would be given back with everything locked.
                await connection.rollback()
                raise
        if attempt is not None:
            attempt.marked = True
        self.around_commit("after")
        self.measure("write", time.perf_counter() - began)
        if transaction.has_new_work:
            self.woken.set()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A transaction for reading; it never waits for a writer.

        Raises:
            Unavailable: when the database does not answer.
            RuntimeError: within another one of the same task; a few such could wait for each
                other for ever. Pass the transaction on instead.
        """
        if _reads.get() is self:
            raise RuntimeError("this task reads already: pass its transaction on")
        async with self._turn(), _speaking(self._readers) as connection:
            outer = _reads.set(self)
            try:
                yield Transaction(connection, self.clock)
            finally:
                _reads.reset(outer)

    async def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            Unavailable: when there is none.
        """
        async with self._turn(), _speaking(self._readers) as connection:
            await connection.execute(sa.text("SELECT 1"))

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One reader's share of the connections."""
        with answering():
            async with asyncio.timeout(TURN):
                await self._reading.acquire()
        try:
            yield
        finally:
            self._reading.release()

    async def close(self) -> None:
        """Close every connection, once those in use are given back.

        A transaction cancelled a moment ago still has to end, and the pool forgets what is out
        while it closes. Who does not hear the farewell is left without one.
        """
        pool = self.engine.pool
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_PATIENCE):
                while isinstance(pool, QueuePool) and pool.checkedout():
                    self._given_back.clear()
                    await self._given_back.wait()
        cutting = asyncio.get_running_loop().call_later(CLOSE_PATIENCE, self._cut)
        try:
            await self.engine.dispose()
        finally:
            cutting.cancel()

    def _cut(self) -> None:
        for connection in list(self._open):
            connection.terminate()

    def _opened(self, connection: Any, _record: Any) -> None:
        if self.dialect == "postgresql":
            self._open.add(connection.driver_connection)


_reads: ContextVar[Database | None] = ContextVar("reads", default=None)


def async_url(url: str) -> sa.URL:
    """A database URL with the driver used here; bare `postgresql://` means asyncpg.

    Raises:
        ConfigurationError: when it is no such URL.
    """
    name, separator, rest = url.partition("://")
    driver = {
        "sqlite": "sqlite+aiosqlite",
        "sqlite+aiosqlite": "sqlite+aiosqlite",
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
        "postgresql+asyncpg": "postgresql+asyncpg",
    }.get(name)
    if driver is None or not separator:
        # What has no scheme may hold a password.
        found = f"{name!r} is not supported" if separator else "there is no scheme"
        raise ConfigurationError(
            "DATABASE_URL",
            "",
            f"{found}; write sqlite:///path/file.db or postgresql://user@host/db",
        )
    try:
        return make_url(f"{driver}://{rest}")
    except (ArgumentError, ValueError):  # which quote the URL, and so its password
        raise ConfigurationError(
            "DATABASE_URL",
            "",
            "cannot be read; write postgresql://user:password@host:5432/db, with %40 for @ and the "
            "like in the password, and several hosts as …@/db?host=one:5432,two:5432",
        ) from None


def shown(url: str) -> str:
    """A database URL without its password, nor any parameter that might hold one."""
    return async_url(url).set(query={}).render_as_string(hide_password=True)


def bare_engine(url: str, *, patient: bool = False) -> AsyncEngine:
    """An engine that keeps no connection."""
    made = async_url(url)
    if made.get_backend_name() == "postgresql":
        return postgres_engine(made, patient=patient, poolclass=NullPool)
    return create_async_engine(made, poolclass=NullPool, hide_parameters=True)


def _nothing(_moment: str) -> None:
    """Nobody watches the commits."""


def _unmeasured(_mode: str, _seconds: float) -> None:
    """Nobody measures the transactions."""


def _engine(
    url: sa.URL, connect: Callable[[], Awaitable[Any]] | None, *, patient: bool
) -> AsyncEngine:
    dialect = url.get_backend_name()
    size = READERS[dialect] + WRITERS[dialect]
    pool: dict[str, Any] = {"pool_size": size, "max_overflow": 0, "pool_timeout": TURN}
    if dialect != "sqlite":
        return postgres_engine(url, patient=patient, **pool)
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("DATABASE_URL", "", "SQLite needs a file: sqlite:///data/bot.db")
    engine = create_async_engine(
        url, async_creator=connect or opener(url), hide_parameters=True, **pool
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


@contextlib.asynccontextmanager
async def _speaking(
    engine: AsyncEngine, patience: float | None = None
) -> AsyncIterator[AsyncConnection]:
    """A connection whose failures to answer, within `patience` seconds, are named for what they are."""
    with answering():
        async with asyncio.timeout(patience), engine.connect() as connection:
            await connection.begin()
            try:
                yield connection
            except asyncio.CancelledError:
                await _hang_up(connection)
                raise


async def _hang_up(connection: AsyncConnection) -> None:
    """Drop a connection on which nobody waits for an answer any more, without a farewell.

    One to a server that has vanished would keep whoever hangs up waiting for seconds.
    """
    if connection.dialect.name == "postgresql" and not connection.invalidated:
        raw: Any = await connection.get_raw_connection()
        raw.driver_connection.terminate()
        await connection.invalidate()
