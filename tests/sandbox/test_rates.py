from hypothesis import given
from hypothesis import strategies as st

from slack_sandbox.rates import POSTS_AT_ONCE, RateLimits, per_minute
from slack_sandbox.rules import Rules

NOW = 1_790_000_000.0


def limits(**rules: object) -> RateLimits:
    return RateLimits(Rules(**rules), on=True)  # type: ignore[arg-type]


def test_nothing_is_counted_while_rate_limits_are_off() -> None:
    off = RateLimits(Rules())
    assert all(off.retry_after("users.list", {}, NOW) is None for _ in range(500))


def test_a_tier_2_method_gives_twenty_calls_and_then_a_wait_of_three_seconds() -> None:
    limited = limits()
    assert [limited.retry_after("conversations.create", {}, NOW) for _ in range(20)] == [None] * 20
    assert limited.retry_after("conversations.create", {}, NOW) == 3
    assert limited.retry_after("conversations.create", {}, NOW + 3) is None


def test_only_the_method_that_was_overdone_is_blocked() -> None:
    limited = limits()
    while limited.retry_after("pins.add", {}, NOW) is None:
        pass
    assert limited.retry_after("bookmarks.add", {}, NOW) is None


def test_a_channel_takes_a_short_burst_and_then_one_message_a_second() -> None:
    limited = limits()
    here, there = {"channel": "C1"}, {"channel": "C2"}
    for _ in range(POSTS_AT_ONCE):
        assert limited.retry_after("chat.postMessage", here, NOW) is None
    assert limited.retry_after("chat.postMessage", here, NOW) == 1
    assert limited.retry_after("chat.postMessage", there, NOW) is None
    assert limited.retry_after("chat.postMessage", here, NOW + 1) is None
    assert limited.retry_after("chat.postMessage", here, NOW + 1) == 1


def test_a_response_url_shares_the_channels_budget() -> None:
    limited = limits()
    for _ in range(POSTS_AT_ONCE):
        limited.retry_after("response_url", {"channel": "C1"}, NOW)
    assert limited.retry_after("chat.postMessage", {"channel": "C1"}, NOW) == 1


def test_an_app_under_the_limits_of_2025_reads_history_once_a_minute() -> None:
    limited = limits(history_limit="restricted")
    assert limited.retry_after("conversations.history", {}, NOW) is None
    assert limited.retry_after("conversations.history", {}, NOW + 1) == 59
    assert limited.retry_after("conversations.replies", {}, NOW + 1) is None


@given(
    st.sampled_from(["users.list", "chat.update", "users.info"]),
    st.lists(st.floats(0, 5), min_size=1, max_size=400),
)
def test_waiting_as_told_always_works_and_no_minute_exceeds_its_budget_twice(
    method: str, pauses: list[float]
) -> None:
    limited = limits()
    at, taken = NOW, []
    for pause in pauses:
        at += pause
        wait = limited.retry_after(method, {}, at)
        if wait is not None:
            at += wait
            assert limited.retry_after(method, {}, at) is None
        taken.append(at)
    budget = per_minute(method)
    assert budget is not None
    for start in taken:
        within = sum(start <= moment < start + 60 for moment in taken)
        assert within <= 2 * budget
