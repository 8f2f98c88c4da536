"""What every operation is handed: the record, the clock, the mint, and the house rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from incident_bot.clock import Clock
from incident_bot.database.connection import Database
from incident_bot.domain.configuration import Configuration
from incident_bot.ids import Mint

LONGEST_WAIT_FOR_DATABASE = 5.0
LEASE = 60.0
"""Seconds a claim lasts, on the wall: several times the longest call to a neighbour."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk at which orders are carried out.

    `me` names this process in leases; `rules()` is the configuration now in force.
    """

    me: str

    database: Database
    mint: Mint
    rules: Callable[[], Configuration]
    lease_seconds: float = LEASE

    @property
    def clock(self) -> Clock:
        """The one clock of this process, by which the record is written, too."""
        return self.database.clock

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts in this clock's time: on a paced clock longer by its speed."""
        return timedelta(seconds=self.lease_seconds) / self.clock.real_seconds(1.0)

    async def wait_for_database(self, failures: int) -> float:
        """Wait after the n-th time in a row that the database did not answer; how long (real s)."""
        wait: float = min(LONGEST_WAIT_FOR_DATABASE, 0.1 * 2 ** min(failures, 10))
        await self.clock.sleep(wait / self.clock.real_seconds(1.0))
        return wait
