"""How an incident moves: each function decides, and returns the new state with what happened.

Nothing here waits, writes or looks at a clock; `now` is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incident_bot.domain.configuration import Severity
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.events import Event
from incident_bot.domain.incidents.incident import Incident, Status
from incident_bot.errors import NotNow

TITLE_LIMIT = 300
TEXT_LIMIT = 3000
Decision = tuple[Incident, Sequence[Event]]


def clean_title(text: str) -> str:
    """One line of at most 300 characters; empty titles get a name people can work with."""
    title = " ".join(text.split())[:TITLE_LIMIT].rstrip()
    return title or "Untitled incident"


def declare(
    *,
    title: str,
    severity: Severity,
    declared_by: str,
    origin: str,
    now: datetime,
    private: bool = False,
    drill: bool = False,
    service: str | None = None,
    receipt_url: str | None = None,
) -> Incident:
    """A new incident; its number comes with recording. The first update is due in the cadence."""
    return Incident(
        id=0,
        title=clean_title(title),
        severity=severity.name,
        status=Status.INVESTIGATING,
        declared_by=declared_by,
        declared_at=now,
        origin=origin,
        private=private,
        drill=drill,
        service=service,
        receipt_url=receipt_url,
        update_due_at=_due(severity, now),
    )


def update(
    incident: Incident, text: str, actor: str, severity: Severity, now: datetime
) -> Decision:
    """A status update resets the clock of the cadence.

    Raises:
        NotNow: when the incident is over, or the text is empty.
    """
    _must_be_open(incident, "update")
    said = text.strip()[:TEXT_LIMIT]
    if not said:
        raise NotNow("A status update needs a text.", "/incident update error rate falling")
    after = _restart_cadence(incident, severity, now).with_(last_update=said, last_update_at=now)
    return after, [events.UpdatePosted(incident.id, actor, said)]


def change_status(
    incident: Incident, status: Status, text: str, actor: str, severity: Severity, now: datetime
) -> Decision:
    """Move between investigating, identified and monitoring; a text counts as an update.

    Raises:
        NotNow: when the incident is over, or is already there.
    """
    _must_be_open(incident, f"set to {status}")
    if status is incident.status:
        raise NotNow(f"{incident.ref} is already {status}.", "/incident update …")
    said = text.strip()[:TEXT_LIMIT]
    after = _restart_cadence(incident, severity, now).with_(status=status)
    if status is Status.MONITORING and after.mitigated_at is None:
        after = after.with_(mitigated_at=now)
    if said:
        after = after.with_(last_update=said, last_update_at=now)
    return after, [
        events.StatusChanged(incident.id, actor, str(incident.status), str(status), said)
    ]


def change_severity(
    incident: Incident, severity: Severity, reason: str, actor: str, now: datetime
) -> Decision:
    """Make it worse or better; the cadence is that of the new severity from now on.

    Raises:
        NotNow: when the incident is over, or already has that severity.
    """
    _must_be_open(incident, "change the severity of")
    if severity.name == incident.severity:
        raise NotNow(f"{incident.ref} already is {severity.name}.", "/incident severity sev1")
    after = _restart_cadence(incident, severity, now).with_(severity=severity.name)
    return after, [
        events.SeverityChanged(
            incident.id, actor, incident.severity, severity.name, reason.strip()[:TEXT_LIMIT]
        )
    ]


def assign_role(incident: Incident, role: str, title: str, user: str, actor: str) -> Decision:
    """Give a hat to somebody; the one who wore it is named.

    Raises:
        NotNow: when the incident is closed, or that person already wears it.
    """
    if incident.status in (Status.CLOSED, Status.CANCELLED):
        raise NotNow(f"{incident.ref} is {incident.status}.", "/incident reopen")
    before = incident.roles.get(role)
    if before == user:
        raise NotNow(f"<@{user}> already is {title}.")
    after = incident.with_(roles={**incident.roles, role: user})
    return after, [events.RoleTaken(incident.id, actor, role, title, user, before)]


def note(incident: Incident, text: str, actor: str) -> Sequence[Event]:
    """Something worth remembering, at any time of an incident's life.

    Raises:
        NotNow: when the text is empty.
    """
    said = text.strip()[:TEXT_LIMIT]
    if not said:
        raise NotNow("Nothing to log.", "/incident log rolled back to build 311")
    return [events.Noted(incident.id, actor, said)]


def rename(incident: Incident, title: str, actor: str) -> Decision:
    """Give it a better title."""
    better = clean_title(title)
    return incident.with_(title=better), [
        events.Renamed(incident.id, actor, incident.title, better)
    ]


def resolve(incident: Incident, summary: str, actor: str, now: datetime) -> Decision:
    """It is over for those affected; reminders and pages stop.

    Raises:
        NotNow: when it already is over.
    """
    _must_be_open(incident, "resolve")
    said = summary.strip()[:TEXT_LIMIT]
    after = incident.with_(
        status=Status.RESOLVED,
        summary=said or incident.summary,
        resolved_at=now,
        mitigated_at=incident.mitigated_at or now,
        update_due_at=None,
        update_generation=incident.update_generation + 1,
    )
    took = (now - incident.declared_at).total_seconds()
    return after, [events.Resolved(incident.id, actor, said, took)]


def reopen(
    incident: Incident, reason: str, actor: str, severity: Severity, now: datetime
) -> Decision:
    """It was not over.

    Raises:
        NotNow: when it is open.
    """
    if incident.is_open:
        raise NotNow(f"{incident.ref} is open ({incident.status}).", "/incident update …")
    after = _restart_cadence(incident, severity, now).with_(
        status=Status.INVESTIGATING, resolved_at=None, closed_at=None
    )
    return after, [events.Reopened(incident.id, actor, reason.strip()[:TEXT_LIMIT])]


def close(
    incident: Incident, actor: str, severity: Severity, has_postmortem: bool, now: datetime
) -> Decision:
    """The paperwork is done.

    Raises:
        NotNow: when it is open or closed, or its severity requires a post-mortem that is missing.
    """
    if incident.is_open:
        raise NotNow(f"{incident.ref} is not resolved yet.", "/incident resolve what fixed it")
    if incident.status is not Status.RESOLVED:
        raise NotNow(f"{incident.ref} already is {incident.status}.", "/incident reopen")
    if severity.postmortem == "required" and not has_postmortem:
        raise NotNow(
            f"{severity.name} needs a post-mortem before it is closed.", "/incident postmortem"
        )
    after = incident.with_(status=Status.CLOSED, closed_at=now)
    return after, [events.Closed(incident.id, actor)]


def cancel(incident: Incident, reason: str, actor: str, now: datetime) -> Decision:
    """It was no incident.

    Raises:
        NotNow: when it is over.
    """
    _must_be_open(incident, "cancel")
    after = incident.with_(
        status=Status.CANCELLED,
        closed_at=now,
        update_due_at=None,
        update_generation=incident.update_generation + 1,
    )
    return after, [events.Cancelled(incident.id, actor, reason.strip()[:TEXT_LIMIT])]


def _must_be_open(incident: Incident, act: str) -> None:
    if not incident.is_open:
        raise NotNow(
            f"Cannot {act} {incident.ref}: it is {incident.status}.", "/incident reopen why"
        )


def _restart_cadence(incident: Incident, severity: Severity, now: datetime) -> Incident:
    return incident.with_(
        update_due_at=_due(severity, now), update_generation=incident.update_generation + 1
    )


def _due(severity: Severity, now: datetime) -> datetime | None:
    every: timedelta | None = severity.update_every
    return None if every is None else now + every
