"""User groups that follow on-call schedules."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.oncall.schedule import next_change
from incident_bot.operations.desk import Desk
from incident_bot.operations.responders import directory


class Group(NamedTuple):
    """A user group by its handle, and who is to be in it (Slack user ids); if nobody, `why`."""

    handle: str
    users: tuple[str, ...]
    why: str


async def arm(tx: Transaction, rules: Configuration, now: datetime) -> None:
    """Make every group follow from now on: whatever changed meanwhile is put right first."""
    names = [name for name, schedule in rules.schedules.items() if schedule.user_group]
    await tx.jobs.add([(effects.FollowShift(name, now.isoformat()), now) for name in names], now)


async def begin(desk: Desk, schedule: str) -> Group | None:
    """A shift begins: who is to be in the schedule's group now. The next one is armed.

    None when no group follows the schedule (any more).
    """
    now, rules = desk.clock.now(), desk.rules()
    followed = rules.schedules.get(schedule)
    if followed is None or followed.user_group is None:
        return None
    following = next_change(followed, now)
    async with desk.database.write() as tx:
        shift = effects.FollowShift(schedule, following.isoformat())
        await tx.jobs.add([(shift, following)], now)
        users, why = (await directory(tx, rules, now))(f"schedule:{schedule}")
    return Group(followed.user_group.removeprefix("@"), tuple(users), why)
