"""Two people for what is dangerous, each bound to exactly what was shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from incident_bot.domain.execution.registry import Step
from incident_bot.domain.execution.runs import (
    Run,
    RunState,
    cannot_approve,
    cannot_run_after,
    changed,
    is_approved,
    may_ask,
)

NOW = datetime(2026, 3, 14, 3, 7, tzinfo=UTC)
RUN = Run(
    1,
    42,
    "shop/thing",
    "restart",
    "abc",
    "",
    {"NS": "prod"},
    "tool restart prod",
    False,
    RunState.WAITING,
    "U0ADA",
    NOW,
    "o",
    needed=1,
    expires_at=NOW + timedelta(minutes=10),
)
STEP = Step("shop/thing", "restart", "abc", "tool", "action", "high", "tool", 60, 1)


def why(run: Run = RUN, by: str = "U0BEN", *, entitled: bool = True, after: float = 1) -> str:
    return cannot_approve(run, by, entitled=entitled, now=NOW + timedelta(minutes=after))


def test_another_entitled_person_may_approve_in_time() -> None:
    assert why() == ""


def test_nobody_approves_their_own() -> None:
    assert "Somebody else" in why(by="U0ADA")


def test_only_approvers_approve() -> None:
    assert "not an approver" in why(entitled=False)


def test_approval_expires_after_ten_minutes() -> None:
    assert "over" in why(after=10)


def test_one_person_is_not_two() -> None:
    twice = replace(RUN, needed=2, approved_by=("U0BEN",))
    assert "another person" in why(twice)
    assert not is_approved(replace(twice, approved_by=("U0BEN", "U0BEN")))
    assert not is_approved(replace(twice, approved_by=("U0BEN", "U0ADA")))
    assert is_approved(replace(twice, approved_by=("U0BEN", "U0CHE")))


def test_what_has_ended_cannot_be_approved() -> None:
    for state in RunState:
        assert (why(replace(RUN, state=state)) == "") == (state is RunState.WAITING)


def test_approval_is_bound_to_the_hash() -> None:
    assert "changed" in changed(RUN, replace(STEP, digest="abd"))
    assert "switched off" in changed(RUN, replace(STEP, refused="switched off"))


def test_real_run_needs_a_dry_run_that_succeeded_lately() -> None:
    dry = replace(RUN, dry=True, state=RunState.DONE)
    assert cannot_run_after(dry, STEP, NOW) == ""
    assert cannot_run_after(replace(dry, state=RunState.PREVIEWED), STEP, NOW) == ""
    for state in set(RunState) - {RunState.DONE, RunState.PREVIEWED}:
        assert cannot_run_after(replace(dry, state=state), STEP, NOW)
    assert cannot_run_after(replace(dry, dry=False), STEP, NOW)
    assert cannot_run_after(dry, STEP, NOW + timedelta(minutes=31))
    assert cannot_run_after(dry, replace(STEP, digest="abd"), NOW)


def test_lock_is_of_runbook_step_and_target() -> None:
    assert RUN.lock == replace(RUN, id=9, requested_by="U0BEN").lock
    assert RUN.lock != replace(RUN, values={"NS": "test"}).lock
    assert RUN.lock != replace(RUN, step="stop").lock


def test_required_role_must_be_held() -> None:
    assert may_ask(replace(STEP, requires="commander"), ["scribe"])
    assert not may_ask(replace(STEP, requires="commander"), ["commander"])
