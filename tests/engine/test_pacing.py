"""Pacing of calls, and how long a failed attempt waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incident_bot.domain.delivery import MAX_ATTEMPTS, GiveUp, TryLater, after_failure, backoff
from incident_bot.slack.pacing import TIER_PER_MINUTE, TIERS, Pacer

START = datetime(2026, 11, 21, tzinfo=UTC)
ZERO = timedelta(0)
fractions = st.floats(0, 1, exclude_max=True)
methods = st.sampled_from(sorted(TIERS))


@given(attempt=st.integers(1, 200), fraction=fractions)
def test_a_wait_is_never_nothing_and_never_over_five_minutes(attempt: int, fraction: float) -> None:
    assert timedelta(seconds=0.5) <= backoff(attempt, fraction) <= timedelta(minutes=5)


@given(attempt=st.integers(1, 30), low=fractions, high=fractions)
def test_later_attempts_never_wait_less_at_the_same_dice(
    attempt: int, low: float, high: float
) -> None:
    assert backoff(attempt, low) <= backoff(attempt + 1, low)
    assert (backoff(attempt, low) <= backoff(attempt, high)) or low > high


@given(attempt=st.integers(1, 100))
def test_what_is_nobodys_fault_is_tried_for_ever(attempt: int) -> None:
    limited = TryLater(ZERO, "ratelimited", counted=False)

    assert after_failure(limited, attempt) is limited


@given(attempt=st.integers(1, 100))
def test_a_failing_attempt_is_not_tried_for_ever(attempt: int) -> None:
    ended = isinstance(after_failure(TryLater(ZERO, "no answer"), attempt), GiveUp)

    assert ended == (attempt >= MAX_ATTEMPTS)


@given(method=methods, gaps=st.lists(st.floats(0, 20), min_size=1, max_size=200))
def test_no_method_exceeds_its_tier_by_more_than_one_burst(method: str, gaps: list[float]) -> None:
    pacer, now, admitted = Pacer(), START, 0
    for gap in gaps:
        now += timedelta(seconds=gap)
        admitted += pacer.admit(method, None, now) == ZERO
    quota = TIER_PER_MINUTE[TIERS[method]]
    minutes = (now - START) / timedelta(minutes=1)

    assert admitted <= quota + minutes * quota + 1


@given(
    method=methods,
    gaps=st.lists(st.floats(0, 5), min_size=1, max_size=80),
    share=st.sampled_from([0.5, 1.0]),
)
def test_whoever_waits_as_told_is_admitted(method: str, gaps: list[float], share: float) -> None:
    pacer, now = Pacer(), START
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = pacer.admit(method, None, now, share)
        if wait:
            now += wait
            assert pacer.admit(method, None, now, share) == ZERO


@given(held=methods, other=methods, seconds=st.floats(1, 600))
def test_a_limit_on_one_method_never_delays_another(held: str, other: str, seconds: float) -> None:
    pacer = Pacer()
    pacer.hold(held, None, START + timedelta(seconds=seconds), START)

    wait = pacer.admit(other, None, START)

    assert (wait >= timedelta(seconds=seconds)) if other == held else (wait == ZERO)


def test_a_limit_on_posts_holds_up_one_channel_only() -> None:
    pacer = Pacer()
    pacer.hold("chat.postMessage", "C1", START + timedelta(seconds=30), START)

    assert pacer.admit("chat.postMessage", "C1", START) == timedelta(seconds=30)
    assert pacer.admit("chat.postMessage", "C2", START) == ZERO


@given(method=methods.filter(lambda name: TIERS[name] > 1), calls=st.integers(1, 300))
def test_a_long_reading_leaves_room_for_others(method: str, calls: int) -> None:
    pacer = Pacer()
    read = sum(pacer.admit(method, None, START, 0.5) == ZERO for _ in range(calls))
    left = TIER_PER_MINUTE[TIERS[method]] - read

    assert read == min(calls, TIER_PER_MINUTE[TIERS[method]] // 2)
    assert all(pacer.admit(method, None, START) == ZERO for _ in range(left))
    assert pacer.admit(method, None, START) > ZERO


@given(method=methods, pages=st.integers(1, 300))
def test_pages_wait_for_nobody_and_others_make_room_for_them(method: str, pages: int) -> None:
    pacer, quota = Pacer(), TIER_PER_MINUTE[TIERS[method]]
    for _ in range(pages):
        pacer.count(method, None, START)
    admitted = sum(pacer.admit(method, None, START) == ZERO for _ in range(quota))

    assert admitted == max(0, quota - pages)


@given(method=methods, hours=st.integers(1, 48))
def test_when_the_clock_is_set_back_nobody_waits_for_it_to_catch_up(
    method: str, hours: int
) -> None:
    pacer = Pacer()
    pacer.hold(method, None, START + timedelta(seconds=30), START)

    assert pacer.admit(method, None, START - timedelta(hours=hours)) == ZERO
