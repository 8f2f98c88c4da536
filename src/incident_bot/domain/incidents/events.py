"""What can happen to an incident, each event with the sentence that goes on the timeline.

An event is a fact: it is recorded, and `operations.reactions` says what follows from it.
`<@U…>` in a sentence stands for a person and is resolved where it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from incident_bot.domain.durations import say_duration
from incident_bot.domain.incidents.event import Event
from incident_bot.domain.incidents.runbook_events import (
    RunbookGapReported,
    RunbookOpened,
    RunbookRated,
    RunbookStarted,
    RunbookStepped,
    StepExecuted,
)

__all__ = [
    "Event",
    "RunbookGapReported",
    "RunbookOpened",
    "RunbookRated",
    "RunbookStarted",
    "RunbookStepped",
    "StepExecuted",
]


@dataclass(frozen=True, slots=True)
class Declared(Event):
    """An incident began."""

    kind: ClassVar[str] = "declared"
    severity: str
    title: str

    def sentence(self) -> str:
        return f"Declared {self.severity}: {self.title}"


@dataclass(frozen=True, slots=True)
class RoomOpened(Event):
    """Its channel exists."""

    kind: ClassVar[str] = "room_opened"
    channel_id: str
    channel_name: str

    def sentence(self) -> str:
        return f"Room #{self.channel_name} opened"


@dataclass(frozen=True, slots=True)
class UpdatePosted(Event):
    """Somebody gave a status update."""

    kind: ClassVar[str] = "update"
    text: str

    def sentence(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class StatusChanged(Event):
    """A step of the lifecycle."""

    kind: ClassVar[str] = "status"
    before: str
    after: str
    text: str = ""

    def sentence(self) -> str:
        note = f": {self.text}" if self.text else ""
        return f"Status {self.before} → {self.after}{note}"


@dataclass(frozen=True, slots=True)
class SeverityChanged(Event):
    """It turned out worse, or better."""

    kind: ClassVar[str] = "severity"
    before: str
    after: str
    reason: str = ""

    def sentence(self) -> str:
        note = f": {self.reason}" if self.reason else ""
        return f"Severity {self.before} → {self.after}{note}"


@dataclass(frozen=True, slots=True)
class RoleTaken(Event):
    """Somebody wears a hat now."""

    kind: ClassVar[str] = "role"
    role: str
    title: str
    user: str
    before: str | None = None

    def sentence(self) -> str:
        after = f" (was <@{self.before}>)" if self.before else ""
        return f"{self.title}: <@{self.user}>{after}"


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """Somebody wrote something down, or put a message on the timeline."""

    kind: ClassVar[str] = "note"
    text: str

    def sentence(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Renamed(Event):
    """It has a better title."""

    kind: ClassVar[str] = "renamed"
    before: str
    after: str

    def sentence(self) -> str:
        return f"Renamed: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class PageStarted(Event):
    """An escalation policy, or one person, is being paged."""

    kind: ClassVar[str] = "page"
    page: int
    policy: str
    message: str = ""

    def sentence(self) -> str:
        note = f": {self.message}" if self.message else ""
        return f"Paging {self.policy}{note}"


@dataclass(frozen=True, slots=True)
class TierRung(Event):
    """The people of one tier are being paged."""

    kind: ClassVar[str] = "tier"
    page: int
    position: int
    tier: int
    label: str
    users: tuple[str, ...]
    why: str = ""

    def sentence(self) -> str:
        who = ", ".join(f"<@{user}>" for user in self.users)
        because = f" ({self.why})" if self.why else ""
        return f"Tier {self.tier + 1} {self.label}: paging {who}{because}".replace("  ", " ")


@dataclass(frozen=True, slots=True)
class TierSkipped(Event):
    """Nobody of a tier can be paged, so the next is."""

    kind: ClassVar[str] = "tier_skipped"
    page: int
    tier: int
    label: str
    why: str

    def sentence(self) -> str:
        return f"Tier {self.tier + 1} {self.label} skipped: {self.why}".replace("  ", " ")


@dataclass(frozen=True, slots=True)
class PageFailed(Event):
    """A page could not be delivered to somebody."""

    kind: ClassVar[str] = "page_failed"
    page: int
    user: str
    why: str

    def sentence(self) -> str:
        return f"Page to <@{self.user}> failed: {self.why}"


@dataclass(frozen=True, slots=True)
class Acknowledged(Event):
    """Somebody is on it."""

    kind: ClassVar[str] = "acknowledged"
    page: int
    policy: str

    def sentence(self) -> str:
        return f"<@{self.actor}> acknowledged the page of {self.policy}"


@dataclass(frozen=True, slots=True)
class Declined(Event):
    """Somebody cannot take it."""

    kind: ClassVar[str] = "declined"
    page: int
    policy: str

    def sentence(self) -> str:
        return f"<@{self.actor}> declined the page of {self.policy}"


@dataclass(frozen=True, slots=True)
class PageExhausted(Event):
    """Everybody was paged and nobody acknowledged."""

    kind: ClassVar[str] = "page_exhausted"
    page: int
    policy: str

    def sentence(self) -> str:
        return f"Nobody acknowledged the page of {self.policy}; every tier was tried"


@dataclass(frozen=True, slots=True)
class NobodyToPage(Event):
    """Paging was wanted and there is nobody to page."""

    kind: ClassVar[str] = "nobody_to_page"
    why: str

    def sentence(self) -> str:
        return f"Nobody was paged: {self.why}"


@dataclass(frozen=True, slots=True)
class UpdateReminded(Event):
    """A status update is due, or overdue."""

    kind: ClassVar[str] = "reminder"
    step: str
    late_by: float = 0.0
    asked: str | None = None

    def sentence(self) -> str:
        whom = f"; asked <@{self.asked}>" if self.asked else ""
        if self.step == "warn":
            return f"Status update due soon{whom}"
        return f"Status update overdue{whom}"


@dataclass(frozen=True, slots=True)
class Resolved(Event):
    """It is over for those affected."""

    kind: ClassVar[str] = "resolved"
    summary: str
    after_seconds: float

    def sentence(self) -> str:
        from_declared = say_duration(timedelta(seconds=self.after_seconds))
        note = f": {self.summary}" if self.summary else ""
        return f"Resolved after {from_declared}{note}"


@dataclass(frozen=True, slots=True)
class Reopened(Event):
    """It was not over."""

    kind: ClassVar[str] = "reopened"
    reason: str = ""

    def sentence(self) -> str:
        note = f": {self.reason}" if self.reason else ""
        return f"Reopened{note}"


@dataclass(frozen=True, slots=True)
class Closed(Event):
    """The paperwork is done."""

    kind: ClassVar[str] = "closed"

    def sentence(self) -> str:
        return "Closed"


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    """It was no incident."""

    kind: ClassVar[str] = "cancelled"
    reason: str = ""

    def sentence(self) -> str:
        note = f": {self.reason}" if self.reason else ""
        return f"Cancelled{note}"


@dataclass(frozen=True, slots=True)
class PostmortemAsked(Event):
    """Somebody wants the draft."""

    kind: ClassVar[str] = "postmortem_asked"
    revision: int

    def sentence(self) -> str:
        return "Post-mortem draft asked for"


@dataclass(frozen=True, slots=True)
class PostmortemDrafted(Event):
    """The draft is there."""

    kind: ClassVar[str] = "postmortem"
    revision: int

    def sentence(self) -> str:
        return f"Post-mortem draft {self.revision} written"


@dataclass(frozen=True, slots=True)
class DeliveryFailed(Event):
    """Something the bot meant to do in Slack will not happen by itself.

    `on_card` is whether the control card can say so.
    """

    kind: ClassVar[str] = "delivery_failed"
    what: str
    why: str
    on_card: bool = True

    def sentence(self) -> str:
        return f"Could not {self.what}: {self.why}"
