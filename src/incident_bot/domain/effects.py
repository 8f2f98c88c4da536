"""Everything the bot can do to the outside, and every timer it can set, as small values.

An effect says what, never how it looks: its message is made at the last moment from the state at
that time. Each names its lane, a key that is a function of the decision (so that it is done once),
a subject by which it is cancelled, and, for refreshes, a merge key: while one waits, another is
not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from incident_bot.domain.home_effects import PublishHome
from incident_bot.domain.oncall_effects import FollowShift
from incident_bot.domain.page_effects import (
    MentionTier,
    RefreshMention,
    RefreshRing,
    RingPerson,
)
from incident_bot.domain.runbook_effects import (
    ApprovalDue,
    PostChecklist,
    PostRun,
    RefreshChecklist,
    RefreshChecklists,
    RefreshRun,
    RemindReviews,
    RunStep,
    SayRun,
    ShareRunbook,
    ShowRunbook,
    TellGap,
    TellReviews,
)
from incident_bot.domain.work import WORK, Lane, OfIncident, Refresh, Work, work

__all__ = [
    "WORK",
    "ApprovalDue",
    "FollowShift",
    "Lane",
    "MentionTier",
    "PostChecklist",
    "PostRun",
    "PublishHome",
    "RefreshChecklist",
    "RefreshChecklists",
    "RefreshMention",
    "RefreshRing",
    "RefreshRun",
    "RemindReviews",
    "RingPerson",
    "RunStep",
    "SayRun",
    "ShareRunbook",
    "ShowRunbook",
    "TellGap",
    "TellReviews",
    "Work",
]


# --- the room and its furniture ---------------------------------------------------------------


@work
@dataclass(frozen=True, slots=True)
class OpenRoom(OfIncident):
    """Create the incident's channel. What is said in the room waits behind it."""

    kind: ClassVar[str] = "room.open"

    @property
    def queue(self) -> str | None:
        return f"room:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class PostCard(OfIncident):
    """Post the control card in the room, before anything else is said there."""

    kind: ClassVar[str] = "card.post"

    @property
    def queue(self) -> str | None:
        return f"room:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class RefreshCard(Refresh):
    """Make the control card show the present state."""

    kind: ClassVar[str] = "card.refresh"


@work
@dataclass(frozen=True, slots=True)
class PinCard(OfIncident):
    """Pin the control card."""

    kind: ClassVar[str] = "card.pin"
    lane: ClassVar[Lane] = Lane.DECORATION


@work
@dataclass(frozen=True, slots=True)
class SetTopic(Refresh):
    """Make the room's topic say severity, status and commander."""

    kind: ClassVar[str] = "topic.set"
    lane: ClassVar[Lane] = Lane.DECORATION


@work
@dataclass(frozen=True, slots=True)
class Bookmark(OfIncident):
    """Bookmark a link in the room."""

    title: str
    link: str
    kind: ClassVar[str] = "bookmark.add"
    lane: ClassVar[Lane] = Lane.DECORATION


@work
@dataclass(frozen=True, slots=True)
class Invite(OfIncident):
    """Bring people into the room, also those who have left it since they were brought last."""

    users: tuple[str, ...]
    kind: ClassVar[str] = "room.invite"

    @property
    def merge(self) -> str | None:
        return f"{self.kind}:{self.incident}/{'+'.join(self.users)}"


@work
@dataclass(frozen=True, slots=True)
class Announce(OfIncident):
    """Tell the announcements channel."""

    kind: ClassVar[str] = "announcement.post"


@work
@dataclass(frozen=True, slots=True)
class RefreshAnnouncement(Refresh):
    """Make the announcement show the present state."""

    kind: ClassVar[str] = "announcement.refresh"


@work
@dataclass(frozen=True, slots=True)
class ShowReceipt(Refresh):
    """Tick the steps of the declarer's ephemeral receipt."""

    kind: ClassVar[str] = "receipt.show"
    lane: ClassVar[Lane] = Lane.DECORATION


@work
@dataclass(frozen=True, slots=True)
class SayEntry(OfIncident):
    """Say in the room what one timeline entry records."""

    entry: int
    kind: ClassVar[str] = "entry.say"

    @property
    def queue(self) -> str | None:
        return f"room:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class ConfirmPin(OfIncident):
    """Show on a message that it is on the timeline."""

    channel: str
    ts: str
    kind: ClassVar[str] = "pin.confirm"
    lane: ClassVar[Lane] = Lane.DECORATION


# --- post-mortem ------------------------------------------------------------------------------


@work
@dataclass(frozen=True, slots=True)
class ReadHistory(OfIncident):
    """Back-fill the room's messages, so that the draft misses nothing."""

    revision: int
    kind: ClassVar[str] = "history.read"


@work
@dataclass(frozen=True, slots=True)
class DraftPostmortem(OfIncident):
    """Write the draft from the record and what was said."""

    revision: int
    kind: ClassVar[str] = "postmortem.draft"


@work
@dataclass(frozen=True, slots=True)
class UploadPostmortem(OfIncident):
    """Deliver a post-mortem draft as a file in the room."""

    revision: int
    kind: ClassVar[str] = "postmortem.upload"


@work
@dataclass(frozen=True, slots=True)
class RepairRoom(Work):
    """Connected (again) at an instant: compare a room with the record, one room after the other."""

    incident: int
    at: float
    kind: ClassVar[str] = "room.repair"
    lane: ClassVar[Lane] = Lane.HOUSEKEEPING

    @property
    def merge(self) -> str | None:
        return f"{self.kind}:{self.incident}"

    @property
    def queue(self) -> str | None:
        return self.kind


# --- timers -----------------------------------------------------------------------------------


@work
@dataclass(frozen=True, slots=True)
class EscalationDue(Work):
    """Nobody answered a tier in time."""

    page: int
    position: int
    kind: ClassVar[str] = "timer.escalation"
    lane: ClassVar[Lane] = Lane.PAGES
    timer: ClassVar[bool] = True

    @property
    def subject(self) -> str | None:
        return f"page:{self.page}"


@work
@dataclass(frozen=True, slots=True)
class UpdateDue(Work):
    """A status update is (nearly) due."""

    incident: int
    generation: int
    step: str
    kind: ClassVar[str] = "timer.update"
    timer: ClassVar[bool] = True

    @property
    def subject(self) -> str | None:
        return f"cadence:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class AgeDue(Work):
    """An incident is so old that somebody else must know.

    `generation` is the incident's: what was cancelled by a lower severity or a resolution can be
    armed again.
    """

    incident: int
    policy: str
    after_seconds: float
    generation: int = 0
    kind: ClassVar[str] = "timer.age"
    lane: ClassVar[Lane] = Lane.PAGES
    timer: ClassVar[bool] = True

    @property
    def subject(self) -> str | None:
        return f"age:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class OpeningDue(Work):
    """Business hours begin: page for an incident that could wait for them.

    `generation` as in `AgeDue`.
    """

    incident: int
    policy: str
    generation: int = 0
    kind: ClassVar[str] = "timer.opening"
    lane: ClassVar[Lane] = Lane.PAGES
    timer: ClassVar[bool] = True
    calendar: ClassVar[bool] = True

    @property
    def subject(self) -> str | None:
        return f"age:{self.incident}"


# --- inbound ----------------------------------------------------------------------------------


@work
@dataclass(frozen=True, slots=True)
class Inbound(Work):
    """What a person did in Slack, recorded before it is acknowledged.

    `type` is the envelope's type, `origin` its idempotency key, `body` Slack's payload;
    `traceparent` is its trace, if it is traced.
    """

    origin: str
    type: str
    body: dict[str, Any]
    traceparent: str = ""
    kind: ClassVar[str] = "inbound"

    @property
    def key(self) -> str:
        return f"inbound:{self.origin}"
