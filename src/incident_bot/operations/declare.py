"""Declare an incident: the record first, then everything else follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rapidfuzz import process

from incident_bot.database.transaction import Transaction
from incident_bot.domain.configuration import Configuration, Severity
from incident_bot.domain.incidents import events, lifecycle
from incident_bot.domain.incidents.events import Event
from incident_bot.domain.incidents.incident import Incident
from incident_bot.errors import NotFound
from incident_bot.operations.desk import Desk
from incident_bot.operations.record import record
from incident_bot.operations.severity_pages import page_for_severity

TWIN_WINDOW = timedelta(seconds=60)
"""The same words by the same person within this time mean the same incident."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for. `severity` is a word of the scheme, or None for the usual one.

    `permalink` is that of the message it was declared from.
    """

    title: str
    by: str
    origin: str
    severity: str | None = None
    private: bool = False
    drill: bool = False
    service: str | None = None
    receipt_url: str | None = None
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """The incident, and whether this order made it (False: it was there already)."""

    incident: Incident
    new: bool


async def declare(desk: Desk, order: Order) -> Declaration:
    """Record an incident; room, page, card and announcement follow.

    The same `origin` (one gesture, however often it is delivered) makes one incident.

    Raises:
        NotFound: when the severity or the service is not one of the scheme.
    """
    now, rules = desk.clock.now(), desk.rules()
    severity = find_severity(rules, order.severity)
    if order.service is not None and rules.services and order.service not in rules.services:
        raise NotFound(
            f"There is no service {order.service!r}.", "Services: " + ", ".join(rules.services)
        )
    fresh = lifecycle.declare(
        title=order.title,
        severity=severity,
        declared_by=order.by,
        origin=order.origin,
        now=now,
        private=order.private,
        drill=order.drill,
        service=order.service,
        receipt_url=order.receipt_url,
    )
    async with desk.database.write() as tx:
        await tx.incidents.hold_numbers()
        known = await tx.incidents.by_origin(order.origin)
        if known is not None:
            return Declaration(known, new=False)
        twin = await _twin(tx, fresh)
        if twin is not None:
            return Declaration(twin, new=False)
        incident = await tx.incidents.add(fresh)
        if incident is None:  # another replica recorded the same gesture meanwhile
            raise NotFound("This incident is just being declared.", "/incident list")
        happened: list[Event] = [
            events.Declared(incident.id, order.by, incident.severity, incident.title)
        ]
        if order.permalink:
            happened += lifecycle.note(incident, f"Declared from {order.permalink}", order.by)
        incident = await record(tx, rules, incident, happened, now)
        incident = await page_for_severity(tx, rules, incident, f"declare:{incident.id}", now)
    return Declaration(incident, new=True)


def find_severity(rules: Configuration, word: str | None) -> Severity:
    """The severity a word means; None means the usual one.

    Raises:
        NotFound: with the nearest severity and an example.
    """
    if word is None:
        return rules.usual_severity()
    found = rules.severity(word)
    if found is not None:
        return found
    words = {w: s for s in rules.severities for w in (s.name, *s.aliases)}
    near = process.extractOne(word.upper(), list(words), score_cutoff=50)
    guess = words[near[0]].name if near else rules.usual_severity().name
    names = ", ".join(s.name for s in rules.severities)
    raise NotFound(
        f"{word!r} is not a severity here. Severities: {names}.",
        f"{rules.commands.incident} declare {guess.lower()} checkout is slow",
    )


async def _twin(tx: Transaction, fresh: Incident) -> Incident | None:
    """The incident that the same person declared in the same words a moment ago."""
    for incident in await tx.incidents.open_ones():
        if fresh.declared_at - incident.declared_at > TWIN_WINDOW:
            break
        same = (incident.declared_by, incident.title, incident.severity, incident.private)
        if same == (fresh.declared_by, fresh.title, fresh.severity, fresh.private):
            return incident
    return None
