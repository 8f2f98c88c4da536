"""What the record suggests: for the reflection, and as candidates for corrective actions."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from incident_bot.domain.durations import say_duration
from incident_bot.domain.postmortems.draft import Candidate, Hints
from incident_bot.domain.postmortems.metrics import is_alert
from incident_bot.domain.postmortems.options import Options
from incident_bot.domain.postmortems.record import Evidence
from incident_bot.domain.postmortems.redaction import Redactor
from incident_bot.domain.postmortems.rows import Row


def hints(evidence: Evidence, redactor: Redactor) -> Hints:
    """Sentences for field 10; each says what was recorded and draws no conclusion.

    Luck is never read from data, so that list is always for people to fill.
    """
    return Hints(
        well=tuple(redactor.redact(hint) for hint in _well(evidence)),
        poorly=tuple(redactor.redact(hint) for hint in _poorly(evidence)),
    )


def candidates(
    evidence: Evidence, said: Iterable[Row], options: Options, redactor: Redactor
) -> tuple[Candidate, ...]:
    """Possible actions: follow-ups people named, and runbooks that did not help."""
    due = _due(evidence, options)
    found = [
        Candidate(
            text=row.text,
            why=f"said by {row.actor}" if row.actor else "said in the channel",
            due=due,
            evidence_url=row.evidence_url,
        )
        for row in said
    ]
    found += [
        Candidate(text=redactor.redact(text), why=why, kind="Process", due=due)
        for text, why in _runbook_work(evidence)
    ]
    return tuple(found)


def _well(evidence: Evidence) -> Iterator[str]:
    quick = [
        page
        for page in evidence.pages
        if page.acknowledged_at
        and page.by_human
        and page.ack_within
        and page.acknowledged_at - page.sent_at <= page.ack_within
    ]
    if quick:
        yield f"{len(quick)} of {len(evidence.pages)} pages were acknowledged in time."
    due = [update for update in evidence.updates if update.due_at]
    if due and all(update.due_at and update.at <= update.due_at for update in due):
        yield f"Every status update that was due went out in time ({len(due)} of {len(due)})."
    for use in evidence.runbooks:
        worked = use.ratings.count("worked")
        if worked:
            yield f"Runbook {use.name} was rated as having worked ({worked} of {len(use.ratings)})."
    if any(is_alert(e) and e.at <= evidence.record.declared_at for e in evidence.timeline):
        yield "An alert fired before anybody declared."


def _poorly(evidence: Evidence) -> Iterator[str]:
    for page in evidence.pages:
        name = evidence.people.name(page.user_id)
        if page.state == "failed":
            yield f"The page to {name} could not be delivered: {page.failure or 'no reason given'}."
        elif page.ack_within and page.state in {"sent", "expired"}:
            yield f"The page to {name} was not acknowledged."
        elif (
            page.acknowledged_at
            and page.ack_within
            and page.acknowledged_at - page.sent_at > page.ack_within
        ):
            spent = say_duration(page.acknowledged_at - page.sent_at)
            yield f"The page to {name} was acknowledged after {spent}."
    late = [u for u in evidence.updates if u.due_at and u.at > u.due_at]
    due = [u for u in evidence.updates if u.due_at]
    if late:
        yield f"{len(late)} of {len(due)} status updates were late."
    if not any(is_alert(entry) for entry in evidence.timeline):
        yield "No alert is on record; a person noticed first."
    for use in evidence.runbooks:
        unhappy = len(use.ratings) - use.ratings.count("worked")
        if unhappy:
            yield f"Runbook {use.name} was rated as not working or outdated ({unhappy})."
    if evidence.record.reopened:
        times = evidence.record.reopened
        yield f"The incident was reopened {'once' if times == 1 else f'{times} times'}."


def _runbook_work(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for use in evidence.runbooks:
        failed = len(use.ratings) - use.ratings.count("worked")
        if failed:
            yield f"Update runbook {use.name}", f"rated as not working or outdated ({failed})"
        for gap in use.gaps:
            yield f"Close the gap in runbook {use.name}: {gap}", "gap reported"
    if not evidence.runbooks:
        subject = evidence.record.service or "this kind of incident"
        yield f"Write a runbook for {subject}", "no runbook was opened"


def _due(evidence: Evidence, options: Options) -> date | None:
    ranks = [change.rank for change in evidence.record.severity_history]
    days = options.action_days.get(min(ranks, default=0))
    start: datetime | None = evidence.record.resolved_at
    return (start + timedelta(days=days)).date() if start and days else None
