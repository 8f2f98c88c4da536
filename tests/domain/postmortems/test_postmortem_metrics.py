"""Figures come from instants; what is not known is not a number."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.postmortems.checkout_incident import EVIDENCE, NOW, RECORD, at, entry
from domain.postmortems.golden_drafts import BARE
from incident_bot.domain.postmortems.metrics import Metrics, measure, moments
from incident_bot.domain.postmortems.record import PageRecord, SeverityChange, UpdateRecord


def measured(**changes: object) -> Metrics:
    evidence = replace(EVIDENCE, record=replace(RECORD, **changes))  # type: ignore[arg-type]
    return measure(evidence, 3, NOW)


def test_each_figure_is_the_span_between_its_two_instants() -> None:
    figures = measured()
    assert figures.time_to_detect == timedelta(minutes=5)
    assert figures.time_to_acknowledge == timedelta(minutes=2)
    assert figures.time_to_mitigate == timedelta(minutes=59)
    assert figures.recovery_from_impact == timedelta(minutes=74)
    assert figures.recovery_from_detection == timedelta(minutes=69)
    assert figures.time_in_severity == (
        ("SEV2", timedelta(minutes=10)),
        ("SEV1", timedelta(minutes=55)),
    )


def test_without_impact_start_the_time_to_detect_is_unknown() -> None:
    figures = measured(impact_started_at=None)
    assert figures.time_to_detect is None
    assert figures.time_to_mitigate is None
    assert figures.recovery_from_detection is not None


def test_an_end_before_its_start_is_refused_and_named() -> None:
    figures = measured(resolved_at=at(-30))
    assert figures.recovery_from_detection is None
    assert any("recovery from detection" in problem for problem in figures.problems)


def test_a_machine_that_acknowledges_does_not_count() -> None:
    page = PageRecord(
        user_id="UBOB", sent_at=at(1), state="acknowledged", acknowledged_at=at(2), by_human=False
    )
    assert moments(replace(BARE, pages=(page,))).acknowledged is None


def test_a_cleared_alert_is_no_detection() -> None:
    cleared = entry(-8, "alert_resolved", "Cleared", source="alert")
    assert moments(replace(BARE, timeline=(cleared,))).detected == BARE.record.declared_at


def test_updates_count_only_when_they_were_due() -> None:
    updates = (
        UpdateRecord(at=at(5), text="first"),
        UpdateRecord(at=at(30), due_at=at(30), text="in time"),
        UpdateRecord(at=at(61), due_at=at(60), text="late"),
    )
    figures = measure(replace(BARE, updates=updates), 0, NOW)
    assert (figures.updates_on_time, figures.updates_due) == (1, 2)


def test_an_open_incident_counts_severity_until_now() -> None:
    record = replace(BARE.record, severity_history=(SeverityChange(at(0), "SEV1", 1),))
    figures = measure(replace(BARE, record=record), 0, at(7))
    assert figures.time_in_severity == (("SEV1", timedelta(minutes=7)),)


MINUTES = st.one_of(st.none(), st.integers(min_value=-500, max_value=500))


@given(impact=MINUTES, detected=MINUTES, mitigated=MINUTES, resolved=MINUTES)
def test_no_duration_is_ever_negative(
    impact: int | None, detected: int | None, mitigated: int | None, resolved: int | None
) -> None:
    figures = measured(
        impact_started_at=None if impact is None else at(impact),
        detected_at=None if detected is None else at(detected),
        mitigated_at=None if mitigated is None else at(mitigated),
        resolved_at=None if resolved is None else at(resolved),
    )
    spans = [
        figures.time_to_detect,
        figures.time_to_mitigate,
        figures.recovery_from_impact,
        figures.recovery_from_detection,
        figures.impact,
        *(spent for _, spent in figures.time_in_severity),
    ]
    assert all(span is None or span >= timedelta() for span in spans)


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_a_page_that_never_left_is_no_first_page(state: str) -> None:
    page = PageRecord(user_id="UBOB", sent_at=at(1), state=state)  # type: ignore[arg-type]
    assert moments(replace(BARE, pages=(page,))).first_page is None
