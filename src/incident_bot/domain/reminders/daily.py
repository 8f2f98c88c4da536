"""Once on each working day: when, and whether there is anybody to tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from incident_bot.domain.configuration import Configuration, zone
from incident_bot.domain.oncall.schedule import next_opening


def next_reminder(rules: Configuration, now: datetime) -> datetime | None:
    """When owners are reminded next, after `now` (aware, UTC); None when nobody can be told."""
    reviews, hours = rules.runbooks.reviews, rules.business_hours
    people = any(person.slack or person.email for person in rules.people.values())
    if not reviews.remind or not (people or reviews.channel):
        return None
    at = reviews.at or hours.opens
    # An instant, not a span: work never "goes on", so that each morning comes once.
    mornings = hours.model_copy(update={"opens": at, "closes": at})
    return next_opening(mornings, now + timedelta(microseconds=1))


def is_morning(rules: Configuration, now: datetime) -> bool:
    """Whether the reminder of today has come: on a day without work it never does."""
    midnight = datetime.combine(
        local_day(rules, now), time.min, tzinfo=zone(rules.business_hours.timezone)
    )
    at = next_reminder(rules, midnight.astimezone(UTC) - timedelta(microseconds=1))
    return at is not None and at <= now


def reminded_at(rules: Configuration) -> str:
    """The time of day and its zone in words: another setting is another promise."""
    hours = rules.business_hours
    return f"{rules.runbooks.reviews.at or hours.opens:%H:%M} {hours.timezone}"


def local_day(rules: Configuration, now: datetime) -> date:
    """Which day it is where the business hours are."""
    return now.astimezone(zone(rules.business_hours.timezone)).date()
