"""The cadence: asked before it is late, when it is late, and again while it stays late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_bot.domain.configuration import Reminders
from incident_bot.domain.incidents.incident import Incident, Status
from incident_bot.domain.reminders.cadence import next_step, whom

DUE = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
RULES = Reminders()
ROLES = ("commander", "communications", "scribe")
MINUTE = timedelta(minutes=1)


def steps(every: timedelta, count: int, rules: Reminders = RULES) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []
    while len(found) < count:
        due = next_step(DUE, every, found[-1][0] if found else None, rules)
        assert due is not None
        found.append((due.step, due.at))
    return found


def test_reminders_come_before_at_and_after_the_deadline_and_then_each_cadence() -> None:
    assert steps(HALF_HOUR, 5) == [
        ("warn", DUE - 5 * MINUTE),
        ("overdue", DUE),
        ("climb", DUE + 10 * MINUTE),
        ("again-1", DUE + 40 * MINUTE),
        ("again-2", DUE + 70 * MINUTE),
    ]


def test_warning_never_comes_before_half_of_the_cadence() -> None:
    assert steps(4 * MINUTE, 1) == [("warn", DUE - 2 * MINUTE)]


def test_without_a_cadence_nobody_is_reminded() -> None:
    assert next_step(DUE, None, None, RULES) is None
    assert next_step(None, HALF_HOUR, None, RULES) is None


@given(
    st.timedeltas(MINUTE, timedelta(days=7)),
    st.timedeltas(timedelta(0), timedelta(days=1)),
    st.timedeltas(timedelta(0), timedelta(days=1)),
)
def test_steps_never_go_back_in_time(
    every: timedelta, warn_before: timedelta, climb_after: timedelta
) -> None:
    rules = Reminders(warn_before=warn_before, climb_after=climb_after)
    times = [at for _, at in steps(every, 8, rules)]
    assert times == sorted(times)
    assert times[0] >= DUE - every


def test_steps_have_names_of_their_own() -> None:
    names = [name for name, _ in steps(HALF_HOUR, 30)]
    assert len(set(names)) == 30


def incident(**roles: str) -> Incident:
    return Incident(
        id=1,
        title="checkout",
        severity="SEV2",
        status=Status.INVESTIGATING,
        declared_by="UADA",
        declared_at=DUE - HALF_HOUR,
        origin="test",
        roles=roles,
    )


@pytest.mark.parametrize(
    ("step", "roles", "asked"),
    [
        ("warn", {"communications": "UCOM", "commander": "UBOSS"}, "UCOM"),
        ("overdue", {"communications": "UCOM", "commander": "UBOSS"}, "UCOM"),
        ("climb", {"communications": "UCOM", "commander": "UBOSS"}, "UBOSS"),
        ("again-3", {"communications": "UCOM", "commander": "UBOSS"}, "UBOSS"),
        ("warn", {"commander": "UBOSS"}, "UBOSS"),
        ("climb", {"communications": "UCOM"}, "UCOM"),
        ("warn", {}, "UADA"),
        ("climb", {}, "UADA"),
    ],
)
def test_somebody_is_always_asked(step: str, roles: dict[str, str], asked: str) -> None:
    assert whom(incident(**roles), step, ROLES) == asked
