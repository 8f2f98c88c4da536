"""Owners are reminded, once on each working day, of reviews and drills that are overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import GiveUp, Outcome, Sent, TryLater
from incident_bot.domain.effects import Work
from incident_bot.domain.reminders.daily import is_morning, local_day, next_reminder, reminded_at
from incident_bot.domain.runbooks.reviews import Due, due
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.domain.runbooks.usage import Use, UseKind
from incident_bot.errors import NotFound
from incident_bot.operations.desk import Desk
from incident_bot.operations.runbooks import known_owners

SNOOZE = timedelta(days=7)
CHANNEL = ""
"""Stands for the configured channel where an owner's id would stand."""
_UNREAD = timedelta(seconds=5)


async def arm(tx: Transaction, rules: Configuration, now: datetime) -> None:
    """Arm the next morning, unless that was done before or nobody can be told."""
    at = next_reminder(rules, now)
    if at is not None:
        work = effects.RemindReviews(local_day(rules, at).isoformat(), reminded_at(rules))
        await tx.jobs.add([(work, at)], now)


async def remind(desk: Desk, shelf: Shelf | None, work: Work) -> Outcome:
    """A morning has come: one message for each owner who has something overdue.

    Days on which the bot was down fold into one. The shelf is None until it has been read.
    """
    if not isinstance(work, effects.RemindReviews):
        raise TypeError(work.kind)
    rules, now = desk.rules(), desk.clock.now()
    if shelf is None:
        return TryLater(_UNREAD, "the runbooks are not read yet", counted=False)
    if work.at != reminded_at(rules):
        return GiveUp("another time of day is configured by now", quiet=True)
    day = local_day(rules, now)
    async with desk.database.write() as tx:
        # Downtime may have ended on a day without work, or before this day's morning.
        owed = await overdue(tx, rules, shelf, day) if is_morning(rules, now) else {}
        told = [(effects.TellReviews(day.isoformat(), user), now) for user in sorted(owed)]
        await tx.jobs.add(told, now)
        await arm(tx, rules, now)
    return Sent("")


async def overdue(
    tx: Transaction, rules: Configuration, shelf: Shelf, day: date
) -> Mapping[str, Sequence[Due]]:
    """What is overdue by whom it is told: a Slack user, or the channel when it is nobody's."""
    snoozed = await tx.runbook_uses.snoozed(day)
    open_ones = [one for one in due(shelf.runbooks, day) if one.runbook.key not in snoozed]
    emails = {o.email for one in open_ones for o in one.runbook.facts.owners if o.email}
    by_email = await tx.people.by_email(sorted(emails)[:1000]) if emails else {}
    channel = (CHANNEL,) if rules.runbooks.reviews.channel else ()
    found: dict[str, list[Due]] = defaultdict(list)
    for one in open_ones:
        for user in known_owners(rules, by_email, one.runbook.facts.owners) or channel:
            found[user].append(one)
    return found


async def snooze(desk: Desk, shelf: Shelf, key: str, by: str) -> date:
    """Remind nobody of a runbook for a week; returns the day on which it begins again.

    Raises:
        NotFound: when it is not on the shelf any more.
    """
    runbook = shelf.get(key)
    if runbook is None:
        raise NotFound("That runbook is not on the shelf any more.", "/runbook")
    now = desk.clock.now()
    until = local_day(desk.rules(), now) + SNOOZE
    use = Use(None, runbook.key, "", "", UseKind.SNOOZED, by, now, until.isoformat())
    async with desk.database.write() as tx:
        await tx.runbook_uses.add(use)
    return until
