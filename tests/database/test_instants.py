"""A clock that was ahead is set back: what it wrote is pulled back, once, and nothing else is."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

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
from support.rows import NOW, an_incident, another, later, recorded

LEASE = timedelta(seconds=60)
AHEAD = later(hours=1)
LAST = AHEAD + timedelta(minutes=4)
"""What the clock showed last before it was set back to NOW."""


async def added(database: Database, *work: Work, at: datetime, by: datetime) -> None:
    async with database.write() as tx:
        await tx.jobs.add([(one, at) for one in work], by)


async def claimed(database: Database, now: datetime, limit: int = 10) -> list[Claimed]:
    async with database.write() as tx:
        return list(await tx.jobs.claim("me", now, LEASE, limit, lanes=tuple(Lane)))


async def pulled(database: Database, now: datetime = NOW) -> int:
    async with database.write() as tx:
        return await tx.instants.pull_back(LAST, now, LEASE)


async def wakes(database: Database) -> dict[str, timedelta]:
    """When each open job is looked at, from NOW on."""
    async with database.read() as tx:
        rows = await tx.connection.execute(
            sa.text("SELECT key, wake_at FROM job WHERE status = 0 ORDER BY id")
        )
        start = round(NOW.timestamp() * 1e6)
        return {row.key: timedelta(microseconds=row.wake_at - start) for row in rows}


async def test_the_newest_instant_is_that_of_the_last_write_or_claim(database: Database) -> None:
    async with database.read() as tx:
        assert await tx.instants.newest(LEASE) is None
    await added(database, EscalationDue(1, 0), at=later(hours=9), by=AHEAD)
    await added(database, ConfirmPin(1, "C1", "1.0"), at=NOW, by=NOW)
    async with database.read() as tx:
        assert await tx.instants.newest(LEASE) == AHEAD

    await claimed(database, LAST)
    async with database.read() as tx:
        assert await tx.instants.newest(LEASE) == LAST


async def test_what_a_clock_that_was_ahead_took_again_shows_what_it_was(
    database: Database,
) -> None:
    await added(database, ConfirmPin(1, "C1", "1.0"), at=NOW, by=NOW)
    [job] = await claimed(database, NOW)
    async with database.write() as tx:
        assert await tx.jobs.postpone(job, NOW, "503", counted=True, unsure=False)
    assert await claimed(database, AHEAD)

    async with database.read() as tx:
        assert await tx.instants.newest(LEASE) == AHEAD


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


async def test_timers_keep_their_distance_and_what_was_right_stays(database: Database) -> None:
    ahead, right = EscalationDue(1, 0), EscalationDue(2, 0)
    opening = OpeningDue(1, "crew")
    await added(database, right, at=later(minutes=3), by=later(minutes=-2))
    await added(database, ahead, at=AHEAD + timedelta(minutes=5), by=AHEAD)
    await added(database, opening, at=later(hours=9), by=AHEAD)

    assert await pulled(database) == 2
    assert await wakes(database) == {
        right.key: timedelta(minutes=3),
        ahead.key: timedelta(minutes=1),  # it had waited for four of its five minutes
        opening.key: timedelta(hours=9),  # at a time of day
    }


async def test_it_is_done_once_whoever_notices(url: str, database: Database) -> None:
    timer = EscalationDue(1, 0)
    await added(database, timer, at=AHEAD + timedelta(minutes=30), by=AHEAD)

    async with another(url) as other:
        counts = await asyncio.gather(pulled(database), pulled(other, later(seconds=-1)))

    assert sorted(counts) == [0, 1]
    assert timedelta(minutes=25) < (await wakes(database))[timer.key] <= timedelta(minutes=26)


async def test_what_was_said_in_a_room_stays_in_its_order(database: Database) -> None:
    await added(database, SayEntry(1, 1), at=NOW, by=NOW)
    await added(database, SayEntry(1, 2), at=AHEAD, by=AHEAD)
    await added(database, SayEntry(1, 3), at=LAST, by=LAST)
    await pulled(database)
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
    database: Database,
) -> None:
    pin = ConfirmPin(1, "C1", "1.0")
    await added(database, pin, at=NOW, by=NOW)
    [job] = await claimed(database, AHEAD)
    await pulled(database)

    assert await wakes(database) == {pin.key: LEASE}
    assert await claimed(database, NOW) == []
    [again] = await claimed(database, NOW + LEASE)
    assert again.unsure
    assert again.first_try_at == round((AHEAD - (LAST - NOW)).timestamp() * 1e6)
    async with database.write() as tx:
        assert not await tx.jobs.finish(job, NOW)


async def test_a_timer_that_was_begun_before_its_time_waits_for_it(database: Database) -> None:
    held, given_back = EscalationDue(1, 0), EscalationDue(2, 0)
    for timer in (held, given_back):
        await added(database, timer, at=later(minutes=30), by=NOW)
    _, job = await claimed(database, LAST)
    async with database.write() as tx:
        later_on = LAST + timedelta(seconds=1)
        assert await tx.jobs.postpone(job, later_on, "failed", counted=True, unsure=False)
    await pulled(database)

    assert set((await wakes(database)).values()) == {timedelta(minutes=30)}


async def test_a_holder_by_the_right_clock_keeps_its_lease(database: Database) -> None:
    pin = ConfirmPin(1, "C1", "1.0")
    await added(database, pin, at=later(seconds=-30), by=AHEAD)
    assert await claimed(database, later(seconds=-20))
    await pulled(database)

    assert await wakes(database) == {pin.key: LEASE - timedelta(seconds=20)}


async def test_what_is_to_be_tried_again_is_looked_at_soon(database: Database) -> None:
    pin = ConfirmPin(1, "C1", "1.0")
    await added(database, pin, at=NOW, by=NOW)
    [job] = await claimed(database, LAST)
    async with database.write() as tx:
        later_on = LAST + timedelta(seconds=1)
        assert await tx.jobs.postpone(job, later_on, "503", counted=True, unsure=False)
    await pulled(database)

    assert await wakes(database) == {pin.key: timedelta(seconds=1)}


async def test_what_a_clock_further_ahead_put_off_is_looked_at_within_a_lease(
    database: Database,
) -> None:
    pin = ConfirmPin(1, "C1", "1.0")
    await added(database, pin, at=NOW, by=AHEAD)
    [job] = await claimed(database, AHEAD)
    async with database.write() as tx:
        further = AHEAD + timedelta(hours=5)
        assert await tx.jobs.postpone(job, further, "503", counted=True, unsure=False)
    await pulled(database)

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
    await pulled(database)

    async with database.read() as tx:
        deadlines = [(await tx.incidents.get(one.id)).update_due_at for one in (ahead, right)]
    assert deadlines == [later(minutes=26), later(minutes=30)]
