"""Whole databases from one place to another, with everything that is in flight.

Table by table, in one transaction each side; what was held is given back as unsure, so that the
process that goes on looks before it repeats anything.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.clock import SystemClock
from incident_bot.database import tables
from incident_bot.database.connection import Database, async_url, shown
from incident_bot.database.jobs import Jobs
from incident_bot.database.migrate import head, must_know, revision, upgrade
from incident_bot.errors import ConfigurationError, Unavailable

BATCH = 500
_OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def copy(
    source: str, target: str, migrations: Path, now: datetime, *, force: bool = False
) -> Mapping[str, int]:
    """Copy a database of this release's revision into another; returns the rows of each table.

    The target is brought to the same revision first. With `force`, what is in it is dropped.

    Raises:
        ConfigurationError: the source is not there or of another revision, or the target is not
            empty.
        Unavailable: one of them does not answer.
    """
    must_exist(source)
    found, newest = await revision(source), head(migrations)
    if found != newest:
        raise ConfigurationError(
            shown(source), "", f"is at revision {found}, not {newest}; run db upgrade on it first"
        )
    await upgrade(target, migrations)
    async with _reading(source) as ours, _writing(target) as theirs:
        await _make_room(theirs, target, force=force)
        for table in tables.metadata.sorted_tables:
            await _copy_table(ours, theirs, table)
        await Jobs(theirs, SystemClock()).release("*", now)
        await _restart_numbers(theirs)
        counts = await count(theirs)
        if counts != await count(ours):
            msg = "the copy does not have as many rows as the original; nothing was written"
            raise RuntimeError(msg)
        await theirs.commit()
    return counts


async def backup(url: str, file: Path, migrations: Path, now: datetime) -> Mapping[str, int]:
    """Write a database into a new SQLite file, while the bot may run; returns the rows.

    Raises:
        ConfigurationError: the file exists already, its folder or the database does not, or the
            database is of another revision.
        Unavailable: the database does not answer, or the file cannot be written.
    """
    must_exist(url)
    origin = sqlite_file(url)
    with _new(file) as part:
        if origin is None:
            return await copy(url, _sqlite(part), migrations, now)
        _vacuum(origin, part)
        async with _reading(_sqlite(part)) as written:
            return await count(written)


async def restore(
    file: Path, url: str, migrations: Path, now: datetime, *, force: bool = False
) -> Mapping[str, int]:
    """Put a backup, also one of an older release, in place; returns the rows of each table.

    Raises:
        ConfigurationError: there is no such backup, or the database is not empty.
    """
    must_exist(_sqlite(file))
    with tempfile.TemporaryDirectory(prefix="incident-bot-") as folder:
        ours = Path(folder) / "backup.db"
        shutil.copy(file, ours)
        found = await revision(_sqlite(ours))
        if found is None:
            raise ConfigurationError(str(file), "", "is no backup: db backup did not write it")
        must_know(found, str(file), migrations)
        await upgrade(_sqlite(ours), migrations)
        async with _writing(_sqlite(ours)) as theirs:
            # It may have been done since the backup was written.
            await Jobs(theirs, SystemClock()).doubt()
            await theirs.commit()
        return await copy(_sqlite(ours), url, migrations, now, force=force)


@contextlib.contextmanager
def _new(file: Path) -> Iterator[Path]:
    """Where to write a file that gets its name once it is whole, whatever dies before."""
    if file.exists():
        raise ConfigurationError(str(file), "", "exists already; name a file that does not")
    if not file.absolute().parent.is_dir():
        raise ConfigurationError(str(file), "", "there is no such folder; make it first")
    part = file.with_name(f".{file.name}.part")
    _remove(part)  # of one that was killed
    try:
        yield part
        part.replace(file)
    finally:
        _remove(part)


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


def _vacuum(origin: Path, file: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(f"file:{origin}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(file),))
    except sqlite3.Error as error:
        raise Unavailable(f"{file} is not written: {error}") from error


def must_exist(url: str) -> None:
    """What is read from must be there: SQLite would make an empty database of any name.

    Raises:
        ConfigurationError: when there is no such file.
    """
    file = sqlite_file(url)
    if file is not None and not file.is_file():
        raise ConfigurationError(str(file), "", "there is no such file")


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite URL; None for PostgreSQL.

    Raises:
        ConfigurationError: for a URL that is neither.
    """
    made = async_url(url)
    return Path(made.database or "") if made.get_backend_name() == "sqlite" else None


async def count(connection: AsyncConnection) -> dict[str, int]:
    """The rows of each table."""
    counts = {}
    for table in tables.metadata.sorted_tables:
        statement = sa.select(sa.func.count()).select_from(table)
        counts[table.name] = int((await connection.execute(statement)).scalar_one())
    return counts


async def sessions(url: str) -> int:
    """How many others are connected to a PostgreSQL database; 0 for SQLite, which has a lock.

    Raises:
        Unavailable: it does not answer.
    """
    database = Database(url)
    try:
        if database.dialect == "sqlite":
            return 0
        async with database.read() as tx:
            return int((await tx.connection.execute(_OTHERS)).scalar_one())
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _reading(url: str) -> AsyncIterator[AsyncConnection]:
    """One unmoving view of a database."""
    database = Database(url, patient=True)
    try:
        async with database.read() as tx:
            if database.dialect == "postgresql":
                await tx.connection.execute(
                    sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                )
            yield tx.connection
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _writing(url: str) -> AsyncIterator[AsyncConnection]:
    database = Database(url, patient=True)
    try:
        async with database.engine.connect() as connection:
            await connection.begin()
            yield connection
    finally:
        await database.close()


async def _make_room(connection: AsyncConnection, url: str, *, force: bool) -> None:
    rows = {name: rows for name, rows in (await count(connection)).items() if rows}
    if rows and not force:
        what = ", ".join(f"{rows} {name}" for name, rows in rows.items())
        raise ConfigurationError(shown(url), "", f"is not empty ({what}); --force replaces it")
    for table in reversed(tables.metadata.sorted_tables):
        await connection.execute(sa.delete(table))


async def _copy_table(ours: AsyncConnection, theirs: AsyncConnection, table: sa.Table) -> None:
    order = list(table.primary_key.columns)
    async with ours.stream(sa.select(table).order_by(*order)) as rows:
        async for batch in rows.mappings().partitions(BATCH):
            await theirs.execute(sa.insert(table), [dict(row) for row in batch])


async def _restart_numbers(connection: AsyncConnection) -> None:
    """PostgreSQL counts on from the highest number; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
            highest = sa.select(sa.func.max(column)).scalar_subquery()
            await connection.execute(
                sa.select(sa.func.setval(sa.text(sequence), sa.func.coalesce(highest, 1)))
            )


def _sqlite(file: Path) -> str:
    return f"sqlite:///{file.resolve()}"
