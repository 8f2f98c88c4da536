"""What has been taken in already, so that a redelivery does nothing twice."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new


class Seen:
    """The memory of deliveries of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def first_time(self, key: str, now: datetime) -> bool:
        """Remember a delivery; False when it was here before. Commits with what it caused."""
        statement = (
            insert_if_new(self._connection, tables.seen)
            .values(key=key, at=now)
            .on_conflict_do_nothing()
            .returning(tables.seen.c.key)
        )
        return (await self._connection.execute(statement)).scalar_one_or_none() is not None

    async def is_known(self, key: str) -> bool:
        """Whether a delivery was here before."""
        statement = sa.select(tables.seen.c.key).where(tables.seen.c.key == key)
        return (await self._connection.execute(statement)).first() is not None

    async def forget(self, before: datetime) -> int:
        """Drop what no redelivery can reach any more."""
        done = await self._connection.execute(
            sa.delete(tables.seen).where(tables.seen.c.at < before)
        )
        return done.rowcount
