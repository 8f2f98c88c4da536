"""What can happen to the runbooks of an incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incident_bot.domain.incidents.event import Event


@dataclass(frozen=True, slots=True)
class RunbookOpened(Event):
    """Somebody read a runbook section."""

    kind: ClassVar[str] = "runbook"
    runbook: str
    section: str

    def sentence(self) -> str:
        return f"<@{self.actor}> opened runbook {self.runbook} › {self.section}"


@dataclass(frozen=True, slots=True)
class RunbookStarted(Event):
    """The room follows a runbook step by step."""

    kind: ClassVar[str] = "runbook_started"
    runbook: str
    checklist: int
    steps: int

    def sentence(self) -> str:
        return f"<@{self.actor}> started runbook {self.runbook} ({self.steps} steps)"


@dataclass(frozen=True, slots=True)
class RunbookStepped(Event):
    """A step of a runbook, or a whole section, was done, skipped, failed or opened again.

    `checklist` is 0 for a section read outside of a checklist.
    """

    kind: ClassVar[str] = "runbook_step"
    runbook: str
    section: str
    step: str
    state: str
    checklist: int = 0

    def sentence(self) -> str:
        what = " › ".join(part for part in (self.runbook, self.section, self.step) if part)
        return f"Runbook step {self.state}: {what}"


@dataclass(frozen=True, slots=True)
class RunbookRated(Event):
    """Somebody said whether a runbook helped: worked, failed or outdated."""

    kind: ClassVar[str] = "runbook_rated"
    runbook: str
    rating: str
    note: str = ""

    def sentence(self) -> str:
        note = f": {self.note}" if self.note else ""
        return f"Runbook {self.runbook} rated {self.rating}{note}"


@dataclass(frozen=True, slots=True)
class RunbookGapReported(Event):
    """A runbook lacks something, or ("") there is none. `owners` are Slack users to tell."""

    kind: ClassVar[str] = "runbook_gap"
    runbook: str
    text: str
    owners: tuple[str, ...] = ()
    team: str = ""

    def sentence(self) -> str:
        where = f"Gap in runbook {self.runbook}" if self.runbook else "No runbook for this"
        return f"{where}: {self.text}"


@dataclass(frozen=True, slots=True)
class StepExecuted(Event):
    """An executable step was asked for, approved, rejected, or has ended."""

    kind: ClassVar[str] = "runbook_execution"
    run: int
    step: str
    state: str
    detail: str = ""
    dry: bool = False

    def sentence(self) -> str:
        what = "Dry run of step" if self.dry else "Step"
        detail = f": {self.detail}" if self.detail else ""
        return f"{what} {self.step} {self.state}{detail}"
