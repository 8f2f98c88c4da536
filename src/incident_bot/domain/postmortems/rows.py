"""One row of the post-mortem's timeline, and the order rows stand in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from incident_bot.domain.postmortems.record import Source

Confidence = Literal["recorded", "quoted", "hypothesis", "recollection"]
Phase = Literal["detection", "investigation", "mitigation", "recovery", "verification", "follow-up"]

_SOURCE_ORDER: dict[Source, int] = {"alert": 0, "deploy": 1, "system": 2, "slack": 3, "human": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact. ``text`` is plain and redacted: an event phrase, or a quote, never a paraphrase.

    ``count`` above 1 stands for repeats collapsed into this row, the last at ``last_at``.
    """

    at: datetime
    text: str
    kind: str
    source: Source
    actor: str = ""
    actor_role: str = ""
    evidence_url: str | None = None
    confidence: Confidence = "recorded"
    phase: Phase = "detection"
    tags: tuple[str, ...] = ()
    count: int = 1
    last_at: datetime | None = None


def order(row: Row) -> tuple[datetime, bool, int, str, str]:
    """Event time first; at the same instant an alert before the system before people.

    A silence comes after whatever it follows.
    """
    return (row.at, row.kind == "gap", _SOURCE_ORDER[row.source], row.kind, row.text)
