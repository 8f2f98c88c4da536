"""What every event is: a fact about one incident, with its sentence for the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """A fact about one incident. `actor` is a Slack user id, or None when the bot did it."""

    kind: ClassVar[str] = ""

    incident: int
    actor: str | None

    def sentence(self) -> str:
        """What the timeline says."""
        raise NotImplementedError  # pragma: no cover -- every event below says its own
