"""The steps of a reminder: before it is late, when it is late, and again while it stays late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from incident_bot.domain.configuration import Reminders
from incident_bot.domain.incidents.incident import Incident

AGAIN = "again-"


@dataclass(frozen=True, slots=True)
class Due:
    """The next reminder of an incident: which step, when (aware, UTC).

    Steps: `warn`, `overdue`, `climb`, then `again-1`, `again-2` … until there is an update.
    """

    step: str
    at: datetime


def next_step(
    due_at: datetime | None, every: timedelta | None, after: str | None, rules: Reminders
) -> Due | None:
    """What comes after a step (None: at the start). After `climb` it is asked again each cadence.

    `warn` comes `warn_before` ahead of the deadline, but never before half the cadence has passed.
    """
    if due_at is None or every is None:
        return None
    if after is None:
        ahead = min(rules.warn_before, every / 2)
        return Due("warn", due_at - ahead)
    if after == "warn":
        return Due("overdue", due_at)
    if after == "overdue":
        return Due("climb", due_at + rules.climb_after)
    times = _times_asked_again(after) + 1
    return Due(f"{AGAIN}{times}", due_at + rules.climb_after + times * every)


def whom(incident: Incident, step: str, roles: tuple[str, ...]) -> str | None:
    """Who is asked: communications first; the commander when overdue; then the declarer."""
    ladder = [incident.roles.get(role) for role in roles]
    commander = ladder[0] if ladder else None
    communications = incident.roles.get("communications")
    if step == "climb" or step.startswith(AGAIN):
        return commander or communications or incident.declared_by
    return communications or commander or incident.declared_by


def _times_asked_again(step: str) -> int:
    count = step.removeprefix(AGAIN)
    return int(count) if step.startswith(AGAIN) and count.isdecimal() else 0
