"""What paging makes the bot do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incident_bot.domain.work import Lane, Work, work


@work
@dataclass(frozen=True, slots=True)
class RingPerson(Work):
    """Page one person by direct message."""

    page: int
    position: int
    user: str
    kind: ClassVar[str] = "page.ring"
    lane: ClassVar[Lane] = Lane.PAGES

    @property
    def subject(self) -> str | None:
        return f"page:{self.page}"


@work
@dataclass(frozen=True, slots=True)
class MentionTier(Work):
    """Mention the people of a tier in the room."""

    page: int
    position: int
    why: str = ""
    kind: ClassVar[str] = "page.mention"
    lane: ClassVar[Lane] = Lane.PAGES

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.page}/{self.position}"

    @property
    def subject(self) -> str | None:
        return f"page:{self.page}"


@work
@dataclass(frozen=True, slots=True)
class RefreshRing(Work):
    """Make the direct message of a page show how it stands."""

    page: int
    position: int
    user: str
    state: str
    kind: ClassVar[str] = "page.refresh"

    @property
    def queue(self) -> str:
        # One message: what is sent later must not be overtaken by what was made earlier.
        return f"{self.kind}:{self.page}/{self.position}/{self.user}"


@work
@dataclass(frozen=True, slots=True)
class RefreshMention(Work):
    """Make the mention of a tier in the room show how the page stands; `why` as in MentionTier."""

    page: int
    position: int
    state: str
    why: str = ""
    kind: ClassVar[str] = "mention.refresh"

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.page}/{self.position}/{self.state}"

    @property
    def queue(self) -> str:
        return f"{self.kind}:{self.page}/{self.position}"
