"""What is done once in a while: forget what no redelivery can reach, and repair what cannot be."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.effects import Work
from incident_bot.engine.watch import Watch
from incident_bot.errors import Unavailable
from incident_bot.operations import reminders
from incident_bot.operations.desk import Desk

FIRST = timedelta(seconds=30)
"""After a start, whose own rush goes first."""
EVERY = timedelta(minutes=10)
AGAIN = timedelta(seconds=15)
KEEP_SEEN = timedelta(days=1)
KEEP_DONE = timedelta(days=90)
SLICE = 1000
"""Rows dropped at once: nobody else writes to SQLite meanwhile."""
GRACE = timedelta(seconds=5)
_log = structlog.get_logger()


class Housekeeping:
    """Audits and prunes: soon after the start, soon after the database came back, now and then."""

    def __init__(self, desk: Desk, watch: Watch) -> None:
        self._desk = desk
        self._watch = watch

    async def run(self) -> None:
        """Run until cancelled."""
        pause = FIRST
        while True:
            await self._desk.clock.sleep(pause.total_seconds())
            pause = EVERY
            try:
                await self.once()
            except Unavailable as error:
                _log.warning("housekeeping.postponed", why=str(error))
                pause = AGAIN

    async def once(self) -> None:
        """Audit and prune once.

        Raises:
            Unavailable: when the database does not answer.
        """
        now = self._desk.clock.now()
        async with self._desk.database.write() as tx:
            repaired = await self._audit(tx, now)
            strange = await tx.backlog.strange()
            await tx.seen.forget(now - KEEP_SEEN)
        for work, _ in repaired:
            self._watch.repaired(work.kind)
        if strange:
            _log.warning("audit.other_release", kinds=dict(strange))
        await self._prune(now - KEEP_DONE)

    async def _audit(self, tx: Transaction, now: datetime) -> list[tuple[Work, datetime]]:
        """What is promised must have a job that keeps it; returns what had to be armed again."""
        found, settled = tx.impossible, now - GRACE
        missing: list[Work] = [
            *(effects.EscalationDue(*page) for page in await found.pages_without_timer(settled)),
            *(effects.RingPerson(*ring) for ring in await found.rings_without_job(settled)),
            *(effects.OpenRoom(one) for one in await found.incidents_without_room(settled)),
            *(effects.PostCard(one) for one in await found.rooms_without_card()),
        ]
        again = [(work, now) for work in missing]
        for number in await found.incidents_without_reminder():
            again += await reminders.missing(tx, self._desk.rules(), number, now)
        for work, at in again:
            _log.error("audit.repaired", missing=work.key)
            await tx.jobs.rearm(work, at, now)
        return again

    async def _prune(self, before: datetime) -> None:
        while True:
            async with self._desk.database.read() as tx:
                old = await tx.jobs.finished(before, SLICE)
            if not old:
                return
            async with self._desk.database.write() as tx:
                await tx.jobs.drop(old)
