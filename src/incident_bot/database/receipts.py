"""Where the bot's own messages are: what was sent, in which channel, under which ts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new

WORKSPACE = "workspace"
"""The receipt that remembers the workspace's address and the bot's own user id."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The place of one message (or channel: then `ts` is empty)."""

    channel: str
    ts: str


class Receipts:
    """The receipt rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, key: str, receipt: Receipt, now: datetime) -> None:
        """Remember where something is, replacing what was known."""
        statement = insert_if_new(self._connection, tables.receipt).values(
            key=key, channel=receipt.channel, ts=receipt.ts, at=now
        )
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["key"],
                set_={"channel": receipt.channel, "ts": receipt.ts, "at": now},
            )
        )

    async def get(self, key: str) -> Receipt | None:
        """Where something is, or None when it is not there yet."""
        statement = sa.select(tables.receipt.c.channel, tables.receipt.c.ts).where(
            tables.receipt.c.key == key
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else Receipt(row.channel, row.ts)
