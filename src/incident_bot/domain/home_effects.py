"""What the app's Home makes the bot do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incident_bot.domain.work import Lane, Work, work


@work
@dataclass(frozen=True, slots=True)
class PublishHome(Work):
    """Show somebody who visits the app's Home what concerns them.

    The `number`-th time since a `visit` (from 0): while somebody may be looking it is kept current.
    """

    user: str
    visit: str
    number: int = 0
    kind: ClassVar[str] = "home.publish"
    lane: ClassVar[Lane] = Lane.DECORATION

    @property
    def subject(self) -> str | None:
        return f"home:{self.user}"

    @property
    def queue(self) -> str | None:
        # One view: what is made later must not be overtaken by what was made earlier.
        return f"{self.kind}:{self.user}"
