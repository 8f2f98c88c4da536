"""A page and its ledger, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PageState(StrEnum):
    """Whether anybody still has to answer."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"
    STOPPED = "stopped"


class RingState(StrEnum):
    """How far the page to one person has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Step:
    """One tier of a page, fixed when the page starts: who, and how long they have."""

    label: str
    targets: tuple[str, ...]
    acknowledge_within: float  # seconds


@dataclass(frozen=True, slots=True)
class Page:
    """One run of an escalation policy. `position` counts steps over all rounds, from 0."""

    id: int
    incident: int
    policy: str
    message: str
    steps: tuple[Step, ...]
    rounds: int
    state: PageState
    position: int
    started_by: str | None
    started_at: datetime
    origin: str
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def last_position(self) -> int:
        """The position after which there is nobody left."""
        return len(self.steps) * self.rounds - 1

    def waits_at(self, position: int) -> bool:
        """Whether it is open, and climbed just as far as a position."""
        return self.state is PageState.OPEN and self.position == position

    def step(self, position: int) -> Step:
        """The tier at a position, whatever the round."""
        return self.steps[position % len(self.steps)]

    def tier(self, position: int) -> int:
        """The tier's number within its round, from 0."""
        return position % len(self.steps)


@dataclass(frozen=True, slots=True)
class Ring:
    """One line of the ledger: one person, paged at one position."""

    page: int
    position: int
    user: str
    state: RingState
    queued_at: datetime
    why: str = ""
    sent_at: datetime | None = None
    channel: str | None = None
    ts: str | None = None
