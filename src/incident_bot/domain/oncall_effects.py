"""What on-call schedules make the bot do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incident_bot.domain.work import Lane, Work, work


@work
@dataclass(frozen=True, slots=True)
class FollowShift(Work):
    """Make a schedule's user group hold who is on call, as of `at` (ISO 8601): a shift begins."""

    schedule: str
    at: str
    kind: ClassVar[str] = "oncall.group"
    lane: ClassVar[Lane] = Lane.STATE
    calendar: ClassVar[bool] = True
