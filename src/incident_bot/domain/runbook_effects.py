"""What the bot does about the runbooks of an incident: checklists, gaps, executions of steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incident_bot.domain.work import Lane, OfIncident, Work, work


@work
@dataclass(frozen=True, slots=True)
class PostChecklist(OfIncident):
    """Post the checklist of a runbook in the room."""

    checklist: int
    kind: ClassVar[str] = "checklist.post"

    @property
    def queue(self) -> str | None:
        return f"room:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class RefreshChecklist(OfIncident):
    """Make a checklist show the present state of its steps."""

    checklist: int
    kind: ClassVar[str] = "checklist.refresh"

    @property
    def merge(self) -> str | None:
        return f"{self.kind}:{self.checklist}"

    @property
    def queue(self) -> str | None:
        # One after another, so that no earlier state is shown last.
        return f"checklists:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class RefreshChecklists(OfIncident):
    """Make every checklist of an incident show whether it goes on."""

    kind: ClassVar[str] = "checklists.refresh"

    @property
    def merge(self) -> str | None:
        return f"{self.kind}:{self.incident}"

    @property
    def queue(self) -> str | None:
        return f"checklists:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class ShowRunbook(OfIncident):
    """Show a section of a runbook in the room, or (None) its outline; `origin` is who asked when.

    `note` says why this one; `also` are others that are offered with it.
    """

    runbook: str
    section: str | None
    page: int
    origin: str
    note: str = ""
    also: tuple[str, ...] = ()
    kind: ClassVar[str] = "runbook.show"

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.incident}/{self.origin}"

    @property
    def queue(self) -> str | None:
        # Its own: somebody waits for it, and needs no card or entry before it.
        return f"{self.kind}:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class ShareRunbook(Work):
    """Share a long section as a file: in a thread of the room, else with who asked alone.

    `incident` is None outside an incident's room, `thread` is the message it belongs to ("" is
    none), `origin` who asked when.
    """

    incident: int | None
    runbook: str
    section: str
    user: str
    thread: str
    origin: str
    kind: ClassVar[str] = "runbook.share"

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.origin}"


@work
@dataclass(frozen=True, slots=True)
class TellGap(Work):
    """Tell the owner of a runbook what it lacks; `use` is what was recorded."""

    use: int
    user: str
    kind: ClassVar[str] = "gap.tell"
    lane: ClassVar[Lane] = Lane.DECORATION


@work
@dataclass(frozen=True, slots=True)
class RemindReviews(Work):
    """Look which reviews and drills are overdue on a morning, and arm the next one.

    `at` is the setting it was armed by: when that has changed, this one is void.
    """

    day: str
    at: str
    kind: ClassVar[str] = "reviews.remind"
    lane: ClassVar[Lane] = Lane.HOUSEKEEPING
    calendar: ClassVar[bool] = True


@work
@dataclass(frozen=True, slots=True)
class TellReviews(Work):
    """Tell an owner (or, for "", the configured channel) once a day what is overdue."""

    day: str
    user: str
    kind: ClassVar[str] = "reviews.tell"
    lane: ClassVar[Lane] = Lane.DECORATION


@work
@dataclass(frozen=True, slots=True)
class RunStep(Work):
    """Execute a step, at most once. It has no subject: what was approved is not cancelled."""

    incident: int
    run: int
    kind: ClassVar[str] = "step.run"


@work
@dataclass(frozen=True, slots=True)
class PostRun(OfIncident):
    """Post the card of an execution in the room."""

    run: int
    kind: ClassVar[str] = "run.post"

    @property
    def queue(self) -> str | None:
        return f"room:{self.incident}"


@work
@dataclass(frozen=True, slots=True)
class RefreshRun(OfIncident):
    """Make the card of an execution show how far it is."""

    run: int
    kind: ClassVar[str] = "run.refresh"

    @property
    def merge(self) -> str | None:
        return f"{self.kind}:{self.run}"


@work
@dataclass(frozen=True, slots=True)
class SayRun(OfIncident):
    """Say in the thread of an execution how it ended, with its output."""

    run: int
    state: str
    kind: ClassVar[str] = "run.say"


@work
@dataclass(frozen=True, slots=True)
class ApprovalDue(OfIncident):
    """Nobody approved an execution in time."""

    run: int
    kind: ClassVar[str] = "timer.approval"
    timer: ClassVar[bool] = True
