"""The ladder of a page: it only goes up, passes over empty tiers, and ends."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from incident_bot.domain.paging.ladder import all_refused, climb, is_due
from incident_bot.domain.paging.page import Page, PageState, Ring, RingState, Step

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def page(*tiers: tuple[str, ...], rounds: int = 1, state: PageState = PageState.OPEN) -> Page:
    steps = tuple(Step(f"tier {n}", targets, 300.0) for n, targets in enumerate(tiers))
    return Page(
        id=1,
        incident=1,
        policy="critical",
        message="",
        steps=steps,
        rounds=rounds,
        state=state,
        position=-1,
        started_by=None,
        started_at=NOW,
        origin="test",
    )


def ring(position: int, user: str, state: RingState) -> Ring:
    return Ring(1, position, user, state, NOW)


def somebody(target: str) -> tuple[list[str], str]:
    return ([target], "") if target.startswith("U") else ([], f"{target} is away")


def test_first_tier_with_somebody_in_it_is_paged() -> None:
    found = climb(page(("U1", "U2"), ("U3",)), 0, somebody)
    assert (found.position, found.users, found.skipped) == (0, ("U1", "U2"), ())


def test_tier_is_paged_when_only_some_of_its_people_can_be() -> None:
    found = climb(page(("joan", "U2")), 0, somebody)
    assert found.users == ("U2",)
    assert not found.skipped


def test_tier_with_nobody_is_passed_over_and_says_why() -> None:
    found = climb(page(("joan", "mary"), (), ("U3",)), 0, somebody)
    assert (found.position, found.users) == (2, ("U3",))
    assert [s.why for s in found.skipped] == [
        "joan is away; mary is away",
        "nobody is in this tier",
    ]
    assert [s.label for s in found.skipped] == ["tier 0", "tier 1"]


def test_person_in_two_targets_of_a_tier_is_paged_once() -> None:
    assert climb(page(("U1", "U1")), 0, somebody).users == ("U1",)


def test_after_the_last_tier_comes_the_first_again_in_the_next_round() -> None:
    found = climb(page(("U1",), ("U2",), rounds=2), 2, somebody)
    assert (found.position, found.users) == (2, ("U1",))


def test_after_the_last_round_nobody_is_left() -> None:
    found = climb(page(("U1",), ("U2",), rounds=2), 4, somebody)
    assert found.exhausted
    assert found.users == ()


tiers = st.lists(st.lists(st.sampled_from(["U1", "U2", "U3", "joan", "mary"])), min_size=1)


@given(tiers, st.integers(1, 10), st.integers(0, 30))
def test_climbing_only_goes_up_and_accounts_for_every_tier(
    ladder: list[list[str]], rounds: int, start: int
) -> None:
    written = page(*map(tuple, ladder), rounds=rounds)
    found = climb(written, start, somebody)
    end = written.last_position + 1 if found.position is None else found.position
    assert [s.position for s in found.skipped] == list(range(start, end))
    assert all(s.why for s in found.skipped)
    if found.position is not None:
        assert found.users
        assert set(found.users) <= set(written.step(found.position).targets)


@given(tiers, st.integers(1, 5))
def test_climbing_again_and_again_ends(ladder: list[list[str]], rounds: int) -> None:
    written = page(*map(tuple, ladder), rounds=rounds)
    position, climbs = 0, 0
    while (found := climb(written, position, somebody)).position is not None:
        position, climbs = found.position + 1, climbs + 1
    assert climbs == rounds * sum(any(t.startswith("U") for t in tier) for tier in ladder)


def test_waiting_is_pointless_when_everybody_failed_or_declined() -> None:
    lines = [ring(0, "U1", RingState.FAILED), ring(0, "U2", RingState.DECLINED)]
    assert all_refused(lines, 0)
    assert not all_refused([*lines, ring(0, "U3", RingState.SENT)], 0)
    assert all_refused([*lines, ring(1, "U3", RingState.SENT)], 0)


def test_tier_that_paged_nobody_is_not_refused() -> None:
    assert not all_refused([], 0)


def test_timer_means_something_only_while_its_tier_is_waited_for() -> None:
    waiting = replace(page(("U1",), ("U2",)), position=0)
    assert is_due(waiting, 0)
    assert not is_due(waiting, 1)
    answered = (PageState.ACKNOWLEDGED, PageState.EXHAUSTED, PageState.STOPPED)
    assert not any(is_due(replace(waiting, state=state), 0) for state in answered)
