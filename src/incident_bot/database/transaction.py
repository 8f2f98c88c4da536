"""One transaction and the repositories that live in it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.clock import Clock
from incident_bot.database.backlog import Backlog
from incident_bot.database.checklists import Checklists
from incident_bot.database.gesture import Attempt, current_attempt, mark_of
from incident_bot.database.impossible import Impossible
from incident_bot.database.incidents import Incidents
from incident_bot.database.instants import Instants
from incident_bot.database.jobs import Jobs
from incident_bot.database.messages import Messages
from incident_bot.database.pages import Pages
from incident_bot.database.people import People
from incident_bot.database.postmortems import Postmortems
from incident_bot.database.receipts import Receipts
from incident_bot.database.runbook_uses import RunbookUses
from incident_bot.database.seen import Seen
from incident_bot.database.step_runs import StepRuns
from incident_bot.database.timeline import Timeline
from incident_bot.errors import AlreadyDone

WAKE_CHANNEL = "incident_bot_work"


class Transaction:
    """Everything done through it commits together, or not at all."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self.connection = connection
        self.in_doubt = False
        """Its commit was sent, and not refused: if it fails now, it may be on record or not."""
        self.incidents = Incidents(connection)
        self.timeline = Timeline(connection)
        self.pages = Pages(connection)
        self.jobs = Jobs(connection, clock)
        self.backlog = Backlog(connection)
        self.impossible = Impossible(connection)
        self.instants = Instants(connection, clock)
        self.messages = Messages(connection)
        self.postmortems = Postmortems(connection)
        self.people = People(connection)
        self.receipts = Receipts(connection)
        self.seen = Seen(connection)
        self.runbook_uses = RunbookUses(connection)
        self.checklists = Checklists(connection)
        self.step_runs = StepRuns(connection)

    @property
    def has_new_work(self) -> bool:
        """Whether the engine has to look."""
        return self.jobs.touched

    async def before_commit(self) -> Attempt | None:
        """Mark the gesture at hand as recorded, and wake the other replicas, with the same commit.

        Returns the attempt whose mark this transaction writes.

        Raises:
            AlreadyDone: when another attempt has recorded it.
        """
        await self._wake_others()
        attempt = current_attempt()
        touched = self.jobs.touched or self.timeline.touched or self.runbook_uses.touched
        if attempt is None or attempt.marked or not touched:
            return None
        if not await self.seen.first_time(mark_of(attempt.origin), attempt.at):
            raise AlreadyDone
        return attempt

    async def _wake_others(self) -> None:
        # On PostgreSQL only, and only a hint: the safety poll is the floor.
        if self.jobs.touched and self.connection.dialect.name == "postgresql":
            await self.connection.execute(sa.text(f"NOTIFY {WAKE_CHANNEL}"))
