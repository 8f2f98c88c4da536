"""Who is on call, across turns, layers, overrides and changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_bot.domain.configuration import BusinessHours, Layer, Override, Schedule, Severity
from incident_bot.domain.oncall.schedule import answer_due, is_open, next_opening, on_call, shifts

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 1, 5, 9, tzinfo=BERLIN)
DAY, WEEK, HOUR = timedelta(days=1), timedelta(weeks=1), timedelta(hours=1)


def weekly(*people: str, starts: datetime = MONDAY, every: timedelta = WEEK) -> Layer:
    return Layer(participants=people, every=every, starts=starts)


def schedule(*layers: Layer, overrides: tuple[Override, ...] = ()) -> Schedule:
    return Schedule(timezone="Europe/Berlin", layers=layers, overrides=overrides)


def expected(layer: Layer, zone: ZoneInfo, at: datetime) -> str | None:
    """The same by brute force: walk the handoffs one by one on the wall clock."""
    if at < layer.starts:
        return None
    handoff = layer.starts.astimezone(zone).replace(tzinfo=None)
    turn = -1
    while handoff.replace(tzinfo=zone).astimezone(UTC) <= at:
        handoff += layer.every
        turn += 1
    return layer.participants[max(turn, 0) % len(layer.participants)]


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kolkata"]
    ),
    begins=st.integers(0, 90 * 24 * 60),
    every=st.sampled_from([HOUR, 6 * HOUR, 12 * HOUR, DAY, 3 * DAY, WEEK]),
    people=st.integers(1, 4),
    minutes=st.lists(st.integers(0, 400 * 24 * 60), max_size=20),
)
def test_turns_are_those_of_walking_every_handoff(
    zone: str, begins: int, every: timedelta, people: int, minutes: list[int]
) -> None:
    tz = ZoneInfo(zone)
    first = datetime(2025, 12, 1, tzinfo=tz) + timedelta(minutes=begins)
    layer = Layer(participants=tuple("abcd"[:people]), every=every, starts=first)
    rules = Schedule(timezone=zone, layers=(layer,))
    changes = [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    for at in [*(first.astimezone(UTC) + timedelta(minutes=m) for m in minutes), *changes]:
        assert on_call(rules, at) == expected(layer, tz, at), at


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "around",
    [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)],
    ids=["clocks forward", "clocks back"],
)
def test_every_minute_around_a_change_of_the_clock_has_somebody(around: datetime) -> None:
    layer = weekly("ada", "grace", every=HOUR, starts=datetime(2026, 1, 5, 9, 30, tzinfo=BERLIN))
    rules = schedule(layer)
    for minute in range(-120, 300):
        at = around + timedelta(minutes=minute)
        assert on_call(rules, at) == expected(layer, BERLIN, at), at


def test_handoff_keeps_its_local_time_when_clocks_change() -> None:
    rules = schedule(weekly("ada", "grace"))
    before = datetime(2026, 3, 30, 8, 59, tzinfo=BERLIN)
    after = datetime(2026, 3, 30, 9, 0, tzinfo=BERLIN)
    assert on_call(rules, before) != on_call(rules, after)


def test_nobody_is_on_call_before_the_first_turn() -> None:
    assert on_call(schedule(weekly("ada")), MONDAY - timedelta(seconds=1)) is None
    assert on_call(schedule(weekly("ada")), MONDAY) == "ada"


def test_later_layer_wins_once_it_has_begun() -> None:
    rules = schedule(weekly("ada"), weekly("grace", starts=MONDAY + 2 * WEEK))
    assert on_call(rules, MONDAY + WEEK) == "ada"
    assert on_call(rules, MONDAY + 2 * WEEK) == "grace"


def test_override_wins_and_the_last_one_wins_over_others() -> None:
    first = Override(person="joan", starts=MONDAY, ends=MONDAY + DAY)
    second = Override(person="mary", starts=MONDAY + HOUR, ends=MONDAY + 2 * HOUR)
    rules = schedule(weekly("ada"), overrides=(first, second))
    assert on_call(rules, MONDAY) == "joan"
    assert on_call(rules, MONDAY + HOUR) == "mary"
    assert on_call(rules, MONDAY + 2 * HOUR) == "joan"
    assert on_call(rules, MONDAY + DAY) == "ada"


def test_shifts_cover_a_stretch_without_gap_or_overlap() -> None:
    override = Override(person="joan", starts=MONDAY + DAY, ends=MONDAY + 2 * DAY)
    rules = schedule(weekly("ada", "grace"), overrides=(override,))
    found = list(shifts(rules, MONDAY, MONDAY + 3 * WEEK))
    assert [s.person for s in found] == ["ada", "joan", "ada", "grace", "ada"]
    assert found[0].starts == MONDAY
    assert found[-1].ends == MONDAY + 3 * WEEK
    assert all(one.ends == two.starts for one, two in pairwise(found))


def test_shifts_leave_out_the_time_before_the_first_turn() -> None:
    found = list(shifts(schedule(weekly("ada")), MONDAY - DAY, MONDAY + DAY))
    assert [(s.person, s.starts) for s in found] == [("ada", MONDAY)]


@settings(max_examples=50, deadline=None)
@given(hours=st.integers(1, 2000), length=st.integers(1, 1000), people=st.integers(1, 3))
def test_everybody_in_a_shift_is_on_call_throughout_it(
    hours: int, length: int, people: int
) -> None:
    rules = schedule(weekly(*"abc"[:people]), weekly("d", starts=MONDAY + 40 * DAY, every=3 * DAY))
    start = MONDAY + hours * HOUR
    for shift in shifts(rules, start, start + length * HOUR):
        last = shift.ends - timedelta(microseconds=1)
        assert {on_call(rules, shift.starts), on_call(rules, last)} == {shift.person}


HOURS = BusinessHours(timezone="Europe/Berlin", opens=time(9), closes=time(17))


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (datetime(2026, 1, 5, 9, tzinfo=BERLIN), True),
        (datetime(2026, 1, 5, 16, 59, tzinfo=BERLIN), True),
        (datetime(2026, 1, 5, 17, tzinfo=BERLIN), False),
        (datetime(2026, 1, 5, 8, 59, tzinfo=BERLIN), False),
        (datetime(2026, 1, 10, 12, tzinfo=BERLIN), False),
    ],
    ids=["opening", "last minute", "closing", "too early", "Saturday"],
)
def test_business_hours_are_local(at: datetime, open_: bool) -> None:
    assert is_open(HOURS, at.astimezone(UTC)) is open_


@settings(max_examples=100, deadline=None)
@given(
    minutes=st.integers(0, 400 * 24 * 60),
    days=st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1),
)
def test_next_opening_is_the_first_open_minute(minutes: int, days: set[str]) -> None:
    hours = HOURS.model_copy(update={"days": tuple(sorted(days))})
    at = MONDAY.astimezone(UTC) + timedelta(minutes=minutes)
    opening = next_opening(hours, at)
    assert opening >= at
    assert is_open(hours, opening)
    probe = at
    while probe < opening:
        assert not is_open(hours, probe), probe
        probe += timedelta(minutes=30)


def test_answer_is_due_after_the_response_time() -> None:
    severity = Severity(name="SEV4", respond_within=timedelta(hours=24))
    assert answer_due(severity, HOURS, MONDAY) == MONDAY + DAY
    assert answer_due(Severity(name="SEV5"), HOURS, MONDAY) is None


@pytest.mark.parametrize(
    ("declared", "due"),
    [
        (datetime(2026, 1, 5, 3, tzinfo=BERLIN), date(2026, 1, 6)),
        (datetime(2026, 1, 8, 23, 59, tzinfo=BERLIN), date(2026, 1, 9)),
        (datetime(2026, 1, 9, 8, tzinfo=BERLIN), date(2026, 1, 12)),
        (datetime(2026, 1, 10, 12, tzinfo=BERLIN), date(2026, 1, 12)),
    ],
    ids=["Monday night", "Thursday night", "Friday morning", "Saturday"],
)
def test_next_day_is_the_end_of_the_next_working_day(declared: datetime, due: date) -> None:
    severity = Severity(name="P3", respond_by="next_business_day")
    end = datetime.combine(due, time(17), tzinfo=BERLIN)
    assert answer_due(severity, HOURS, declared) == end
