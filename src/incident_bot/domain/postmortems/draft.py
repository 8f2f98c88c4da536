"""A finished draft: everything the document prints, plain and redacted, not yet Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from incident_bot.domain.postmortems.metrics import Metrics, Moments
from incident_bot.domain.postmortems.record import Link
from incident_bot.domain.postmortems.redaction import RedactionReport
from incident_bot.domain.postmortems.rows import Row
from incident_bot.domain.postmortems.wording import WordingWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Field 1. ``severity`` runs initial, peak, final."""

    label: str
    number: int
    title: str
    status: str
    severity: tuple[str, str, str]
    service: str
    owner: str
    declared_by: str
    room: str
    private: bool
    drill: bool
    full_outage: bool
    tags: tuple[str, ...]
    links: tuple[Link, ...]
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Somebody who took part, from when, and what they held; listed by arrival, never ranked."""

    name: str
    roles: tuple[str, ...]
    joined: datetime
    paged: bool
    acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A corrective action somebody committed to."""

    label: str
    text: str
    kind: str
    owner: str
    due: date | None
    priority: str
    url: str | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A follow-up found in the record, for a person to accept, reject or merge."""

    text: str
    why: str
    kind: str = ""
    due: date | None = None
    evidence_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A decision, and whether it worked when somebody said."""

    at: datetime
    text: str
    by: str
    worked: bool | None
    evidence_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """A runbook used, with its votes and reported gaps."""

    name: str
    url: str | None
    sections: tuple[str, ...]
    opened_by: str
    steps_done: int
    steps_failed: int
    worked: int
    failed: int
    outdated: int
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the document's change log."""

    at: datetime
    who: str
    section: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the record suggests for field 10: hints, never conclusions."""

    well: tuple[str, ...] = ()
    poorly: tuple[str, ...] = ()
    lucky: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What was looked at, what was kept, and what could not be read."""

    window: tuple[datetime, datetime]
    channels: tuple[str, ...]
    seen: int
    kept: int
    deleted: int
    off_record: int
    unread_threads: int
    dropped: Mapping[str, int]
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The post-mortem of one incident. All text is plain; nothing in it is Markdown yet."""

    facts: Facts
    moments: Moments
    metrics: Metrics
    summary: str
    detected_by: str
    timeline: tuple[Row, ...]
    resolution: tuple[Row, ...]
    hints: Hints
    actions: tuple[Action, ...]
    candidates: tuple[Candidate, ...]
    decisions: tuple[Chosen, ...]
    responders: tuple[Responder, ...]
    runbooks: tuple[Runbook, ...]
    questions: tuple[Row, ...]
    changes: tuple[Change, ...]
    completeness: Completeness
    redaction: RedactionReport
    wording: tuple[WordingWarning, ...]
    generated_at: datetime
