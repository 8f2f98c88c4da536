"""What a responder sees at a glance: read models from which cards are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incident_bot.domain.configuration import Commands, Role, Severity
from incident_bot.domain.durations import say_duration
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.page import Page, Ring


@dataclass(frozen=True, slots=True)
class PageLedger:
    """A page with every line of its ledger, in order of position.

    `next_tier_at` is when the next tier is paged if nobody answers (None: no more tiers, or over).
    """

    page: Page
    rings: tuple[Ring, ...]
    next_tier_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that will not happen by itself: `job` is retried by its button."""

    job: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Queued:
    """Something that is still to be done and waits for its turn.

    `before` things of other incidents come first; it is tried (again) in `after` seconds, if that
    is known, and `why` says what it waits for.
    """

    what: str
    before: int
    after: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class SuggestedRunbook:
    """A runbook that may fit, and why (`system/slug` is its full name)."""

    name: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Board:
    """One incident as its control card shows it. Instants are aware, UTC."""

    incident: Incident
    severity: Severity
    roles: tuple[Role, ...]
    now: datetime
    pages: tuple[PageLedger, ...] = ()
    nobody_paged: str = ""
    troubles: tuple[Trouble, ...] = ()
    suggestions: tuple[SuggestedRunbook, ...] = ()
    has_postmortem: bool = False
    steps: tuple[tuple[str, str], ...] = ()
    """The declarer's receipt: (what, state) with state done | waiting | failed."""
    queued: tuple[Queued, ...] = ()
    """For whoever asks now: what waits behind others, or for Slack."""


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of a timeline. `actor` is a Slack user id; `text` may hold `<@U…>`."""

    at: datetime
    kind: str
    actor: str | None
    text: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One timeline entry that is said in the room: `facts` are the event's own fields."""

    incident: Incident
    severity: Severity
    entry: int
    at: datetime
    kind: str
    actor: str | None
    text: str
    facts: dict[str, object] = field(default_factory=dict)
    draft: str = ""
    """For reminders: a status update to start from."""


@dataclass(frozen=True, slots=True)
class PageView:
    """What the direct message of a page shows to one person."""

    incident: Incident
    severity: Severity
    page: Page
    ring: Ring
    now: datetime
    answer_by: datetime | None = None
    """Until when the answer of this person's tier is waited for; None when it is not."""
    repeat_unsure: bool = False
    """An earlier attempt may have arrived: say that this may be a repeat."""


@dataclass(frozen=True, slots=True)
class OnCallLine:
    """Who is on call in a schedule now (Slack user id or None), until when, and who is next."""

    schedule: str
    user: str | None
    person: str
    until: datetime | None
    next_user: str | None = None
    next_person: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """The app's Home as one person sees it: the open pages that wait for them, the open incidents
    they take part in, those of others that they may see, and who is on call.
    """

    user: str
    now: datetime
    commands: Commands
    pages: tuple[tuple[Page, Incident], ...] = ()
    mine: tuple[Incident, ...] = ()
    others: tuple[Incident, ...] = ()
    on_call: tuple[OnCallLine, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneDepth:
    """How many jobs of a lane are due, and how long the oldest has waited (seconds).

    `later` of them wait for a rate slot or a retry, the first for `again` seconds.
    """

    name: str
    waiting: int
    oldest: float
    later: int = 0
    again: float = 0.0

    def __str__(self) -> str:
        oldest, again = (say_duration(timedelta(seconds=s)) for s in (self.oldest, self.again))
        said = f"{self.name}: {self.waiting} due, oldest {oldest}"
        return f"{said}, {self.later} put off, next in {again}" if self.later else said
