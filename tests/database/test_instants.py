"""A clock that was ahead is set back: what it wrote is pulled back, once, and nothing else is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from incident_bot.clock import Uptime
from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.domain.effects import (
    ConfirmPin,
    EscalationDue,
    Lane,
    OpeningDue,
    SayEntry,
    UpdateDue,
    Work,
)
from support.clock import WoundClock
from support.rows import NOW, an_incident, later, recorded

LEASE = timedelta(seconds=60)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AHEAD = later(hours=1)


class Machine(WoundClock):
    """A machine whose clock is `ahead` of the truth."""

    def __init__(self) -> None:
        super().__init__()
        self.true = NOW
        self.ahead = timedelta()
        self.boot = "first"

    def now(self) -> datetime:
        return self.true + self.ahead

    def uptime(self) -> Uptime:
        return Uptime(self.boot, self.true - NOW + 3 * HOUR)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
async def database(url: str, machine: Machine) -> AsyncIterator[Database]:
    """An empty database, with which that machine speaks."""
    made = Database(url, clock=machine)
    yield made
    await made.close()


async def added(database: Database, *work: Work, at: datetime, by: datetime) -> None:
    async with database.write() as tx:
        await tx.jobs.add([(one, at) for one in work], by)


async def claimed(database: Database, now: datetime, limit: int = 10) -> list[Claimed]:
    async with database.write() as tx:
        return list(await tx.jobs.claim("me", now, LEASE, limit, lanes=tuple(Lane)))


async def put_right(database: Database) -> timedelta | None:
    """Put the jobs right; by how much the furthest was ahead."""
    async with database.write() as tx:
        ahead = await tx.instants.ahead()
        await tx.instants.put_right(LEASE)
    async with database.read() as tx:
        assert await tx.instants.ahead() is None
    return ahead


async def wakes(database: Database) -> dict[str, timedelta]:
    """When each open job is looked at, from NOW on."""
    async with database.read() as tx:
        rows = await tx.connection.execute(
            sa.text("SELECT key, wake_at FROM job WHERE status = 0 ORDER BY id")
        )
        start = round(NOW.timestamp() * 1e6)
        return {row.key: timedelta(microseconds=row.wake_at - start) for row in rows}


async def test_each_timer_keeps_its_distance_by_the_error_of_the_clock_that_armed_it(
    machine: Machine, database: Database
) -> None:
    timers = [EscalationDue(number, 0) for number in range(4)]
    for timer, ahead in zip(timers, (HOUR, HOUR / 2, 2 * HOUR, timedelta()), strict=True):
        machine.ahead = ahead
        now = machine.now()
        await added(database, timer, at=now + 30 * MINUTE, by=now)
        machine.true += MINUTE

    assert await put_right(database) == 2 * HOUR
    assert await wakes(database) == {
        timer.key: (30 + number) * MINUTE for number, timer in enumerate(timers)
    }


async def test_what_was_armed_ahead_longer_ago_than_that_is_pulled_back_too(
    machine: Machine, database: Database
) -> None:
    timer = EscalationDue(1, 0)
    await added(database, timer, at=AHEAD + 4 * HOUR, by=AHEAD)
    machine.true += 3 * HOUR

    assert await put_right(database) == HOUR
    assert await wakes(database) == {timer.key: 4 * HOUR}


async def test_what_is_due_at_a_time_of_day_and_what_was_right_stays(
    machine: Machine, database: Database
) -> None:
    right, opening = EscalationDue(1, 0), OpeningDue(1, "crew")
    await added(database, right, at=later(minutes=3), by=NOW)
    await added(database, opening, at=later(hours=9), by=AHEAD)
    machine.true += MINUTE

    await put_right(database)
    assert await wakes(database) == {right.key: 3 * MINUTE, opening.key: 9 * HOUR}


async def test_a_clock_set_forward_and_a_slow_writer_put_nothing_off(
    machine: Machine, database: Database
) -> None:
    timer, slow = EscalationDue(1, 0), EscalationDue(2, 0)
    await added(database, timer, at=later(minutes=5), by=NOW)
    await added(database, slow, at=later(minutes=3), by=later(minutes=-2))
    machine.ahead = HOUR

    assert await put_right(database) is None
    assert await wakes(database) == {timer.key: 5 * MINUTE, slow.key: 3 * MINUTE}


async def test_what_another_boot_wrote_in_the_future_counts_from_now(
    machine: Machine, database: Database
) -> None:
    ahead, past = EscalationDue(1, 0), EscalationDue(2, 0)
    await added(database, ahead, at=AHEAD + 5 * MINUTE, by=AHEAD)
    await added(database, past, at=later(minutes=9), by=later(minutes=-20))
    machine.boot, machine.true = "second", NOW + MINUTE

    async with database.read() as tx:
        assert await tx.instants.ahead(here=True) is None
    assert await put_right(database) == AHEAD - machine.true
    machine.true += MINUTE
    await put_right(database)
    assert await wakes(database) == {ahead.key: 6 * MINUTE, past.key: 9 * MINUTE}


async def test_it_is_done_once_whoever_notices(
    url: str, machine: Machine, database: Database
) -> None:
    timer = EscalationDue(1, 0)
    await added(database, timer, at=AHEAD + 30 * MINUTE, by=AHEAD)

    other = Database(url, clock=machine)
    found = await asyncio.gather(put_right(database), put_right(other))
    await other.close()

    assert any(found)
    assert await wakes(database) == {timer.key: 30 * MINUTE}


async def test_what_is_given_back_by_a_clock_that_is_ahead_is_due_no_later_for_it(
    database: Database,
) -> None:
    pin = ConfirmPin(1, "C1", "1.0")
    await added(database, pin, at=NOW, by=NOW)
    await claimed(database, NOW)
    async with database.write() as tx:
        await tx.jobs.release("*", AHEAD)

    assert await wakes(database) == {pin.key: LEASE}


async def test_a_timer_that_was_begun_before_its_time_is_given_back_until_then(
    database: Database,
) -> None:
    timer = EscalationDue(1, 0)
    await added(database, timer, at=later(minutes=30), by=NOW)
    assert await claimed(database, AHEAD)
    async with database.write() as tx:
        await tx.jobs.release("*", later(minutes=1))

    assert await wakes(database) == {timer.key: timedelta(minutes=30)}


async def test_a_timer_that_an_absent_replica_began_before_its_time_waits_until_then(
    database: Database,
) -> None:
    if database.dialect == "sqlite":
        pytest.skip("one process only: nobody else can be absent")
    timer = EscalationDue(1, 0)
    await added(database, timer, at=later(minutes=30), by=NOW)
    assert await claimed(database, AHEAD)
    async with database.write() as tx:
        assert await tx.jobs.release_absent("another", later(minutes=1), AHEAD + 2 * LEASE) == 1

    assert await wakes(database) == {timer.key: timedelta(minutes=30)}


async def test_what_was_said_in_a_room_stays_in_its_order(database: Database) -> None:
    await added(database, SayEntry(1, 1), at=NOW, by=NOW)
    await added(database, SayEntry(1, 2), at=AHEAD, by=AHEAD)
    await added(database, SayEntry(1, 3), at=AHEAD, by=AHEAD)
    await put_right(database)
    now = later(seconds=1)
    await added(database, SayEntry(1, 4), at=now, by=now)

    order = []
    for _ in range(4):
        [job] = await claimed(database, now)
        order.append(job.payload["entry"])
        async with database.write() as tx:
            assert await tx.jobs.finish(job, now)

    assert order == [1, 2, 3, 4]


async def test_what_was_begun_is_not_taken_from_its_holder_and_comes_back_in_a_lease(
    machine: Machine,
    database: Database,
) -> None:
    pin = ConfirmPin(1, "C1", "1.0")
    await added(database, pin, at=NOW, by=NOW)
    [job] = await claimed(database, AHEAD)
    await put_right(database)

    assert await wakes(database) == {pin.key: LEASE}
    assert await claimed(database, NOW) == []
    [again] = await claimed(database, NOW + LEASE)
    assert again.unsure
    assert again.first_try_at == round(NOW.timestamp() * 1e6)
    async with database.write() as tx:
        assert not await tx.jobs.finish(job, NOW)


async def test_a_timer_that_was_begun_before_its_time_waits_for_it(database: Database) -> None:
    held, given_back = EscalationDue(1, 0), EscalationDue(2, 0)
    for timer in (held, given_back):
        await added(database, timer, at=later(minutes=30), by=NOW)
    _, job = await claimed(database, AHEAD)
    async with database.write() as tx:
        later_on = AHEAD + timedelta(seconds=1)
        assert await tx.jobs.postpone(job, later_on, "failed", counted=True, unsure=False)
    await put_right(database)

    assert set((await wakes(database)).values()) == {timedelta(minutes=30)}


async def test_a_holder_by_the_right_clock_keeps_its_lease(database: Database) -> None:
    pin = ConfirmPin(1, "C1", "1.0")
    await added(database, pin, at=later(seconds=-30), by=AHEAD)
    assert await claimed(database, later(seconds=-20))
    await put_right(database)

    assert await wakes(database) == {pin.key: LEASE - timedelta(seconds=20)}


async def test_what_is_to_be_tried_again_is_looked_at_within_a_lease(
    machine: Machine,
    database: Database,
) -> None:
    pin = ConfirmPin(1, "C1", "1.0")
    await added(database, pin, at=NOW, by=AHEAD)
    [job] = await claimed(database, AHEAD)
    async with database.write() as tx:
        further = AHEAD + 5 * HOUR
        assert await tx.jobs.postpone(job, further, "503", counted=True, unsure=False)
    await put_right(database)

    assert await wakes(database) == {pin.key: LEASE}


async def test_the_deadline_of_a_status_update_goes_with_its_reminder(database: Database) -> None:
    ahead, right = await recorded(
        database,
        an_incident("a", update_due_at=AHEAD + timedelta(minutes=30)),
        an_incident("b", update_due_at=later(minutes=30)),
    )
    due = AHEAD + timedelta(minutes=25)
    await added(database, UpdateDue(ahead.id, 0, "warn"), at=due, by=AHEAD)
    await added(database, UpdateDue(right.id, 0, "warn"), at=later(minutes=25), by=NOW)
    await put_right(database)

    async with database.read() as tx:
        deadlines = [(await tx.incidents.get(one.id)).update_due_at for one in (ahead, right)]
    assert deadlines == [later(minutes=30), later(minutes=30)]
