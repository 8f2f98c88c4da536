"""The one way to write down what happened: state, timeline, effects and timers together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from incident_bot import tracing
from incident_bot.database.transaction import Transaction
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.incidents.events import Event
from incident_bot.domain.incidents.incident import Incident
from incident_bot.operations.reactions import Situation, react


async def record(
    tx: Transaction,
    rules: Configuration,
    incident: Incident,
    happened: Iterable[Event],
    now: datetime,
) -> Incident:
    """Save the incident, and write each event with everything that follows from it.

    Returns the incident as saved (its version has gone up).
    """
    saved = await tx.incidents.save(incident)
    tracing.note(incident=saved.id)
    for event in happened:
        facts = {k: v for k, v in asdict(event).items() if k not in ("incident", "actor")}
        entry = await tx.timeline.add(
            saved.id, now, event.kind, event.actor, event.sentence(), facts
        )
        follow = react(event, Situation(saved, entry, rules, now))
        for subject in follow.cancel:
            await tx.jobs.cancel(subject, now)
        await tx.jobs.add(follow.work, now)
    return saved
