"""What the record says of a room, and what Slack says: the record follows.

Whatever happened while nobody was connected is in the room's history: messages, edits, deletions,
and marks for the timeline put on and taken off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from incident_bot.database.messages import SaidMessage
from incident_bot.database.timeline import Entry
from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.incidents.incident import Incident
from incident_bot.operations.desk import Desk
from incident_bot.operations.rooms import PIN_TEXT_LIMIT, put_on_timeline

TOMBSTONE = "tombstone"
"""What Slack leaves of a deleted message with replies."""


@dataclass(frozen=True, slots=True)
class Known:
    """A room as the record had it before its history was read; by the messages' ts."""

    incident: int
    channel: str
    messages: Mapping[str, SaidMessage]
    entries: Mapping[str, Entry]
    replies: Mapping[str, int]

    def has_news(self, thread: str, replies: int, latest: str) -> bool:
        """Whether a thread of so many replies, the last of which is `latest`, is not as known."""
        return replies != self.replies[thread] or bool(replies and latest not in self.messages)

    def unseen(self, seen: set[str], threads: set[str]) -> list[str]:
        """What a whole reading, with the replies of some threads, did not find any more.

        What is older than all that was found may only be out of Slack's reach (retention).
        """
        oldest = min(seen, default="")
        return [
            ts
            for ts, message in self.messages.items()
            if not message.deleted
            and ts not in seen
            and ts > oldest > ""
            and (message.thread_ts in (None, ts) or message.thread_ts in threads)
        ]


async def compare_rooms(desk: Desk) -> None:
    """The bot is connected (again): have the rooms of open incidents compared with the record.

    Raises:
        Unavailable: when the database does not answer.
    """
    now = desk.clock.now()
    async with desk.database.write() as tx:
        rooms = [one.id for one in await tx.incidents.open_ones() if one.channel_id is not None]
        await tx.jobs.add([(effects.RepairRoom(n, now.timestamp()), now) for n in rooms], now)


async def known(desk: Desk, incident: Incident) -> Known:
    """What the record says of a room now."""
    channel = incident.channel_id or ""
    async with desk.database.read() as tx:
        messages = {m.ts: m for m in await tx.messages.of(channel)}
        entries = {e.ts: e for e in await tx.timeline.of(incident.id) if e.ts is not None}
    replies = Counter(
        m.thread_ts
        for m in messages.values()
        if m.thread_ts is not None and m.thread_ts != m.ts and not m.deleted
    )
    return Known(incident.id, channel, messages, entries, replies)


async def follow(desk: Desk, before: Known, page: Sequence[SaidMessage]) -> None:
    """Keep some messages as Slack has them, and let the timeline follow."""
    marks, now = set(desk.rules().timeline.reactions), desk.clock.now()
    async with desk.database.write() as tx:
        await tx.messages.put(m for m in page if m.subtype != TOMBSTONE)
        for message in page:
            if message.subtype == TOMBSTONE:
                await _gone(tx, before.channel, message.ts, now)
            else:
                await _follow_one(tx, before, message, marks, now)


async def forget(desk: Desk, before: Known, gone: Sequence[str]) -> None:
    """Messages that Slack does not have any more: their text goes everywhere."""
    now = desk.clock.now()
    async with desk.database.write() as tx:
        for ts in gone:
            await _gone(tx, before.channel, ts, now)


async def _gone(tx: Transaction, channel: str, ts: str, now: datetime) -> None:
    await tx.messages.delete(channel, ts)
    await tx.timeline.take_message(channel, ts, now)


async def _follow_one(
    tx: Transaction, before: Known, said: SaidMessage, marks: set[str], now: datetime
) -> None:
    markers = [
        user
        for reaction in said.reactions
        if reaction["name"].split("::")[0] in marks
        for user in reaction["users"]
    ]
    entry = before.entries.get(said.ts)
    if entry is None:
        if markers:
            at = datetime.fromtimestamp(float(said.ts.partition(".")[0]), UTC)
            await put_on_timeline(tx, before.incident, said, at, markers[0], now, by_reaction=True)
    elif entry.facts.get("by_reaction") and not markers:
        await tx.timeline.take_message(before.channel, said.ts, now)
    elif (text := said.text.strip()[:PIN_TEXT_LIMIT]) and text != entry.text:
        await tx.timeline.edit_message(before.channel, said.ts, text)
