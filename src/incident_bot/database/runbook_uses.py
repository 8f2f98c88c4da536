"""What became of runbooks, kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.domain.incidents.incident import Status
from incident_bot.domain.precedents import Precedent
from incident_bot.domain.runbooks.usage import Case, Use, UseKind
from incident_bot.ids import incident_ref

_use = tables.runbook_use.c
_incident = tables.incident.c
_REMEMBERED = 20_000
_FOLLOWED = [str(kind) for kind in (UseKind.VIEW, UseKind.START, UseKind.RATED_WORKED)]


class RunbookUses:
    """The runbook_use rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.touched = False

    async def add(self, use: Use) -> int:
        """Write down what somebody did, and return its number."""
        self.touched = True
        statement = (
            sa.insert(tables.runbook_use)
            .values(
                incident_id=use.incident,
                runbook=use.runbook,
                section=use.section,
                step=use.step,
                kind=str(use.kind),
                user_id=use.user,
                at=use.at,
                note=use.note,
            )
            .returning(_use.id)
        )
        return int((await self._connection.execute(statement)).scalar_one())

    async def get(self, number: int) -> Use | None:
        """One thing that somebody did."""
        statement = sa.select(tables.runbook_use).where(_use.id == number)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _read(row)

    async def latest(self, incident: int) -> str | None:
        """The full name of the runbook that an incident's room used last."""
        statement = (
            sa.select(_use.runbook)
            .where(_use.incident_id == incident, _use.runbook != "")
            .order_by(_use.id.desc())
            .limit(1)
        )
        return (await self._connection.execute(statement)).scalar_one_or_none()

    async def all(self) -> Sequence[Use]:
        """What was done outside of drills, oldest first: the newest twenty thousand."""
        statement = (
            sa.select(tables.runbook_use)
            .outerjoin(tables.incident, _incident.id == _use.incident_id)
            .where(
                sa.or_(_use.incident_id.is_(None), _incident.drill.is_(sa.false())),
                _use.kind != str(UseKind.SNOOZED),  # a reminder put off is no use of a runbook
            )
            .order_by(_use.id.desc())
            .limit(_REMEMBERED)
        )
        rows = (await self._connection.execute(statement)).mappings()
        return [_read(row) for row in rows][::-1]

    async def snoozed(self, day: date) -> frozenset[str]:
        """The runbooks of whose reviews nobody wants to be reminded on a day."""
        statement = (
            sa.select(_use.runbook)
            .where(_use.kind == str(UseKind.SNOOZED), _use.note > day.isoformat())
            .distinct()
        )
        return frozenset((await self._connection.execute(statement)).scalars())

    async def cases(self, limit: int = 5000) -> Sequence[Case]:
        """The real incidents, newest first: neither drills nor false alarms."""
        statement = (
            sa.select(_incident.id, _incident.declared_at, _incident.mitigated_at)
            .where(_incident.drill.is_(sa.false()), _incident.status != str(Status.CANCELLED))
            .order_by(_incident.id.desc())
            .limit(limit)
        )
        rows = await self._connection.execute(statement)
        return [Case(row.id, row.declared_at, row.mitigated_at) for row in rows]

    async def counts(self) -> Sequence[tuple[str, str, int]]:
        """How often each kind of thing was done with each runbook: (runbook, kind, times)."""
        statement = (
            sa.select(_use.runbook, _use.kind, sa.func.count())
            .group_by(_use.runbook, _use.kind)
            .order_by(_use.runbook, _use.kind)
        )
        rows = await self._connection.execute(statement)
        return [(str(runbook), str(kind), int(times)) for runbook, kind, times in rows]

    async def precedents(self, limit: int = 200) -> Sequence[Precedent]:
        """The newest public incidents in which a runbook was used. Private ones tell nothing."""
        recent = (
            sa.select(_use.incident_id)
            .where(_use.kind.in_(_FOLLOWED), _use.runbook != "")
            .group_by(_use.incident_id)
            .order_by(_use.incident_id.desc())
            .limit(limit)
        )
        statement = (
            sa.select(_incident.id, _incident.title, _incident.service, _use.runbook, _use.kind)
            .join(tables.incident, _incident.id == _use.incident_id)
            .where(
                _use.incident_id.in_(recent),
                _use.kind.in_(_FOLLOWED),
                _use.runbook != "",
                _incident.private.is_(sa.false()),
                _incident.drill.is_(sa.false()),
            )
            .order_by(_use.id)
        )
        told: dict[int, tuple[str, str]] = {}
        opened: dict[int, dict[str, None]] = defaultdict(dict)
        worked: dict[int, dict[str, None]] = defaultdict(dict)
        for row in await self._connection.execute(statement):
            told[row.id] = (row.title, row.service or "")
            opened[row.id][row.runbook] = None
            if row.kind == str(UseKind.RATED_WORKED):
                worked[row.id][row.runbook] = None
        return [
            Precedent(
                number,
                incident_ref(number),
                *told[number],
                tuple(opened[number]),
                tuple(worked[number]),
            )
            for number in sorted(told, reverse=True)
        ]


def _read(row: sa.RowMapping) -> Use:
    return Use(
        incident=row["incident_id"],
        runbook=row["runbook"],
        section=row["section"],
        step=row["step"],
        kind=UseKind(row["kind"]),
        user=row["user_id"],
        at=row["at"],
        note=row["note"],
    )
