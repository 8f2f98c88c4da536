"""Post-mortem drafts: asked for, back-filled, written, delivered."""

from __future__ import annotations

from datetime import datetime

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.incident import Incident
from incident_bot.operations.desk import Desk
from incident_bot.operations.record import record


async def ask(desk: Desk, number: int, by: str) -> Incident:
    """Ask for a draft; it arrives as a file in the room."""
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident = await tx.incidents.get(number)
        revision = await tx.postmortems.ask(number, by, now)
        event = events.PostmortemAsked(incident.id, by, revision)
        return await record(tx, rules, incident, [event], now)


async def history_is_read(
    tx: Transaction, _rules: Configuration, number: int, revision: int, now: datetime
) -> None:
    """Nothing is missing from the record any more: write the draft."""
    await tx.jobs.add([(effects.DraftPostmortem(number, revision), now)], now)


async def written(
    tx: Transaction,
    rules: Configuration,
    number: int,
    revision: int,
    markdown: str,
    now: datetime,
) -> None:
    """The draft is written: keep it and deliver it."""
    incident = await tx.incidents.get(number)
    await tx.postmortems.write(number, revision, markdown, now)
    event = events.PostmortemDrafted(number, None, revision)
    await record(tx, rules, incident, [event], now)
