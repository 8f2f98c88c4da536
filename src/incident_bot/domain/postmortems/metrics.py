"""The figures of one incident, each derived from instants and unknown when one is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incident_bot.domain.postmortems.record import (
    Evidence,
    IncidentRecord,
    PageRecord,
    RunbookUse,
    TimelineEntry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The instants everything is derived from; None is unknown, never zero."""

    impact_started: datetime | None
    detected: datetime
    declared: datetime
    first_page: datetime | None
    acknowledged: datetime | None
    mitigated: datetime | None
    resolved: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Durations and counts; a duration is None when it cannot be known.

    ``problems`` names pairs of instants that contradict each other.
    """

    time_to_detect: timedelta | None
    time_to_acknowledge: timedelta | None
    time_to_mitigate: timedelta | None
    recovery_from_impact: timedelta | None
    recovery_from_detection: timedelta | None
    impact: timedelta | None
    time_in_severity: tuple[tuple[str, timedelta], ...] = ()
    pages: int = 0
    pages_failed: int = 0
    responders: int = 0
    person_minutes: int | None = None
    updates_on_time: int = 0
    updates_due: int = 0
    runbook_sections: int = 0
    steps_done: int = 0
    steps_failed: int = 0
    votes_worked: int = 0
    votes_other: int = 0
    reopened: int = 0
    problems: tuple[str, ...] = field(default=())


def moments(evidence: Evidence) -> Moments:
    """The instants of the incident: recorded ones first, else the earliest fact that shows one.

    Detection is the first alert or report; a declaration is itself a report. Only a person's
    acknowledgement counts.
    """
    record = evidence.record
    alerts = [entry.at for entry in evidence.timeline if is_alert(entry)]
    sent = [page.sent_at for page in evidence.pages if page.state not in {"queued", "failed"}]
    acknowledged = [
        page.acknowledged_at for page in evidence.pages if page.acknowledged_at and page.by_human
    ]
    return Moments(
        impact_started=record.impact_started_at,
        detected=record.detected_at or min([*alerts, record.declared_at]),
        declared=record.declared_at,
        first_page=record.first_page_at or min(sent, default=None),
        acknowledged=record.acknowledged_at or min(acknowledged, default=None),
        mitigated=record.mitigated_at,
        resolved=record.resolved_at,
    )


def measure(evidence: Evidence, responders: int, now: datetime) -> Metrics:
    """Everything §“metrics” of the document prints."""
    when = moments(evidence)
    problems: list[str] = []

    def span(name: str, start: datetime | None, end: datetime | None) -> timedelta | None:
        if start is None or end is None:
            return None
        if end < start:
            problems.append(f"{name}: the end is recorded before the start")
            return None
        return end - start

    uses = evidence.runbooks
    due = [update for update in evidence.updates if update.due_at is not None]
    return Metrics(
        time_to_detect=span("time to detect", when.impact_started, when.detected),
        time_to_acknowledge=span("time to acknowledge", when.first_page, when.acknowledged),
        time_to_mitigate=span("time to mitigate", when.impact_started, when.mitigated),
        recovery_from_impact=span("recovery from impact", when.impact_started, when.resolved),
        recovery_from_detection=span("recovery from detection", when.detected, when.resolved),
        impact=span("impact", when.impact_started, when.mitigated or when.resolved),
        time_in_severity=_time_in_severity(evidence.record, now),
        pages=len(evidence.pages),
        pages_failed=sum(page.state == "failed" for page in evidence.pages),
        responders=responders,
        person_minutes=_person_minutes(evidence.pages, when.resolved),
        updates_on_time=sum(
            update.due_at is not None and update.at <= update.due_at for update in due
        ),
        updates_due=len(due),
        runbook_sections=sum(len(use.sections) for use in uses),
        steps_done=sum(use.steps_done for use in uses),
        steps_failed=sum(use.steps_failed for use in uses),
        votes_worked=_votes(uses, worked=True),
        votes_other=_votes(uses, worked=False),
        reopened=evidence.record.reopened,
        problems=tuple(problems),
    )


def is_alert(entry: TimelineEntry) -> bool:
    """Whether a timeline entry says that an alert fired, rather than cleared."""
    cleared = "resolved" in entry.kind or "cleared" in entry.kind
    return not cleared and (entry.source == "alert" or entry.kind.startswith("alert"))


def _votes(uses: Iterable[RunbookUse], *, worked: bool) -> int:
    return sum((rating == "worked") is worked for use in uses for rating in use.ratings)


def _time_in_severity(record: IncidentRecord, now: datetime) -> tuple[tuple[str, timedelta], ...]:
    changes = sorted(record.severity_history, key=lambda change: change.at)
    end = record.resolved_at or now
    ends = [min(change.at, end) for change in changes[1:]] + [end]
    spent: dict[str, timedelta] = {}
    for change, until in zip(changes, ends, strict=False):
        spent[change.level] = spent.get(change.level, timedelta()) + max(
            until - change.at, timedelta()
        )
    return tuple(spent.items())


def _person_minutes(pages: Iterable[PageRecord], resolved: datetime | None) -> int | None:
    """Minutes from each responder's first acknowledgement to the resolution, added up."""
    if resolved is None:
        return None
    started: dict[str, datetime] = {}
    for page in pages:
        if page.acknowledged_at is not None and page.by_human:
            first = started.get(page.user_id, page.acknowledged_at)
            started[page.user_id] = min(first, page.acknowledged_at)
    if not started:
        return None
    total = sum((max(resolved - at, timedelta()) for at in started.values()), timedelta())
    return round(total.total_seconds() / 60)
