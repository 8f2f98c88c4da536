"""What is kept of runbooks: snoozed reminders, mornings, the checklists of an incident."""

from __future__ import annotations

import asyncio
import secrets
from datetime import date, datetime

from incident_bot.database.connection import Database
from incident_bot.database.people import Profile
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import GiveUp, TryLater
from incident_bot.domain.effects import Lane
from incident_bot.domain.reminders.daily import reminded_at
from incident_bot.domain.runbooks.books import runbooks_in
from incident_bot.domain.runbooks.checklist import PlannedStep
from incident_bot.domain.runbooks.parsing import parse
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.domain.runbooks.usage import Use, UseKind
from incident_bot.ids import Mint
from incident_bot.operations import reviews
from incident_bot.operations.desk import Desk
from support.clock import WoundClock
from support.rows import NOW, an_incident, recorded

OVERDUE = """---
owners: [{email: Dana@Example.com}]
last_reviewed: 2026-01-01
review_every: 30d
---
# Queue is full
"""
SHELF = Shelf.of(runbooks_in(parse(OVERDUE, "shop/queue.md")))
DANA = Profile("UDANA", "dana", "Dana", "dana@example.com", None, False, False, NOW)
RULES = Configuration.model_validate(
    {
        "severities": [{"name": "SEV1"}],
        "people": {"dana": {"email": "dana@example.com"}},
        "business_hours": {
            "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "opens": "00:00",
        },
    }
)


class StoppedClock(WoundClock):
    """It is always the same morning."""

    def now(self) -> datetime:
        return NOW


def a_snooze(runbook: str, until: str) -> Use:
    return Use(None, runbook, "", "", UseKind.SNOOZED, "UADA", NOW, until)


async def test_a_snooze_lasts_until_its_day_and_is_no_use(database: Database) -> None:
    async with database.write() as tx:
        await tx.runbook_uses.add(a_snooze("shop/queue", "2026-11-27"))
        await tx.runbook_uses.add(a_snooze("shop/queue", "2026-11-22"))
        await tx.runbook_uses.add(a_snooze("shop/disk", "2026-11-21"))

    async with database.read() as tx:
        assert await tx.runbook_uses.snoozed(date(2026, 11, 20)) == {"shop/queue", "shop/disk"}
        assert await tx.runbook_uses.snoozed(date(2026, 11, 21)) == {"shop/queue"}
        assert await tx.runbook_uses.snoozed(date(2026, 11, 27)) == frozenset()
        assert await tx.runbook_uses.all() == []


async def test_an_owner_is_found_by_the_address_slack_knows(database: Database) -> None:
    async with database.write() as tx:
        nobody = await reviews.overdue(tx, RULES, SHELF, NOW.date())
        await tx.people.put(DANA)
        told = await reviews.overdue(tx, RULES, SHELF, NOW.date())

    assert nobody == {}
    assert list(told) == ["UDANA"]


async def test_two_replicas_on_one_morning_tell_once_and_arm_one_next(database: Database) -> None:
    clock = database.clock = StoppedClock()
    desks = [
        Desk(f"replica {number}", database, Mint(secrets.token_bytes), lambda: RULES)
        for number in range(2)
    ]
    async with database.write() as tx:
        await tx.people.put(DANA)
    today = effects.RemindReviews(clock.now().date().isoformat(), reminded_at(RULES))

    for _desk in desks:
        async with database.write() as tx:
            await reviews.arm(tx, RULES, NOW)
    await asyncio.gather(*(reviews.remind(desk, SHELF, today) for desk in desks))

    async with database.read() as tx:
        depths = {
            depth.lane: (depth.waiting, depth.armed)
            for depth in await tx.backlog.depths(clock.now())
        }
    assert depths == {int(Lane.DECORATION): (1, 0), int(Lane.HOUSEKEEPING): (0, 1)}


async def test_a_morning_waits_for_the_shelf_and_is_void_under_another_setting(
    database: Database,
) -> None:
    database.clock = StoppedClock()
    desk = Desk("one", database, Mint(secrets.token_bytes), lambda: RULES)
    now = effects.RemindReviews("2026-11-20", reminded_at(RULES))
    before = effects.RemindReviews("2026-11-20", "08:30 UTC")

    assert isinstance(await reviews.remind(desk, None, now), TryLater)
    assert isinstance(await reviews.remind(desk, SHELF, before), GiveUp)


async def test_an_incident_has_its_checklists_in_the_order_of_their_start(
    database: Database,
) -> None:
    first, second = await recorded(database, an_incident(), an_incident("o2"))
    plan = [PlannedStep("Fix", "#fix", "Restart")]
    async with database.write() as tx:
        for name in ("shop/b", "shop/a"):
            await tx.checklists.start(first.id, (name, name), plan, "UADA", NOW)
        await tx.checklists.start(second.id, ("shop/a", "A"), plan, "UADA", NOW)

    async with database.read() as tx:
        mine = [await tx.checklists.get(n) for n in await tx.checklists.of_incident(first.id)]

    assert [one.runbook for one in mine] == ["shop/b", "shop/a"]
