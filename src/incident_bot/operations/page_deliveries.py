"""What became of delivering pages: arrived, failed, mentioned in the room."""

from __future__ import annotations

from datetime import datetime

from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.incidents import events
from incident_bot.domain.paging.ladder import all_refused, is_due
from incident_bot.domain.paging.page import PageState, RingState
from incident_bot.operations.paging import climb_on, locked
from incident_bot.operations.record import record


async def ring_sent(
    tx: Transaction, ring: effects.RingPerson, channel: str, ts: str, now: datetime
) -> None:
    """A page has arrived in somebody's direct messages."""
    incident, page = await locked(tx, ring.page)
    rings = await tx.pages.rings(ring.page)
    here = next((r for r in rings if (r.position, r.user) == (ring.position, ring.user)), None)
    unsent = here is not None and here.state in (RingState.QUEUED, RingState.FAILED)
    await tx.pages.set_ring(
        ring.page,
        ring.position,
        ring.user,
        RingState.SENT if unsent or here is None else here.state,
        why="",
        sent_at=now,
        channel=channel,
        ts=ts,
    )
    work: list[effects.Work] = []
    if page.state is not PageState.OPEN:
        # It was answered while this message was on its way: take the buttons off again.
        late = f"{page.state}-late"
        work.append(effects.RefreshRing(ring.page, ring.position, ring.user, late))
    if incident.channel_id is not None:
        work.append(effects.RefreshRing(ring.page, ring.position, ring.user, "room"))
        work.append(effects.RefreshCard(incident.id))
    await tx.jobs.add([(one, now) for one in work], now)


async def ring_failed(
    tx: Transaction, rules: Configuration, ring: effects.RingPerson, why: str, now: datetime
) -> None:
    """A page cannot be delivered: say so, and climb at once when nobody else is being waited for."""
    incident, page = await locked(tx, ring.page)
    await tx.pages.set_ring(ring.page, ring.position, ring.user, RingState.FAILED, why=why[:300])
    event = events.PageFailed(incident.id, None, ring.page, ring.user, why)
    incident = await record(tx, rules, incident, [event], now)
    rings = await tx.pages.rings(ring.page)
    if is_due(page, ring.position) and all_refused(rings, ring.position):
        await climb_on(tx, rules, incident, page, ring.position + 1, "delivery failed", now)


async def mentioned(tx: Transaction, mention: effects.MentionTier, now: datetime) -> None:
    """A tier was mentioned in the room; if the page was answered meanwhile, it says so."""
    _, page = await locked(tx, mention.page)
    if page.state is not PageState.OPEN:
        late = effects.RefreshMention(mention.page, mention.position, f"{page.state}-late")
        await tx.jobs.add([(late, now)], now)
