"""Reminders: ask for the status update before it is late, then climb."""

from __future__ import annotations

from datetime import datetime, timedelta

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.effects import Work
from incident_bot.domain.incidents import events
from incident_bot.domain.reminders import cadence
from incident_bot.operations.desk import Desk
from incident_bot.operations.record import record


async def update_due(
    tx: Transaction, rules: Configuration, timer: effects.UpdateDue, now: datetime
) -> None:
    """Remind, unless an update came meanwhile. After downtime the steps missed fold into one."""
    incident = await tx.incidents.get(timer.incident)
    stale = timer.generation != incident.update_generation or not incident.is_open
    if stale or incident.update_due_at is None:
        return
    severity = rules.severity(incident.severity)
    every = severity.update_every if severity else None
    step = timer.step
    following = cadence.next_step(incident.update_due_at, every, step, rules.reminders)
    while following is not None and following.at <= now:
        step = following.step
        following = cadence.next_step(incident.update_due_at, every, step, rules.reminders)
    roles = tuple(role.name for role in rules.roles)
    late = max(0.0, (now - incident.update_due_at).total_seconds())
    event = events.UpdateReminded(
        incident.id, None, step, late, cadence.whom(incident, step, roles)
    )
    await record(tx, rules, incident, [event], now)


async def missing(
    tx: Transaction, rules: Configuration, number: int, now: datetime
) -> list[tuple[Work, datetime]]:
    """The reminder that should be armed for an incident: the next whose time has not come."""
    incident = await tx.incidents.get(number)
    severity = rules.severity(incident.severity)
    every = severity.update_every if severity else None
    due = cadence.next_step(incident.update_due_at, every, None, rules.reminders)
    while due is not None and due.at <= now:
        due = cadence.next_step(incident.update_due_at, every, due.step, rules.reminders)
    if due is None:
        return []
    return [(effects.UpdateDue(number, incident.update_generation, due.step), due.at)]


async def snooze(desk: Desk, number: int, span: timedelta) -> None:
    """Move the next status update; who presses the button has it in hand."""
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident = await tx.incidents.get(number)
        if not incident.is_open:
            return
        generation = incident.update_generation + 1
        moved = incident.with_(update_due_at=now + span, update_generation=generation)
        await record(tx, rules, moved, [], now)
        await tx.jobs.cancel(f"cadence:{number}", now)
        severity = rules.severity(incident.severity)
        every = severity.update_every if severity else None
        due = cadence.next_step(moved.update_due_at, every, None, rules.reminders)
        if due is not None:
            timer = effects.UpdateDue(number, generation, due.step)
            await tx.jobs.add([(timer, due.at)], now)
