"""Incidents, kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.domain.incidents.incident import OPEN_STATUSES, Incident, Status
from incident_bot.errors import NotFound

_NUMBERS = 0x1BC1
"""The advisory lock of whoever gives an incident its number."""
NEXT_NUMBER = sa.text(
    "SELECT setval(pg_get_serial_sequence('incident', 'id'),"
    " (SELECT coalesce(max(id), 0) + 1 FROM incident), false)"
)
_COLUMNS = [c.name for c in tables.incident.columns if c.name != "id"]


def insert_if_new(connection: AsyncConnection, table: sa.Table) -> Any:
    """An INSERT that can say ON CONFLICT on either database."""
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return made(table)


class Incidents:
    """The incident rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, incident: Incident) -> Incident | None:
        """Record a new incident and give it its number; None when its origin is already known."""
        statement = (
            insert_if_new(self._connection, tables.incident)
            .values(_values(incident))
            .on_conflict_do_nothing(index_elements=["origin"])
            .returning(tables.incident.c.id)
        )
        number = (await self._connection.execute(statement)).scalar_one_or_none()
        return None if number is None else incident.with_(id=number)

    async def save(self, incident: Incident) -> Incident:
        """Write a changed incident; its version goes up by one."""
        after = incident.with_(version=incident.version + 1)
        await self._connection.execute(
            sa.update(tables.incident)
            .where(tables.incident.c.id == incident.id)
            .values(_values(after))
        )
        return after

    async def find(self, number: int) -> Incident | None:
        """The incident of that number."""
        return await self._one(tables.incident.c.id == number)

    async def get(self, number: int) -> Incident:
        """The incident of that number, locked until this transaction ends (PostgreSQL).

        Raises:
            NotFound: when there is none.
        """
        found = await self._one(tables.incident.c.id == number, lock=True)
        if found is None:
            raise NotFound(f"There is no incident INC-{number}.", "/incident list")
        return found

    async def hold(self, incidents: Collection[int], pages: Collection[int]) -> None:
        """Lock some incidents, and those of some pages, until this transaction ends (PostgreSQL).

        In the order of their numbers: of two who want several, neither waits for the other for ever.
        """
        if self._connection.dialect.name != "postgresql":
            return  # where there is one writer at a time
        paged = sa.select(tables.page.c.incident_id).where(tables.page.c.id.in_(pages))
        number = tables.incident.c.id
        await self._connection.execute(
            sa.select(number)
            .where(sa.or_(number.in_(incidents), number.in_(paged)))
            .order_by(number)
            .with_for_update()
        )

    async def hold_numbers(self) -> None:
        """Who declares goes one at a time, and sees those before (PostgreSQL).

        And no number is left out: a sequence skips some after a crash, and with each transaction
        that is given up.
        """
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_NUMBERS)))
            await self._connection.execute(NEXT_NUMBER)  # a statement of its own: it sees the last

    async def by_origin(self, origin: str) -> Incident | None:
        """The incident that a gesture already made."""
        return await self._one(tables.incident.c.origin == origin)

    async def by_channel(self, channel: str, *, lock: bool = False) -> Incident | None:
        """The incident whose room this is."""
        return await self._one(tables.incident.c.channel_id == channel, lock=lock)

    async def open_ones(self) -> Sequence[Incident]:
        """Everything somebody works on, newest first."""
        return await self._many(
            tables.incident.c.status.in_([str(s) for s in OPEN_STATUSES]), limit=500
        )

    async def recent(self, limit: int = 50) -> Sequence[Incident]:
        """The newest incidents, whatever their status."""
        return await self._many(sa.true(), limit=limit)

    async def _one(
        self, condition: sa.ColumnElement[bool], *, lock: bool = False
    ) -> Incident | None:
        statement = sa.select(tables.incident).where(condition)
        if lock:
            statement = statement.with_for_update()
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _incident(row)

    async def _many(self, condition: sa.ColumnElement[bool], limit: int) -> Sequence[Incident]:
        statement = (
            sa.select(tables.incident)
            .where(condition)
            .order_by(tables.incident.c.id.desc())
            .limit(limit)
        )
        return [_incident(row) for row in (await self._connection.execute(statement)).mappings()]


def _values(incident: Incident) -> dict[str, Any]:
    values = {name: getattr(incident, name) for name in _COLUMNS}
    return {**values, "status": str(incident.status), "roles": dict(incident.roles)}


def _incident(row: sa.RowMapping) -> Incident:
    return Incident(**{**row, "status": Status(row["status"])})
