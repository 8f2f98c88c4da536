"""The timeline, kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. `channel_id` and `ts` name the message it was made from."""

    id: int
    incident_id: int
    at: datetime
    kind: str
    actor: str | None
    text: str
    facts: dict[str, Any]
    channel_id: str | None = None
    ts: str | None = None


class Timeline:
    """The timeline rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.touched = False

    async def add(
        self,
        incident: int,
        at: datetime,
        kind: str,
        actor: str | None,
        text: str,
        facts: dict[str, Any],
    ) -> int:
        """Append a line and return its id."""
        self.touched = True
        statement = (
            sa.insert(tables.timeline)
            .values(incident_id=incident, at=at, kind=kind, actor=actor, text=text, facts=facts)
            .returning(tables.timeline.c.id)
        )
        return int((await self._connection.execute(statement)).scalar_one())

    async def put_message(
        self,
        incident: int,
        at: datetime,
        actor: str | None,
        text: str,
        channel: str,
        ts: str,
        facts: dict[str, Any],
    ) -> bool:
        """Put a message on the timeline, or put it back; False when it already was there."""
        values = {
            "incident_id": incident,
            "at": at,
            "kind": "pin",
            "actor": actor,
            "text": text,
            "facts": facts,
            "channel_id": channel,
            "ts": ts,
            "removed_at": None,
        }
        statement = insert_if_new(self._connection, tables.timeline).values(values)
        statement = statement.on_conflict_do_update(
            index_elements=["channel_id", "ts"],
            set_={"removed_at": None, "text": text, "facts": facts},
            where=tables.timeline.c.removed_at.is_not(None),
        ).returning(tables.timeline.c.id)
        return (await self._connection.execute(statement)).scalar_one_or_none() is not None

    async def take_message(self, channel: str, ts: str, now: datetime) -> bool:
        """Take a message off the timeline; False when it was not on it."""
        done = await self._connection.execute(
            sa.update(tables.timeline)
            .where(
                tables.timeline.c.channel_id == channel,
                tables.timeline.c.ts == ts,
                tables.timeline.c.removed_at.is_(None),
            )
            .values(removed_at=now)
        )
        return done.rowcount > 0

    async def edit_message(self, channel: str, ts: str, text: str) -> None:
        """Follow the edit of a message that is on the timeline."""
        await self._connection.execute(
            sa.update(tables.timeline)
            .where(tables.timeline.c.channel_id == channel, tables.timeline.c.ts == ts)
            .values(text=text)
        )

    async def get(self, entry: int) -> Entry | None:
        """One line, unless it was taken off."""
        statement = sa.select(tables.timeline).where(tables.timeline.c.id == entry)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return None if row is None or row["removed_at"] is not None else _entry(row)

    async def of(self, incident: int, limit: int = 5000) -> Sequence[Entry]:
        """An incident's lines in order of time."""
        statement = (
            sa.select(tables.timeline)
            .where(
                tables.timeline.c.incident_id == incident, tables.timeline.c.removed_at.is_(None)
            )
            .order_by(tables.timeline.c.at, tables.timeline.c.id)
            .limit(limit)
        )
        return [_entry(row) for row in (await self._connection.execute(statement)).mappings()]


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(**{k: v for k, v in row.items() if k != "removed_at"})
