"""An incident, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from incident_bot.ids import incident_ref


class Status(StrEnum):
    """Where an incident is in its life."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


OPEN_STATUSES = (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING)


@dataclass(frozen=True, slots=True)
class Incident:
    """State of one incident. `id` is 0 until it is recorded.

    Every instant is aware, UTC. `update_generation` counts status updates and re-arms, so that a
    reminder of an earlier generation knows that it is stale.
    """

    id: int
    title: str
    severity: str
    status: Status
    declared_by: str
    declared_at: datetime
    origin: str
    private: bool = False
    drill: bool = False
    service: str | None = None
    summary: str = ""
    channel_id: str | None = None
    channel_name: str | None = None
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    update_due_at: datetime | None = None
    update_generation: int = 0
    last_update_at: datetime | None = None
    last_update: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    receipt_url: str | None = None
    version: int = 0

    @property
    def ref(self) -> str:
        """How people call it: `INC-42`."""
        return incident_ref(self.id)

    @property
    def is_open(self) -> bool:
        """Whether somebody is still working on it."""
        return self.status in OPEN_STATUSES

    @property
    def involved(self) -> frozenset[str]:
        """Who declared it and who has a role in it (Slack user ids)."""
        return frozenset({self.declared_by, *self.roles.values()})

    def with_(self, **changes: object) -> Self:
        """A copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]
