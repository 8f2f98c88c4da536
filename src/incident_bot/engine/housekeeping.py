"""What is done once in a while: forget what no redelivery can reach, and repair what cannot be."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.errors import Unavailable
from incident_bot.operations.desk import Desk

EVERY = timedelta(minutes=10)
KEEP_SEEN = timedelta(days=1)
KEEP_DONE = timedelta(days=90)
GRACE = timedelta(seconds=5)
_log = structlog.get_logger()


class Housekeeping:
    """Prunes and audits. `repaired` counts what should have been impossible."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.repaired = 0

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            try:
                await self.once()
            except Unavailable as error:
                _log.warning("housekeeping.postponed", why=str(error))
            await self._desk.clock.sleep(EVERY.total_seconds())

    async def once(self) -> None:
        """Prune and audit once.

        Raises:
            Unavailable: when the database does not answer.
        """
        now = self._desk.clock.now()
        async with self._desk.database.write() as tx:
            await tx.seen.forget(now - KEEP_SEEN)
            await tx.jobs.prune(now - KEEP_DONE)
            self.repaired += await self._audit(tx, now)

    async def _audit(self, tx: Transaction, now: datetime) -> int:
        """An open page must have a timer, an open incident a room or an open job for it."""
        repaired = 0
        for page in await tx.pages.open_ones():
            if now - page.started_at < GRACE or page.position < 0:
                continue
            kinds = await tx.jobs.open_kinds(f"page:{page.id}")
            if effects.EscalationDue.kind not in kinds:
                _log.error("audit.page_without_timer", page=page.id, incident=page.incident)
                timer = effects.EscalationDue(page.id, page.position)
                await tx.jobs.rearm(timer, now)
                repaired += 1
        for incident in await tx.incidents.open_ones():
            if incident.channel_id is not None or now - incident.declared_at < GRACE:
                continue
            subject = f"incident:{incident.id}"
            open_kinds = await tx.jobs.open_kinds(subject)
            dead = {letter.kind for letter in await tx.jobs.dead(subject)}
            if effects.OpenRoom.kind not in (*open_kinds, *dead):
                _log.error("audit.incident_without_room", incident=incident.id)
                await tx.jobs.rearm(effects.OpenRoom(incident.id), now)
                repaired += 1
        return repaired
