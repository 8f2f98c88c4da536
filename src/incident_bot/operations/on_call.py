"""Who is on call, until when, and who is next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from incident_bot.database.transaction import Transaction
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.oncall.schedule import shifts
from incident_bot.domain.readmodels import OnCallLine
from incident_bot.operations.responders import directory

HORIZON = timedelta(days=60)


async def now_and_next(
    tx: Transaction, rules: Configuration, names: Sequence[str], now: datetime
) -> Sequence[OnCallLine]:
    """A line for each of some schedules."""
    who = await directory(tx, rules, now)

    def user(person: str) -> str | None:
        return next(iter(who(f"person:{person}")[0]), None)

    def called(person: str) -> str:
        return rules.people[person].name or person

    lines = []
    for name in names:
        turns = list(islice(shifts(rules.schedules[name], now, now + HORIZON), 2))
        present = turns.pop(0) if turns and turns[0].starts <= now else None
        following = turns[0] if turns else None
        lines.append(
            OnCallLine(
                schedule=name,
                user=user(present.person) if present else None,
                person=called(present.person) if present else "",
                until=present.ends if present else None,
                next_user=user(following.person) if following else None,
                next_person=called(following.person) if following else "",
            )
        )
    return lines
