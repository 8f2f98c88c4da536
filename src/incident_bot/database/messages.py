"""What was said in incident rooms, taken down live and back-filled from history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new

_BATCH = 60  # rows of one INSERT; SQLite binds at most 999 values on old builds


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """One message of a room, at its last known version. A deleted one keeps no text."""

    channel_id: str
    ts: str
    thread_ts: str | None
    user_id: str | None
    bot_id: str | None
    subtype: str | None
    text: str
    edited: bool = False
    deleted: bool = False
    reactions: list[dict[str, Any]] = field(default_factory=list)
    reply_count: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)


class Messages:
    """The message rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, said: Iterable[SaidMessage]) -> None:
        """Write messages, replacing older versions; a deletion is never undone."""
        rows = [asdict(message) for message in said]
        for start in range(0, len(rows), _BATCH):
            statement = insert_if_new(self._connection, tables.message).values(
                rows[start : start + _BATCH]
            )
            new = statement.excluded
            await self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["channel_id", "ts"],
                    set_={
                        name: new[name]
                        for name in (
                            "thread_ts",
                            "user_id",
                            "bot_id",
                            "subtype",
                            "text",
                            "edited",
                            "reactions",
                            "reply_count",
                            "files",
                        )
                    },
                    where=tables.message.c.deleted.is_(False),
                )
            )

    async def delete(self, channel: str, ts: str) -> None:
        """Follow a deletion, also one that comes first: the text goes, the fact stays."""
        gone = SaidMessage(channel, ts, None, None, None, None, "", deleted=True)
        await self._connection.execute(
            insert_if_new(self._connection, tables.message)
            .values(asdict(gone))
            .on_conflict_do_update(
                index_elements=["channel_id", "ts"],
                set_={"text": "", "deleted": True, "files": []},
            )
        )

    async def get(self, channel: str, ts: str) -> SaidMessage | None:
        """One message."""
        statement = sa.select(tables.message).where(
            tables.message.c.channel_id == channel, tables.message.c.ts == ts
        )
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return None if row is None else SaidMessage(**row)

    async def of(self, channel: str) -> Sequence[SaidMessage]:
        """Everything said in a room, in order."""
        statement = (
            sa.select(tables.message)
            .where(tables.message.c.channel_id == channel)
            .order_by(tables.message.c.ts)
        )
        return [
            SaidMessage(**row) for row in (await self._connection.execute(statement)).mappings()
        ]

    async def latest(self, channel: str) -> str | None:
        """The ts of the newest message taken down in a room."""
        statement = sa.select(sa.func.max(tables.message.c.ts)).where(
            tables.message.c.channel_id == channel
        )
        newest: str | None = (await self._connection.execute(statement)).scalar_one_or_none()
        return newest
