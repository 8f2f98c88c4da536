"""Once on each working day, at a configured time of day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from incident_bot.domain.configuration import Configuration
from incident_bot.domain.reminders.daily import is_morning, next_reminder

FRIDAY = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)


def rules(**reviews: Any) -> Configuration:
    return Configuration.model_validate(
        {
            "severities": [{"name": "SEV1"}],
            "people": {"dana": {"slack": "U0DANA0004"}},
            "business_hours": {"timezone": "Europe/Berlin"},
            "runbooks": {"reviews": reviews},
        }
    )


def test_the_next_morning_is_when_work_begins_on_a_working_day() -> None:
    # Over a week-end on which the clocks change: 09:00 is 08:00 UTC before, 07:00 UTC after.
    assert next_reminder(rules(), FRIDAY) == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    assert next_reminder(rules(at="14:30"), FRIDAY) == datetime(2026, 3, 27, 13, 30, tzinfo=UTC)


def test_after_a_morning_comes_the_next_one() -> None:
    morning = datetime(2026, 3, 30, 7, 0, tzinfo=UTC)
    assert next_reminder(rules(), morning) == datetime(2026, 3, 31, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "come"),
    [
        (datetime(2026, 3, 30, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 21, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), False),  # a Saturday
    ],
)
def test_a_morning_late_is_still_of_its_day_but_none_comes_early(at: datetime, come: bool) -> None:
    assert is_morning(rules(), at) is come


def test_nobody_is_waited_for_when_nobody_can_be_told() -> None:
    alone = rules().model_copy(update={"people": {}})
    assert next_reminder(alone, FRIDAY) is None
    assert next_reminder(rules(remind=False), FRIDAY) is None
    channel = rules(channel="runbook-care").model_copy(update={"people": {}})
    assert next_reminder(channel, FRIDAY) is not None
