"""How an incident moves, and what it refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from incident_bot.domain.configuration import Severity
from incident_bot.domain.incidents import events, lifecycle
from incident_bot.domain.incidents.incident import OPEN_STATUSES, Incident, Status
from incident_bot.errors import NotNow

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
SEV2 = Severity(name="SEV2", update_every=HALF_HOUR)
SEV1 = Severity(name="SEV1", update_every=HALF_HOUR / 2, postmortem="required")
QUIET = Severity(name="SEV4", postmortem="none")


def declared(severity: Severity = SEV2, **changes: Any) -> Incident:
    order: dict[str, Any] = {"title": "checkout 5xx", "declared_by": "UADA", "origin": "o"}
    return lifecycle.declare(severity=severity, now=NOW, **{**order, **changes})


def resolved() -> Incident:
    return lifecycle.resolve(declared(), "rolled back", "UADA", NOW + HALF_HOUR)[0]


def test_declared_incident_is_investigated_and_its_first_update_is_due_in_the_cadence() -> None:
    incident = declared()
    assert incident.status is Status.INVESTIGATING
    assert incident.update_due_at == NOW + HALF_HOUR
    assert declared(QUIET).update_due_at is None


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("", "Untitled incident"),
        (" \n\t ", "Untitled incident"),
        ("  two\n lines ", "two lines"),
        ("Оплата 🔥", "Оплата 🔥"),
    ],
)
def test_title_is_one_line_and_never_empty(typed: str, title: str) -> None:
    assert declared(title=typed).title == title


@given(st.text(max_size=1000))
def test_any_title_is_bounded(typed: str) -> None:
    title = lifecycle.clean_title(typed)
    assert 0 < len(title) <= lifecycle.TITLE_LIMIT
    assert lifecycle.clean_title(title) == title


def test_update_resets_the_clock_of_the_cadence() -> None:
    later = NOW + timedelta(minutes=20)
    after, happened = lifecycle.update(declared(), " error rate falling ", "UADA", SEV2, later)
    assert after.update_due_at == later + HALF_HOUR
    assert after.update_generation == 1
    assert (after.last_update, after.last_update_at) == ("error rate falling", later)
    assert [type(e) for e in happened] == [events.UpdatePosted]


def test_update_needs_a_text() -> None:
    with pytest.raises(NotNow, match="needs a text"):
        lifecycle.update(declared(), "  ", "UADA", SEV2, NOW)


def test_monitoring_is_the_moment_of_mitigation_the_first_time_only() -> None:
    first, _ = lifecycle.change_status(
        declared(), Status.MONITORING, "", "UADA", SEV2, NOW + HALF_HOUR
    )
    back, _ = lifecycle.change_status(first, Status.INVESTIGATING, "", "UADA", SEV2, NOW)
    again, _ = lifecycle.change_status(back, Status.MONITORING, "", "UADA", SEV2, NOW)
    assert first.mitigated_at == again.mitigated_at == NOW + HALF_HOUR


def test_status_with_a_text_is_an_update() -> None:
    after, _ = lifecycle.change_status(
        declared(), Status.IDENTIFIED, "bad deploy", "UADA", SEV2, NOW
    )
    assert after.last_update == "bad deploy"


def test_status_it_already_has_is_refused() -> None:
    with pytest.raises(NotNow, match="already investigating"):
        lifecycle.change_status(declared(), Status.INVESTIGATING, "", "UADA", SEV2, NOW)


def test_new_severity_brings_its_own_cadence() -> None:
    after, happened = lifecycle.change_severity(declared(), SEV1, "data loss", "UADA", NOW)
    assert (after.severity, after.update_due_at) == ("SEV1", NOW + HALF_HOUR / 2)
    assert happened[0].sentence() == "Severity SEV2 → SEV1: data loss"
    with pytest.raises(NotNow, match="already is SEV1"):
        lifecycle.change_severity(after, SEV1, "", "UADA", NOW)


def test_role_has_one_holder_and_names_the_one_before() -> None:
    first, _ = lifecycle.assign_role(declared(), "commander", "Incident commander", "UBO", "UADA")
    second, happened = lifecycle.assign_role(
        first, "commander", "Incident commander", "UCY", "UADA"
    )
    assert second.roles == {"commander": "UCY"}
    assert happened[0].sentence() == "Incident commander: <@UCY> (was <@UBO>)"
    with pytest.raises(NotNow, match="already is Incident commander"):
        lifecycle.assign_role(second, "commander", "Incident commander", "UCY", "UADA")


def test_resolving_stops_the_cadence_and_measures_from_the_declaration() -> None:
    after, happened = lifecycle.resolve(declared(), " rolled back ", "UADA", NOW + HALF_HOUR)
    assert (after.status, after.update_due_at) == (Status.RESOLVED, None)
    assert after.mitigated_at == after.resolved_at == NOW + HALF_HOUR
    assert happened[0].sentence() == "Resolved after 30 min: rolled back"


def test_reopening_starts_the_cadence_again() -> None:
    later = NOW + 2 * HALF_HOUR
    after, _ = lifecycle.reopen(resolved(), "back again", "UADA", SEV2, later)
    assert after.status is Status.INVESTIGATING
    assert after.resolved_at is None
    assert after.update_due_at == later + HALF_HOUR


def test_required_postmortem_keeps_an_incident_from_being_closed() -> None:
    with pytest.raises(NotNow, match="needs a post-mortem"):
        lifecycle.close(resolved(), "UADA", SEV1, False, NOW)
    closed, _ = lifecycle.close(resolved(), "UADA", SEV1, True, NOW)
    assert closed.status is Status.CLOSED
    assert lifecycle.close(resolved(), "UADA", SEV2, False, NOW)[0].closed_at == NOW


def test_open_incident_cannot_be_closed_nor_a_closed_one_twice() -> None:
    with pytest.raises(NotNow, match="not resolved yet"):
        lifecycle.close(declared(), "UADA", QUIET, True, NOW)
    closed, _ = lifecycle.close(resolved(), "UADA", QUIET, True, NOW)
    with pytest.raises(NotNow, match="already is closed"):
        lifecycle.close(closed, "UADA", QUIET, True, NOW)


def test_every_refusal_says_what_to_do_next() -> None:
    over = resolved()
    for act in (
        lambda: lifecycle.update(over, "x", "U", SEV2, NOW),
        lambda: lifecycle.change_severity(over, SEV1, "", "U", NOW),
        lambda: lifecycle.resolve(over, "", "U", NOW),
        lambda: lifecycle.cancel(over, "", "U", NOW),
        lambda: lifecycle.close(declared(), "U", SEV2, True, NOW),
        lambda: lifecycle.reopen(declared(), "", "U", SEV2, NOW),
    ):
        with pytest.raises(NotNow) as caught:
            act()
        assert caught.value.hint.startswith("/incident")


def test_notes_may_be_taken_at_any_time_but_not_of_nothing() -> None:
    assert lifecycle.note(resolved(), " found the cause ", "UADA")[0].sentence() == (
        "found the cause"
    )
    with pytest.raises(NotNow, match="Nothing to log"):
        lifecycle.note(declared(), "\n", "UADA")


class AnyLife(RuleBasedStateMachine):
    """Whatever is done in whatever order, the record stays in itself consistent."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.incident = declared()

    def act(self, decision: lifecycle.Decision) -> None:
        before, (self.incident, happened) = self.incident, decision
        assert happened
        assert all(event.sentence() for event in happened)
        assert self.incident.update_generation >= before.update_generation

    @rule(minutes=st.integers(0, 600))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.incident.is_open)
    @rule(text=st.text(min_size=1).filter(str.strip))
    def update(self, text: str) -> None:
        self.act(lifecycle.update(self.incident, text, "UADA", SEV2, self.now))

    @precondition(lambda self: self.incident.is_open)
    @rule(status=st.sampled_from(OPEN_STATUSES), text=st.text())
    def move(self, status: Status, text: str) -> None:
        if status is not self.incident.status:
            act = lifecycle.change_status(self.incident, status, text, "UADA", SEV2, self.now)
            self.act(act)

    @precondition(lambda self: self.incident.is_open)
    @rule(summary=st.text())
    def resolve(self, summary: str) -> None:
        self.act(lifecycle.resolve(self.incident, summary, "UADA", self.now))

    @precondition(lambda self: self.incident.is_open)
    @rule()
    def cancel(self) -> None:
        self.act(lifecycle.cancel(self.incident, "", "UADA", self.now))

    @precondition(lambda self: not self.incident.is_open)
    @rule()
    def reopen(self) -> None:
        self.act(lifecycle.reopen(self.incident, "", "UADA", SEV2, self.now))

    @precondition(lambda self: self.incident.status is Status.RESOLVED)
    @rule()
    def close(self) -> None:
        self.act(lifecycle.close(self.incident, "UADA", QUIET, False, self.now))

    @invariant()
    def an_update_is_due_exactly_while_it_is_open(self) -> None:
        assert (self.incident.update_due_at is not None) == self.incident.is_open

    @invariant()
    def times_of_its_end_are_those_of_its_status(self) -> None:
        status = self.incident.status
        assert (self.incident.resolved_at is not None) == (
            status in (Status.RESOLVED, Status.CLOSED)
        )
        assert (self.incident.closed_at is not None) == (
            status in (Status.CLOSED, Status.CANCELLED)
        )


TestAnyLife = AnyLife.TestCase
