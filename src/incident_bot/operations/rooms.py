"""What happens in and to incident rooms: opened, spoken in, marked."""

from __future__ import annotations

from datetime import datetime

from incident_bot.database.messages import SaidMessage
from incident_bot.database.receipts import Receipt
from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.effects import Work
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.page import PageState, RingState
from incident_bot.operations.desk import Desk
from incident_bot.operations.record import record

PIN_TEXT_LIMIT = 3000


async def opened(
    tx: Transaction, rules: Configuration, number: int, channel: str, name: str, now: datetime
) -> None:
    """The room exists: furnish it, and mention whoever is being paged."""
    incident = await tx.incidents.get(number)
    if incident.channel_id is not None:
        return
    incident = incident.with_(channel_id=channel, channel_name=name)
    event = events.RoomOpened(incident.id, None, channel, name)
    incident = await record(tx, rules, incident, [event], now)
    work: list[tuple[Work, datetime]] = []
    for page in await tx.pages.of(incident.id):
        rings = await tx.pages.rings(page.id)
        rung = tuple(r.user for r in rings if r.state is not RingState.FAILED)
        if page.state is PageState.OPEN and page.position >= 0:
            work.append((effects.MentionTier(page.id, page.position), now))
        if rung:
            work.append((effects.Invite(incident.id, rung), now))
        # Pages do not wait for the room: those already sent get its link now.
        work += [
            (effects.RefreshRing(page.id, ring.position, ring.user, "room"), now)
            for ring in rings
            if ring.ts is not None
        ]
    await tx.jobs.add(work, now)
    if await tx.receipts.get(f"card:{number}") is None:
        # It gave up if the room was long coming.
        await tx.jobs.rearm(effects.PostCard(number), now, now)


async def card_posted(tx: Transaction, number: int, receipt: Receipt, now: datetime) -> None:
    """The control card is there: pin it, and catch up if something changed meanwhile."""
    await tx.receipts.put(f"card:{number}", receipt, now)
    work: list[tuple[Work, datetime]] = [
        (effects.PinCard(number), now),
        (effects.RefreshCard(number), now),
    ]
    await tx.jobs.add(work, now)


async def card_refreshed(tx: Transaction, number: int, receipt: Receipt, now: datetime) -> None:
    """The control card shows the newest state; one that was deleted does so in another place."""
    if await tx.receipts.get(f"card:{number}") != receipt:
        await tx.receipts.put(f"card:{number}", receipt, now)
        await tx.jobs.rearm(effects.PinCard(number), now, now)


async def announced(tx: Transaction, number: int, receipt: Receipt, now: datetime) -> None:
    """The announcement is there: from now on it is edited in place."""
    await tx.receipts.put(f"announcement:{number}", receipt, now)
    await tx.jobs.add([(effects.RefreshAnnouncement(number), now)], now)


async def heard(desk: Desk, said: SaidMessage, origin: str | None) -> Incident | None:
    """Somebody spoke in a channel: keep it if it is an incident's room."""
    async with desk.database.write() as tx:
        incident = await tx.incidents.by_channel(said.channel_id)
        if incident is None or not await _first(desk, tx, origin):
            return None
        await tx.messages.put([said])
        return incident


async def edited(desk: Desk, said: SaidMessage, origin: str | None) -> None:
    """A message of a room was edited: the timeline follows."""
    async with desk.database.write() as tx:
        incident = await tx.incidents.by_channel(said.channel_id)
        if incident is None or not await _first(desk, tx, origin):
            return
        await tx.messages.put([said])
        await tx.timeline.edit_message(said.channel_id, said.ts, said.text[:PIN_TEXT_LIMIT])


async def deleted(desk: Desk, channel: str, ts: str, origin: str | None) -> None:
    """A message of a room was deleted: its text goes everywhere."""
    async with desk.database.write() as tx:
        incident = await tx.incidents.by_channel(channel)
        if incident is None or not await _first(desk, tx, origin):
            return
        await tx.messages.delete(channel, ts)
        await tx.timeline.take_message(channel, ts, desk.clock.now())


async def pin(desk: Desk, said: SaidMessage, at: datetime, by: str, origin: str | None) -> bool:
    """Put a message on the timeline at the time it was said; False when it is there already."""
    now = desk.clock.now()
    async with desk.database.write() as tx:
        incident = await tx.incidents.by_channel(said.channel_id)
        if incident is None or not await _first(desk, tx, origin):
            return False
        if await tx.messages.get(said.channel_id, said.ts) is None:
            await tx.messages.put([said])
        return await put_on_timeline(tx, incident.id, said, at, by, now, origin is not None)


async def put_on_timeline(
    tx: Transaction,
    incident: int,
    said: SaidMessage,
    at: datetime,
    by: str,
    now: datetime,
    by_reaction: bool,
) -> bool:
    """Put a message on the timeline and confirm it; False when it is there already."""
    text = said.text.strip()[:PIN_TEXT_LIMIT] or "(a message without text)"
    facts = {"pinned_by": by, "thread_ts": said.thread_ts, "by_reaction": by_reaction}
    new = await tx.timeline.put_message(
        incident, at, said.user_id or by, text, said.channel_id, said.ts, facts
    )
    if new:
        confirm = effects.ConfirmPin(incident, said.channel_id, said.ts)
        await tx.jobs.add([(confirm, now)], now)
    return new


async def unpin(desk: Desk, channel: str, ts: str, origin: str | None) -> bool:
    """Take a message off the timeline; False when it was not on it."""
    async with desk.database.write() as tx:
        incident = await tx.incidents.by_channel(channel)
        if incident is None or not await _first(desk, tx, origin):
            return False
        return await tx.timeline.take_message(channel, ts, desk.clock.now())


async def _first(desk: Desk, tx: Transaction, origin: str | None) -> bool:
    return origin is None or await tx.seen.first_time(f"event:{origin}", desk.clock.now())
