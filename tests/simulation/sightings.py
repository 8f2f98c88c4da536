"""When things were written down, by the true time: the record's own instants may be wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from incident_bot.domain.effects import EscalationDue, UpdateDue

if TYPE_CHECKING:
    from simulation.world import World

DONE = 1


@dataclass(slots=True)
class Armed:
    """A timer: seen `at` a true time, due `after` so many seconds.

    `from_now` when it is due so long after it was armed, not after something else.
    """

    key: str
    at: float
    after: float
    from_now: bool
    ended_at: float | None = None
    fired: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """When something was seen first: seconds from the start, and by which commit."""

    at: float
    commit: int


class Sightings:
    """Looks at the record after every commit."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._commits = 0
        self.timers: dict[int, Armed] = {}
        self.rings: dict[tuple[int, int, str], Sighting] = {}
        self.ended: dict[int, int] = {}
        """Page → the commit by which it was acknowledged or stopped."""

    def look(self) -> None:
        """Something has just been committed."""
        self._commits += 1
        self._look_at_timers()
        for row in self._world.rows("SELECT page_id, position, user_id FROM ring"):
            self.rings.setdefault(tuple(row), Sighting(self._world.loop.passed, self._commits))
        for row in self._world.rows(
            "SELECT id FROM page WHERE state IN ('acknowledged', 'stopped')"
        ):
            self.ended.setdefault(row["id"], self._commits)

    def _look_at_timers(self) -> None:
        now = self._world.loop.passed
        new = self._world.rows(
            "SELECT id, key, kind, payload, run_at, created_at FROM job"
            " WHERE kind LIKE 'timer.%' AND id > ?",
            max(self.timers, default=0),
        )
        for row in new:
            # Others are due so long after something that another clock may have written.
            from_now = row["kind"] == EscalationDue.kind or (
                row["kind"] == UpdateDue.kind and json.loads(row["payload"])["step"] == "warn"
            )
            after = (row["run_at"] - row["created_at"]) / 1e6
            self.timers[row["id"]] = Armed(row["key"], now, after, from_now)
        for row in self._world.rows(
            "SELECT id, status FROM job WHERE status <> 0 AND kind LIKE 'timer.%'"
        ):
            timer = self.timers[row["id"]]
            if timer.ended_at is None:
                timer.ended_at, timer.fired = now, row["status"] == DONE
