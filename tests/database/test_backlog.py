"""What waits: how many, behind how many others, and until when."""

from __future__ import annotations

from datetime import timedelta

from incident_bot.database.backlog import Depth, Waiting
from incident_bot.database.connection import Database
from incident_bot.domain.effects import (
    Announce,
    ConfirmPin,
    EscalationDue,
    Lane,
    OpenRoom,
    RingPerson,
    Work,
)
from support.rows import NOW, later

LEASE = timedelta(seconds=60)


async def added(database: Database, *work: Work) -> None:
    async with database.write() as tx:
        await tx.jobs.add([(one, NOW) for one in work], NOW)


async def put_off(database: Database, kind: str, seconds: float, why: str) -> None:
    """Claim everything due; one kind is put off, the rest is given back."""
    async with database.write() as tx:
        for job in await tx.jobs.claim("me", NOW, LEASE, 50, lanes=tuple(Lane)):
            after, said = (seconds, why) if job.kind == kind else (0.0, "")
            await tx.jobs.postpone(job, later(seconds=after), said, counted=False, unsure=False)


async def test_a_room_waits_behind_those_of_others_only(database: Database) -> None:
    await added(database, OpenRoom(1), Announce(1), OpenRoom(2), OpenRoom(3))

    async with database.read() as tx:
        first = await tx.backlog.waiting(["incident:1"], NOW)
        third = await tx.backlog.waiting(["incident:3"], NOW)
        both = await tx.backlog.waiting(["incident:2", "incident:3"], NOW)

    assert first == [Waiting(OpenRoom.kind, 0), Waiting(Announce.kind, 0)]
    assert third == [Waiting(OpenRoom.kind, 2)]
    assert both == [Waiting(OpenRoom.kind, 1)]


async def test_what_is_put_off_says_until_when_and_why(database: Database) -> None:
    await added(database, OpenRoom(1), RingPerson(7, 0, "UADA"))
    await put_off(database, OpenRoom.kind, 24.5, "Slack limits conversations.create")

    async with database.read() as tx:
        now = await tx.backlog.waiting(["incident:1", "page:7"], NOW)
        after = await tx.backlog.waiting(["incident:1"], later(seconds=30))

    assert Waiting(OpenRoom.kind, 0, 24.5, "Slack limits conversations.create") in now
    assert Waiting(RingPerson.kind, 0) in now
    assert after == [Waiting(OpenRoom.kind, 0)]


async def test_what_is_being_done_or_not_due_waits_for_nobody(database: Database) -> None:
    await added(database, OpenRoom(1))
    async with database.write() as tx:
        await tx.jobs.claim("me", NOW, LEASE, 1, lanes=tuple(Lane))
        await tx.jobs.add([(EscalationDue(7, 0), later(minutes=5))], NOW)

    async with database.read() as tx:
        assert await tx.backlog.waiting(["incident:1", "page:7"], NOW) == []


async def test_depths_tell_due_from_armed_from_put_off(database: Database) -> None:
    await added(database, OpenRoom(1), OpenRoom(2), Announce(1), ConfirmPin(1, "C1", "1.1"))
    await put_off(database, OpenRoom.kind, 20, "waiting for a rate slot")
    async with database.write() as tx:
        await tx.jobs.add([(EscalationDue(7, 0), later(minutes=5))], NOW)

    async with database.read() as tx:
        depths = {depth.lane: depth for depth in await tx.backlog.depths(later(seconds=8))}

    assert depths[Lane.STATE] == Depth(Lane.STATE, 3, 0, 8.0, later=2, again=12.0)
    assert depths[Lane.PAGES] == Depth(Lane.PAGES, 0, 1, 0.0)
    assert depths[ConfirmPin.lane].waiting >= 1
