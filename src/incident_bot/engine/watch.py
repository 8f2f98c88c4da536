"""What the engine tells of itself."""

from __future__ import annotations

from typing import Protocol

from incident_bot.database.jobs import Claimed
from incident_bot.domain.delivery import Outcome


class Watch(Protocol):
    """Told of everything the engine does; seconds are of the engine's clock."""

    def fired(self, kind: str, late: float) -> None:
        """A timer was fired, `late` seconds after it was due."""
        ...

    def settled(self, job: Claimed, outcome: Outcome, age: float) -> None:
        """An effect's attempt has ended, `age` seconds after it was due."""
        ...

    def lost(self, kind: str) -> None:
        """A lease ran out while the job was being done."""
        ...

    def repaired(self, kind: str) -> None:
        """A job was missing that should have been there, and was armed again."""
        ...

    def beat(self) -> None:
        """The loop went round."""
        ...
