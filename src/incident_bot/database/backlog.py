"""What is to be seen of the jobs that are still to be done: how many, how old, what for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.job_statements import IS_KNOWN, IS_OPEN
from incident_bot.database.tables import to_micros
from incident_bot.domain.effects import Work

_job = tables.job.c
_MOST = 200
"""Jobs looked at for one asker."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits in a lane, and how long the oldest due job has (seconds).

    `later` of those that are due wait for a rate slot or a retry, the first for `again` seconds.
    """

    lane: int
    waiting: int
    armed: int
    oldest: float
    later: int = 0
    again: float = 0.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Due jobs of one kind that nobody does just now.

    `before` jobs of the same kind that are somebody else's come first. `again` is in how many
    seconds the engine looks at it again, and `why` what it waits for; None and "" when it is not
    put off.
    """

    kind: str
    before: int
    again: float | None = None
    why: str = ""


class Backlog:
    """The open jobs, as one transaction sees them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def depths(self, now: datetime) -> Sequence[Depth]:
        """Queue depth and age per lane: due jobs, and jobs whose time has not come."""
        moment = to_micros(now)
        is_due = _job.run_at <= moment
        is_later = sa.and_(is_due, _job.wake_at > moment, _job.lease.is_(None))
        statement = (
            sa.select(
                _job.lane,
                sa.func.sum(sa.case((is_due, 1), else_=0)),
                sa.func.sum(sa.case((is_due, 0), else_=1)),
                sa.func.min(sa.case((is_due, _job.run_at), else_=moment)),
                sa.func.sum(sa.case((is_later, 1), else_=0)),
                sa.func.min(sa.case((is_later, _job.wake_at), else_=None)),
            )
            .where(IS_OPEN, IS_KNOWN)
            .group_by(_job.lane)
        )
        return [
            Depth(
                lane,
                int(waiting),
                int(armed),
                (moment - oldest) / 1e6,
                int(later),
                ((wake or moment) - moment) / 1e6,
            )
            for lane, waiting, armed, oldest, later, wake in await self._connection.execute(
                statement
            )
        ]

    async def due(self, work: Work) -> datetime | None:
        """When an open job is due; None when it is not open."""
        statement = sa.select(sa.type_coerce(_job.run_at, tables.Instant)).where(
            _job.key == work.key, IS_OPEN
        )
        return (await self._connection.execute(statement)).scalar_one_or_none()

    async def strange(self) -> Sequence[tuple[str, int]]:
        """Kinds of open jobs that this release does not know, and how many there are of each."""
        statement = (
            sa.select(_job.kind, sa.func.count())
            .where(IS_OPEN, sa.not_(IS_KNOWN))
            .group_by(_job.kind)
            .order_by(_job.kind)
        )
        return [(kind, int(count)) for kind, count in await self._connection.execute(statement)]

    async def waiting(self, subjects: Sequence[str], now: datetime) -> Sequence[Waiting]:
        """What of some subjects is due and not being done, by kind, and what it waits for."""
        moment = to_micros(now)
        mine = (
            sa.select(_job.kind, _job.id, _job.run_at, _job.wake_at, _job.lease, _job.error)
            .where(_job.subject.in_(subjects), IS_OPEN, _job.run_at <= moment)
            .order_by(_job.run_at, _job.id)
            .limit(_MOST)
        )
        first: dict[str, sa.RowMapping] = {}
        for row in (await self._connection.execute(mine)).mappings():
            first.setdefault(row["kind"], row)
        found = []
        for kind, row in first.items():
            if row["lease"] is not None:
                continue
            comes_first = sa.or_(
                _job.run_at < row["run_at"],
                sa.and_(_job.run_at == row["run_at"], _job.id < row["id"]),
            )
            before = sa.select(sa.func.count()).where(_job.kind == kind, IS_OPEN, comes_first)
            count = int((await self._connection.execute(before)).scalar_one())
            off = row["wake_at"] > moment
            again = (row["wake_at"] - moment) / 1e6 if off else None
            found.append(Waiting(kind, count, again, (row["error"] or "") if off else ""))
        return found
