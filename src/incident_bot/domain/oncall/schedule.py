"""Who is on call at an instant: layers of rotations, overrides, across DST."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from incident_bot.domain.configuration import (
    WEEKDAYS,
    BusinessHours,
    Layer,
    Schedule,
    Severity,
    zone,
)


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's turn, from `starts` up to `ends` (aware, UTC)."""

    person: str
    starts: datetime
    ends: datetime


def on_call(schedule: Schedule, at: datetime) -> str | None:
    """The person (a key of `people`) on call at an instant; None when no layer has begun."""
    for override in reversed(schedule.overrides):
        if override.starts <= at < override.ends:
            return override.person
    for layer in reversed(schedule.layers):
        shift = _turn(layer, zone(schedule.timezone), at)
        if shift is not None:
            return shift.person
    return None


def shifts(schedule: Schedule, at: datetime, until: datetime) -> Iterator[Shift]:
    """Who is on call between two instants, in order, gaps left out."""
    moment = at
    while moment < until:
        ends = min(next_change(schedule, moment), until)
        person = on_call(schedule, moment)
        if person is not None:
            yield Shift(person, moment, ends)
        moment = ends


def next_change(schedule: Schedule, at: datetime) -> datetime:
    """When somebody else may be on call next; ten years on where nothing changes."""
    tz = zone(schedule.timezone)
    changes = [edge for o in schedule.overrides for edge in (o.starts, o.ends) if edge > at]
    for layer in schedule.layers:
        shift = _turn(layer, tz, at)
        changes.append(shift.ends if shift else layer.starts.astimezone(UTC))
    later = [change for change in changes if change > at]
    return min(later) if later else at + timedelta(days=3650)


def _turn(layer: Layer, tz: ZoneInfo, at: datetime) -> Shift | None:
    """The turn of a layer that covers `at`, by wall-clock arithmetic in the schedule's zone."""
    first = layer.starts.astimezone(tz).replace(tzinfo=None)
    if at < layer.starts:
        return None
    count = (at.astimezone(tz).replace(tzinfo=None) - first) // layer.every
    # The wall clock repeats or skips an hour at DST changes: settle on the turn that covers `at`.
    for number in (count + 1, count, count - 1):
        if number < 0:
            continue
        starts = (first + number * layer.every).replace(tzinfo=tz).astimezone(UTC)
        ends = (first + (number + 1) * layer.every).replace(tzinfo=tz).astimezone(UTC)
        if starts <= at < ends:
            person = layer.participants[number % len(layer.participants)]
            return Shift(person, starts, ends)
    return None


def is_open(hours: BusinessHours, at: datetime) -> bool:
    """Whether somebody works at an instant."""
    local = at.astimezone(zone(hours.timezone))
    return WEEKDAYS[local.weekday()] in hours.days and hours.opens <= local.time() < hours.closes


def next_opening(hours: BusinessHours, at: datetime) -> datetime:
    """When work begins next, or `at` itself when it is going on (aware, UTC)."""
    if is_open(hours, at):
        return at
    tz = zone(hours.timezone)
    local = at.astimezone(tz)
    for days in range(8):
        day = (local + timedelta(days=days)).date()
        opening = datetime.combine(day, hours.opens, tzinfo=tz).astimezone(UTC)
        if WEEKDAYS[day.weekday()] in hours.days and opening >= at:
            return opening
    return at + timedelta(days=7)  # pragma: no cover -- a week always has a working day


def answer_due(severity: Severity, hours: BusinessHours, at: datetime) -> datetime | None:
    """When somebody must have answered an incident declared at `at` (aware, UTC); None: no target.

    "Next day" means the end of work on the next working day after the day of `at`.
    """
    if severity.respond_by == "next_business_day":
        tz = zone(hours.timezone)
        day = at.astimezone(tz).date() + timedelta(days=1)
        while WEEKDAYS[day.weekday()] not in hours.days:
            day += timedelta(days=1)
        return datetime.combine(day, hours.closes, tzinfo=tz).astimezone(UTC)
    return None if severity.respond_within is None else at + severity.respond_within
