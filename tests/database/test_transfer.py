"""Backup, restore and copy: nothing is lost, and what was in flight goes on elsewhere."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import transfer
from incident_bot.database.connection import Database
from incident_bot.database.lock import FileLock
from incident_bot.database.postgres_driver import POSTGRES_LIMITS
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.effects import WORK, EscalationDue, Lane, OpenRoom
from incident_bot.errors import ConfigurationError
from incident_bot.ids import Mint
from incident_bot.operations import outcomes
from incident_bot.operations.declare import Order, declare
from incident_bot.operations.desk import Desk
from incident_bot.settings import shipped
from support.clock import WoundClock
from support.postgres import Postgres
from support.rest import pause

MIGRATIONS = shipped("migrations")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SOMEBODY_WAITS = sa.text(
    "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'step_run'::regclass"
)
RULES = Configuration.model_validate(
    {
        "people": {"ada": {"slack": "UADA"}, "bo": {"slack": "UBO"}},
        "policies": {"crew": {"tiers": [{"targets": ["person:ada"]}, {"targets": ["person:bo"]}]}},
        "severities": [{"name": "SEV1", "policy": "crew", "update_every": "30m"}],
    }
)


@pytest.fixture(params=["sqlite", "postgresql"])
def other_server(request: pytest.FixtureRequest) -> Postgres | None:
    """The server of the second database; None for SQLite."""
    if request.param == "sqlite":
        return None
    found: Postgres = request.getfixturevalue("postgres")
    return found


@pytest.fixture
async def other(
    other_server: Postgres | None, template: Path, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of a second, empty database."""
    if other_server is None:
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'other.db')}"
        return
    async with other_server.fresh() as made:
        yield made


async def declared(database: Database, origin: str = "gesture") -> int:
    """Declare an incident that pages; its number."""
    database.clock = WoundClock()
    desk = Desk("me", database, Mint(bytes), lambda: RULES)
    order = Order(title=f"checkout {origin}", by="UADA", origin=origin, severity="SEV1")
    return (await declare(desk, order)).incident.id


async def test_an_incident_with_open_timers_goes_on_on_the_other_database(
    database: Database, url: str, other: str
) -> None:
    number = await declared(database)
    now = WoundClock().now()
    async with database.write() as tx:
        held = await tx.jobs.claim("dead process", now, LEASE, 10, lanes=tuple(Lane))
    assert OpenRoom.kind in {job.kind for job in held}
    counts = await transfer.copy(url, other, MIGRATIONS, now)
    assert counts["incident"] == 1
    assert counts["job"] > len(held)
    moved = Database(other)
    try:
        async with moved.write() as tx:
            again = await tx.jobs.claim("new process", now, LEASE, 10, lanes=tuple(Lane))
            assert {job.key for job in again} == {job.key for job in held}
            assert all(job.unsure for job in again)
            late = now + timedelta(minutes=6)
            timers = await tx.jobs.claim("new process", late, LEASE, 50, lanes=tuple(Lane))
            timer = next(job for job in timers if job.kind == EscalationDue.kind)
            work = WORK[timer.kind].read(timer.payload)
            await outcomes.timer_due(tx, RULES, work, now, late)
        async with moved.read() as tx:
            page = (await tx.pages.of(number))[0]
            assert page.position == 1
            assert {ring.user for ring in await tx.pages.rings(page.id)} == {"UADA", "UBO"}
        assert await declared(moved, "another gesture") == number + 1
    finally:
        await moved.close()


async def test_a_backup_of_a_running_bot_restores_to_what_it_was(
    database: Database, url: str, other: str, tmp_path: Path
) -> None:
    number = await declared(database)
    file = tmp_path / "backup.db"
    async with database.read():  # somebody is at work
        written = await transfer.backup(url, file, MIGRATIONS, NOW)
    restored = await transfer.restore(file, other, MIGRATIONS, NOW)
    assert restored == written
    moved = Database(other)
    try:
        async with moved.read() as there, database.read() as here:
            assert await there.incidents.find(number) == await here.incidents.find(number)
            assert await there.timeline.of(number) == await here.timeline.of(number)
    finally:
        await moved.close()


async def test_a_database_that_is_not_empty_is_kept_unless_forced(
    database: Database, url: str, other: str, tmp_path: Path
) -> None:
    await declared(database)
    file = tmp_path / "backup.db"
    await transfer.backup(url, file, MIGRATIONS, NOW)
    await transfer.restore(file, other, MIGRATIONS, NOW)
    with pytest.raises(ConfigurationError, match="not empty"):
        await transfer.restore(file, other, MIGRATIONS, NOW)
    assert total(await transfer.restore(file, other, MIGRATIONS, NOW, force=True)) > 0


async def test_a_backup_never_overwrites_a_file(url: str, tmp_path: Path) -> None:
    file = tmp_path / "precious.db"
    file.write_text("precious")
    with pytest.raises(ConfigurationError, match="exists already"):
        await transfer.backup(url, file, MIGRATIONS, NOW)
    assert file.read_text() == "precious"


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_backup_has_its_name_only_once_it_is_whole(
    postgres: Postgres, tmp_path: Path
) -> None:
    file = tmp_path / "backup.db"
    async with postgres.fresh() as url:
        database = Database(url)
        await declared(database)
        async with database.write() as tx:
            await tx.connection.execute(sa.text("LOCK TABLE step_run"))  # the last to be copied
            backing_up = asyncio.ensure_future(transfer.backup(url, file, MIGRATIONS, NOW))
            while not (await tx.connection.execute(SOMEBODY_WAITS)).scalar_one():
                assert not backing_up.done()
                await pause()
            assert not file.exists()
        await backing_up
        await database.close()
    assert _files(tmp_path) == [file]


async def test_what_a_backup_had_still_to_do_is_looked_for_when_it_is_restored(
    database: Database, url: str, other: str, tmp_path: Path
) -> None:
    await declared(database)
    file = tmp_path / "backup.db"
    await transfer.backup(url, file, MIGRATIONS, NOW)
    await transfer.restore(file, other, MIGRATIONS, NOW)
    moved = Database(other)
    try:
        tomorrow = WoundClock().now() + timedelta(days=1)
        async with moved.write() as tx:
            jobs = await tx.jobs.claim("new process", tomorrow, LEASE, 50, lanes=tuple(Lane))
        assert {True, False} == {WORK[job.kind].timer for job in jobs}
        assert all(job.unsure is not WORK[job.kind].timer for job in jobs)
        assert all(
            datetime.fromtimestamp(job.first_try_at / 1e6, UTC) < tomorrow - timedelta(hours=1)
            for job in jobs
            if job.unsure
        )
    finally:
        await moved.close()


async def test_a_missing_backup_is_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        await transfer.restore(tmp_path / "gone.db", url, MIGRATIONS, NOW)


async def test_the_lock_of_a_running_bot_is_respected(template: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(template, tmp_path / "bot.db"))
    running = FileLock(file)
    running.take()
    try:
        with pytest.raises(ConfigurationError, match="in use by process"):
            FileLock(file).take()
    finally:
        running.release()


def test_a_place_where_nobody_can_write_is_named(tmp_path: Path) -> None:
    (tmp_path / "bot.db.lock").mkdir()
    with pytest.raises(ConfigurationError, match=r"bot.db.lock cannot be written"):
        FileLock(tmp_path / "bot.db").take()


def total(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


@pytest.mark.parametrize("side", [transfer._reading, transfer._writing])
async def test_moving_a_large_database_is_not_held_to_the_limits_of_small_transactions(
    postgres: Postgres, side: Callable[[str], AbstractAsyncContextManager[AsyncConnection]]
) -> None:
    async with postgres.fresh() as url, side(url) as connection:
        found = [
            (await connection.execute(sa.text(f"SHOW {limit}"))).scalar_one()
            for limit in POSTGRES_LIMITS
        ]
    assert found == ["0"] * len(POSTGRES_LIMITS)
