"""The app's Home: what concerns one person, kept current for as long as they may be looking."""

from __future__ import annotations

from datetime import datetime, timedelta

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.readmodels import Home
from incident_bot.operations import on_call
from incident_bot.operations.desk import Desk

PAUSES = tuple(timedelta(seconds=s) for s in (5, 10, 15, 30, 30, 30, 60, 60, 60))
"""Until it is shown anew. Slack does not say when somebody looks away: five minutes after a visit
Home stays as it is.
"""


async def visited(desk: Desk, user: str, visit: str) -> None:
    """Somebody opened Home, or pressed something there: it is shown now, and kept current."""
    now = desk.clock.now()
    async with desk.database.write() as tx:
        if await tx.seen.first_time(f"home:{visit}", now):
            await tx.jobs.cancel(f"home:{user}", now, unsure=True)
            await tx.jobs.add([(effects.PublishHome(user, visit), now)], now)


async def shown(tx: Transaction, work: effects.PublishHome, now: datetime) -> None:
    """Home is current; it is looked at again in a while."""
    if work.number < len(PAUSES):
        again = effects.PublishHome(work.user, work.visit, work.number + 1)
        await tx.jobs.add([(again, now + PAUSES[work.number])], now)


async def home(tx: Transaction, rules: Configuration, user: str, now: datetime) -> Home:
    """What somebody sees. Private incidents only if they declared them or have a role there.

    Theirs are also those whose page they acknowledged.
    """
    opened = await tx.incidents.open_ones()
    shown = [one for one in opened if user in one.involved or not one.private]
    acknowledged = await tx.pages.acknowledged_by(user)
    mine = [one for one in shown if user in one.involved or one.id in acknowledged]
    pages = await tx.pages.waiting_for(user)
    return Home(
        user=user,
        now=now,
        commands=rules.commands,
        pages=tuple([(page, await tx.incidents.get(page.incident)) for page in pages]),
        mine=tuple(mine),
        others=tuple(one for one in shown if one not in mine),
        on_call=tuple(await on_call.now_and_next(tx, rules, tuple(rules.schedules), now)),
    )
