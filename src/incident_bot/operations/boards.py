"""Read models: the present state of things, as cards need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.effects import WORK, Lane
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.page import Page, PageState, Ring, RingState
from incident_bot.domain.precedents import Wanted, suggest_runbooks
from incident_bot.domain.readmodels import (
    Board,
    EntryView,
    LaneDepth,
    PageLedger,
    PageView,
    Queued,
    SuggestedRunbook,
    Trouble,
)
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.operations.outcomes import WHAT
from incident_bot.operations.updates import rules_of

TROUBLES = 5
"""How many of an incident's failures its card shows, newest first."""


async def board(
    tx: Transaction,
    rules: Configuration,
    number: int,
    now: datetime,
    shelf: Shelf | None = None,
    *,
    progress: bool = False,
) -> Board | None:
    """Everything the control card of an incident shows, or None when there is no such incident.

    With a shelf it also shows the runbooks that may fit the incident as it is called now.
    `progress` is for who waits: the steps of the declaration, and what waits for its turn.
    """
    incident = await tx.incidents.find(number)
    if incident is None:
        return None
    pages = await tx.pages.of(number)
    ledgers = tuple([await _ledger(tx, page) for page in pages])
    nobody = ""
    if not pages:
        for entry in await tx.timeline.of(number):
            if entry.kind == "nobody_to_page":
                nobody = str(entry.facts.get("why", ""))
    dead = await tx.jobs.dead(f"incident:{number}")
    steps = await _steps(tx, incident, ledgers, nobody, {d.kind for d in dead}) if progress else {}
    return Board(
        incident=incident,
        severity=rules_of(incident, rules),
        roles=rules.roles,
        now=now,
        pages=ledgers,
        nobody_paged=nobody,
        troubles=tuple(Trouble(d.id, _what(d.kind), d.error) for d in dead[:TROUBLES]),
        suggestions=await suggestions(tx, rules, incident, shelf) if shelf else (),
        has_postmortem=await tx.postmortems.latest(number) is not None,
        steps=tuple(steps.items()),
        queued=await _queued(tx, number, pages, now) if progress else (),
    )


async def _queued(
    tx: Transaction, number: int, pages: Sequence[Page], now: datetime
) -> tuple[Queued, ...]:
    """What an incident still waits for: behind others, for a rate slot, for the next attempt."""
    subjects = [f"incident:{number}", *(f"page:{page.id}" for page in pages)]
    return tuple(
        Queued(_what(one.kind), one.before, one.again, one.why)
        for one in await tx.backlog.waiting(subjects, now)
        if one.before or one.again is not None
    )


async def suggestions(
    tx: Transaction, rules: Configuration, incident: Incident, shelf: Shelf, limit: int = 3
) -> tuple[SuggestedRunbook, ...]:
    """The runbooks that may fit an open incident, each with the reason."""
    if not incident.is_open or not shelf.runbooks:
        return ()
    service = rules.services.get(incident.service or "")
    wanted = Wanted(
        incident.id, incident.title, incident.service or "", service.runbooks if service else ()
    )
    return suggest_runbooks(shelf, wanted, await tx.runbook_uses.precedents(), limit)


async def entry_view(tx: Transaction, rules: Configuration, number: int) -> EntryView | None:
    """One timeline entry to be said in the room; None when it was taken off."""
    entry = await tx.timeline.get(number)
    incident = await tx.incidents.find(entry.incident_id) if entry else None
    if entry is None or incident is None:
        return None
    return EntryView(
        incident=incident,
        severity=rules_of(incident, rules),
        entry=entry.id,
        at=entry.at,
        kind=entry.kind,
        actor=entry.actor,
        text=entry.text,
        facts=entry.facts,
        draft=await draft_update(tx, incident) if entry.kind == "reminder" else "",
    )


async def page_view(
    tx: Transaction, rules: Configuration, ring: tuple[int, int, str], now: datetime
) -> PageView | None:
    """What one person's page shows; None when that line of the ledger is gone."""
    page = await tx.pages.get(ring[0])
    incident = await tx.incidents.find(page.incident)
    line = next(
        (r for r in await tx.pages.rings(page.id) if (r.position, r.user) == ring[1:]), None
    )
    if incident is None or line is None:
        return None
    until = await _next_tier_at(tx, page) if line.position == page.position else None
    return PageView(incident, rules_of(incident, rules), page, line, now, until)


async def _ledger(tx: Transaction, page: Page) -> PageLedger:
    rings: tuple[Ring, ...] = tuple(await tx.pages.rings(page.id))
    following = await _next_tier_at(tx, page) if page.position < page.last_position else None
    return PageLedger(page, rings, following)


async def _next_tier_at(tx: Transaction, page: Page) -> datetime | None:
    """Until when a tier's answer is waited for, by its timer; None when it is not."""
    if page.state is not PageState.OPEN:
        return None
    return await tx.backlog.due(effects.EscalationDue(page.id, page.position))


async def _steps(
    tx: Transaction,
    incident: Incident,
    ledgers: tuple[PageLedger, ...],
    nobody: str,
    dead: Set[str],
) -> Mapping[str, str]:
    """The declarer's receipt: each step of a declaration and how far it is."""

    def state(done: bool, *kinds: str) -> str:
        if done:
            return "done"
        return "failed" if any(kind in dead for kind in kinds) else "waiting"

    room = incident.channel_id is not None
    steps = {
        "Recorded": "done",
        "Room opened": state(room, effects.OpenRoom.kind),
        "Control card posted": state(
            await tx.receipts.get(f"card:{incident.id}") is not None, effects.PostCard.kind
        ),
    }
    rings = [ring for ledger in ledgers for ring in ledger.rings]
    if rings:
        arrived = any(r.state in (RingState.SENT, RingState.ACKNOWLEDGED) for r in rings)
        failed = all(r.state is RingState.FAILED for r in rings)
        steps["On-call paged"] = "done" if arrived else "failed" if failed else "waiting"
    elif nobody:
        steps["Nobody paged"] = "failed"
    if not incident.private:
        steps["Announced"] = state(
            await tx.receipts.get(f"announcement:{incident.id}") is not None,
            effects.Announce.kind,
        )
    return steps


async def troubles(tx: Transaction, limit: int = 50) -> tuple[Trouble, ...]:
    """Everything that will not happen by itself, except for private incidents."""
    shown = []
    for letter in await tx.jobs.dead(limit=limit):
        incident = await _incident_of(tx, letter.payload)
        if incident is None or not incident.private:
            about = f" of {incident.ref}" if incident else ""
            shown.append(Trouble(letter.id, _what(letter.kind) + about, letter.error))
    return tuple(shown)


async def _incident_of(tx: Transaction, payload: Mapping[str, Any]) -> Incident | None:
    """The incident that a job is about, also when it names only a page."""
    number, page = payload.get("incident"), payload.get("page")
    if number is None and page is not None:
        number = (await tx.pages.get(int(page))).incident
    return None if number is None else await tx.incidents.find(int(number))


async def lane_depths(tx: Transaction, now: datetime) -> tuple[LaneDepth, ...]:
    """How much waits in each lane."""
    return tuple(
        LaneDepth(
            Lane(depth.lane).name.lower(), depth.waiting, depth.oldest, depth.later, depth.again
        )
        for depth in await tx.backlog.depths(now)
    )


async def draft_update(tx: Transaction, incident: Incident) -> str:
    """A status update to start from: where it stands, and what was written down since the last."""
    since = incident.last_update_at or incident.declared_at
    news = [
        entry.text
        for entry in await tx.timeline.of(incident.id)
        if entry.at > since and entry.kind in ("note", "pin", "status", "severity", "role")
    ]
    head = f"Still {incident.status}."
    return " ".join([head, *(f"{text.rstrip('.')}." for text in news[-3:])])[:1000]


def _what(kind: str) -> str:
    known = WORK.get(kind)
    return WHAT.get(known, kind) if known else kind
