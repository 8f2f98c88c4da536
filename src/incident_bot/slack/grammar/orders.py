"""Every order that can be typed. Texts are as the person wrote them, entities undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named: `user` is the id when Slack gave one, else None with the `name` as typed."""

    user: str | None
    name: str = ""


# -- /incident


@dataclass(frozen=True, slots=True)
class Declare:
    """Open an incident now. `severity` is a name of the scheme, None for the usual one."""

    severity: str | None
    title: str
    private: bool = False
    drill: bool = False
    service: str | None = None


@dataclass(frozen=True, slots=True)
class DeclareForm:
    """Open the form of a declaration."""


@dataclass(frozen=True, slots=True)
class Update:
    """Give a status update."""

    text: str


@dataclass(frozen=True, slots=True)
class UpdateForm:
    """Open the form of a status update."""


@dataclass(frozen=True, slots=True)
class Status:
    """Take a step of the lifecycle; `word` is as typed."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class SetSeverity:
    """Change the severity; `word` is a name of the scheme."""

    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class SeverityForm:
    """Open the form that changes the severity."""


@dataclass(frozen=True, slots=True)
class TakeRole:
    """Give a role to somebody; None means whoever asks."""

    role: str
    user: Mention | None


@dataclass(frozen=True, slots=True)
class RolesForm:
    """Open the form of the roles."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Make somebody the commander; None means whoever asks."""

    user: Mention | None


@dataclass(frozen=True, slots=True)
class Log:
    """Write something on the timeline."""

    text: str


@dataclass(frozen=True, slots=True)
class LogForm:
    """Open the form of a timeline entry."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Show the timeline."""


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the incident a better title."""

    title: str


@dataclass(frozen=True, slots=True)
class Resolve:
    """It is over for those affected."""

    summary: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """It was not over."""

    reason: str


@dataclass(frozen=True, slots=True)
class Close:
    """The paperwork is done."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """It was no incident."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postmortem:
    """Ask for a draft of the post-mortem."""


@dataclass(frozen=True, slots=True)
class List:
    """List incidents; `severity` is a name of the scheme, or None for all."""

    which: Literal["open", "all", "mine"] = "open"
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """Show one incident by number; None means that of the room."""

    number: int | None


@dataclass(frozen=True, slots=True)
class Catchup:
    """A brief for somebody who joins late."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """What is stuck, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Help:
    """Help, about everything ("") or one topic."""

    topic: str = ""


# -- /page


@dataclass(frozen=True, slots=True)
class PageForm:
    """Open the form of a page."""


@dataclass(frozen=True, slots=True)
class PagePolicy:
    """Page an escalation policy; `policy` is as typed when there is none of that name."""

    policy: str
    message: str


@dataclass(frozen=True, slots=True)
class PagePerson:
    """Page one person."""

    user: Mention
    message: str


@dataclass(frozen=True, slots=True)
class PageAck:
    """I am on it."""


@dataclass(frozen=True, slots=True)
class PageDecline:
    """I cannot."""


@dataclass(frozen=True, slots=True)
class PageEscalate:
    """Page the next tier now."""


@dataclass(frozen=True, slots=True)
class PageStatus:
    """Who was paged, and how far that came."""


# -- /runbook


@dataclass(frozen=True, slots=True)
class RunbookList:
    """List the runbooks."""


@dataclass(frozen=True, slots=True)
class RunbookShow:
    """Show a runbook, or one section of it."""

    name: str
    section: str | None = None


@dataclass(frozen=True, slots=True)
class RunbookSearch:
    """Find runbooks by their text."""

    text: str


@dataclass(frozen=True, slots=True)
class RunbookSuggest:
    """Suggest runbooks for a symptom, or ("") for the incident of the room."""

    text: str


@dataclass(frozen=True, slots=True)
class RunbookFor:
    """Show the runbook of an alert: its name, its labels, its payload or its address."""

    text: str


@dataclass(frozen=True, slots=True)
class RunbookStart:
    """Follow a runbook step by step, or (None) the one used last in the room."""

    name: str | None


@dataclass(frozen=True, slots=True)
class RunbookRate:
    """Say whether a runbook helped; what is None is asked for, or is that of the room."""

    name: str | None
    rating: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RunbookGap:
    """Say what a runbook lacks; `name` is None when it is that of the room."""

    name: str | None
    text: str


@dataclass(frozen=True, slots=True)
class RunbookGapForm:
    """Open the form of a gap."""


@dataclass(frozen=True, slots=True)
class RunbookStats:
    """How runbooks are used, or one of them."""

    name: str | None


# -- /oncall


@dataclass(frozen=True, slots=True)
class OnCallNow:
    """Who is on call now, and next."""


@dataclass(frozen=True, slots=True)
class OnCallSchedule:
    """Who is on call in one schedule."""

    name: str


# -- what could not be read


@dataclass(frozen=True, slots=True)
class UnknownSeverity:
    """A word that is meant as a severity and is none of the scheme's."""

    word: str
    nearest: str
    example: str
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that is no command; `example` can be typed as it stands."""

    word: str
    nearest: str
    example: str


@dataclass(frozen=True, slots=True)
class Misused:
    """A command without what it needs: what is missing, and an example to type."""

    say: str
    example: str


Order = (
    Declare
    | DeclareForm
    | Update
    | UpdateForm
    | Status
    | SetSeverity
    | SeverityForm
    | TakeRole
    | RolesForm
    | Lead
    | Log
    | LogForm
    | Timeline
    | Rename
    | Resolve
    | Reopen
    | Close
    | Cancel
    | Postmortem
    | List
    | Show
    | Catchup
    | Doctor
    | Help
    | PageForm
    | PagePolicy
    | PagePerson
    | PageAck
    | PageDecline
    | PageEscalate
    | PageStatus
    | RunbookList
    | RunbookShow
    | RunbookSearch
    | RunbookSuggest
    | RunbookFor
    | RunbookStart
    | RunbookRate
    | RunbookGap
    | RunbookGapForm
    | RunbookStats
    | OnCallNow
    | OnCallSchedule
    | UnknownSeverity
    | Unknown
    | Misused
)
