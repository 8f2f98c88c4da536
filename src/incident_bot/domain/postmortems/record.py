"""What the incident's own record hands to the post-mortem."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from incident_bot.domain.postmortems.transcript import People, Transcript

Source = Literal["system", "alert", "deploy", "slack", "human"]
PageState = Literal["queued", "sent", "failed", "acknowledged", "declined", "expired", "cancelled"]
Rating = Literal["worked", "failed", "outdated"]


class SeverityChange(NamedTuple):
    """The severity from ``at`` on; rank 1 is the worst."""

    at: datetime
    level: str
    rank: int
    by: str | None = None
    reason: str = ""


class StatusChange(NamedTuple):
    """The lifecycle step from ``at`` on, by its key (``investigating``, ``identified``…)."""

    at: datetime
    status: str
    by: str | None = None


class RoleTenure(NamedTuple):
    """Who held a role and when; ``until`` is None while they still do."""

    role: str
    user_id: str
    since: datetime
    until: datetime | None = None


class Link(NamedTuple):
    """A labelled address that belongs to the incident."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecord:
    """The incident itself. An instant nobody recorded is None, and is printed as unknown."""

    number: int
    title: str
    status: str
    declared_at: datetime
    declared_by: str | None = None
    severity_history: tuple[SeverityChange, ...] = ()
    status_history: tuple[StatusChange, ...] = ()
    service: str | None = None
    summary: str = ""
    detected_by: str | None = None
    impact_started_at: datetime | None = None
    detected_at: datetime | None = None
    first_page_at: datetime | None = None
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    roles: tuple[RoleTenure, ...] = ()
    owner: str | None = None
    room_id: str | None = None
    room_name: str | None = None
    private: bool = False
    drill: bool = False
    full_outage: bool = False
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    prefix: str = "INC"

    @property
    def label(self) -> str:
        """How people call it: ``INC-42``."""
        return f"{self.prefix}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One row of the bot's own event log. ``text`` may hold Slack notation.

    ``actor`` is a user id, or a name for what is not a Slack user (an alert source).
    ``message`` is channel and ts of the message the entry was made of; without it a Slack
    ``permalink`` tells. ``group`` joins repeats of one alert (Alertmanager's groupKey); ``fingerprint`` lets a
    channel copy of the same alert be recognised. ``recorded_at`` differs from ``at`` when
    somebody logged it later.
    """

    at: datetime
    kind: str
    text: str
    actor: str | None = None
    permalink: str | None = None
    source: Source = "system"
    group: str | None = None
    fingerprint: str | None = None
    recorded_at: datetime | None = None
    message: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """One person paged once."""

    user_id: str
    sent_at: datetime
    state: PageState
    tier: int = 1
    policy: str = ""
    acknowledged_at: datetime | None = None
    by_human: bool = True
    ack_within: timedelta | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRecord:
    """One status update; ``due_at`` is when the cadence asked for it, if it did."""

    at: datetime
    text: str
    author: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookUse:
    """One runbook opened during the incident, and what people said of it."""

    name: str
    sections: tuple[str, ...] = ()
    opened_at: datetime | None = None
    opened_by: str | None = None
    steps_done: int = 0
    steps_failed: int = 0
    ratings: tuple[Rating, ...] = ()
    gaps: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """A follow-up somebody committed to; ``kind`` is Prevent, Detect, Mitigate, Process or Fix."""

    text: str
    owner: str | None = None
    due: date | None = None
    kind: str = ""
    priority: str = ""
    url: str | None = None
    status: str = "open"
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision of the log, with the later answer to “did it work?” when there is one."""

    at: datetime
    text: str
    by: str | None = None
    worked: bool | None = None
    permalink: str | None = None


class DocumentChange(NamedTuple):
    """One line of the document's own change log."""

    at: datetime
    who: str
    section: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a draft is made from; nothing else is looked at."""

    record: IncidentRecord
    people: People
    timeline: tuple[TimelineEntry, ...] = ()
    transcript: Transcript = field(default_factory=Transcript)
    pages: tuple[PageRecord, ...] = ()
    updates: tuple[UpdateRecord, ...] = ()
    runbooks: tuple[RunbookUse, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    decisions: tuple[Decision, ...] = ()
    changes: tuple[DocumentChange, ...] = ()
