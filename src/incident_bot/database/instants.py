"""Putting right what was written down by a clock that was ahead and has been set back.

A job knows when it was written down twice: by the clock, which may be set, and by the uptime of the
machine, which nobody sets. The one must have gone as far since as the other; by how much the clock
went less, by so much what it armed is pulled back, each job by its own clock's error. What another
boot wrote is only known to be wrong while it lies in the future: then it counts from now.

What is due at a time of day is left alone: that is the same by any clock. A clock set forward pulls
nothing: it may have been the machine that stood still, and a page that is late is worse than an early one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.clock import Clock, Uptime
from incident_bot.database import tables
from incident_bot.database.job_statements import IS_OPEN
from incident_bot.database.tables import micros, to_micros
from incident_bot.domain.effects import WORK, UpdateDue

SKEW = timedelta(seconds=5)
"""So much the clocks of two hosts may differ; what is ahead by more was written by a wrong one."""

_job = tables.job.c
_BY_THE_CALENDAR = _job.kind.in_(sorted(kind for kind, work in WORK.items() if work.calendar))
_HELD = _job.lease.is_not(None)
_RETRIED = sa.and_(~_HELD, _job.first_try_at.is_not(None))
_OF_ANOTHER = _job.boot.is_distinct_from(sa.bindparam("here"))
_NEWEST = sa.select(
    sa.func.max(sa.case((~_OF_ANOTHER, _job.created_at - _job.uptime))),
    sa.func.max(sa.case((_OF_ANOTHER, _job.created_at))),
    sa.func.max(_job.first_try_at),
).where(IS_OPEN)
"""Binds: `here`, this machine's boot. Asked at every poll, so it is built once."""


class Instants:
    """The instants of the open jobs, as one transaction sees them.

    The clock is asked after the jobs: what was written down since is not in the future by it.
    """

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def ahead(self, *, here: bool = False) -> timedelta | None:
        """By how much the furthest open job was written down, or begun, ahead; None: none was.

        `here` asks only for what this machine wrote down, of which alone that is certain.
        """
        boot = {"here": self._clock.uptime().boot}
        own, foreign, begun = (await self._connection.execute(_NEWEST, boot)).one()
        up, now = self._ask()
        shown = [] if own is None else [own + micros(up.lasted)]
        if not here:
            shown += [one for one in (foreign, begun) if one is not None]
        error = timedelta(microseconds=max(shown, default=0) - to_micros(now))
        return error if error > SKEW else None

    async def put_right(self, lease: timedelta) -> None:
        """Pull back what was written down ahead; look within a lease at what is held or tried again.

        A timer comes never before it is due. Nothing is pulled back twice, whoever else notices it.
        """
        newest = (await self._connection.execute(sa.select(sa.func.max(_job.id)))).scalar_one()
        if newest is None:
            return
        up, now = self._ask()
        of_another = _job.boot.is_distinct_from(up.boot)
        passed = micros(up.lasted) - _job.uptime
        error = _job.created_at - to_micros(now) + sa.case((of_another, 0), else_=passed)
        wrong = sa.and_(_job.id <= newest, error > micros(SKEW))
        # The incidents' rows first, the jobs' rows last: everybody locks in this order.
        await self._pull_deadlines_back(wrong, error)
        begun = _job.first_try_at > to_micros(now + SKEW)
        soon = to_micros(now + lease)
        waits = sa.and_(sa.or_(_HELD, _RETRIED), _job.wake_at > soon)
        changed = (
            sa.select(_job.id)
            .where(IS_OPEN, sa.or_(wrong, begun, waits))
            .order_by(_job.id)
            .with_for_update()
        )
        armed = sa.and_(wrong, sa.not_(_BY_THE_CALENDAR))
        written = sa.case((wrong, _job.created_at - error), else_=_job.created_at)
        due = sa.case((armed, _job.run_at - error), else_=_job.run_at)
        look = sa.case(
            (waits, soon),
            (sa.and_(armed, _job.first_try_at.is_(None)), _job.wake_at - error),
            else_=_job.wake_at,
        )
        since = sa.case((sa.and_(wrong, of_another), micros(up.lasted)), else_=_job.uptime)
        await self._connection.execute(
            sa.update(tables.job)
            .where(_job.id.in_(changed))
            .values(
                run_at=due,
                wake_at=sa.case((look < due, due), else_=look),
                created_at=written,
                first_try_at=sa.case((begun, written), else_=_job.first_try_at),
                boot=sa.case((wrong, up.boot), else_=_job.boot),
                uptime=since,
            )
        )

    async def leave_to_their_holders(
        self, forward: timedelta, now: datetime, lease: timedelta
    ) -> None:
        """The clock was set forward: leases end as much later, so that nobody else takes what is held.

        None of them is longer than a lease from now.
        """
        soon = to_micros(now + lease)
        later = _job.wake_at + micros(forward)
        held = (
            sa.select(_job.id)
            .where(IS_OPEN, _HELD, _job.wake_at < soon)
            .order_by(_job.id)
            .with_for_update()
        )
        await self._connection.execute(
            sa.update(tables.job)
            .where(_job.id.in_(held))
            .values(wake_at=sa.case((later < soon, later), else_=soon))
        )

    def _ask(self) -> tuple[Uptime, datetime]:
        # In this order: should the process stand still between them, what it waited is no error.
        return self._clock.uptime(), self._clock.now()

    async def _pull_deadlines_back(
        self, wrong: sa.ColumnElement[bool], error: sa.ColumnElement[int]
    ) -> None:
        incident = tables.incident.c
        cadence = sa.literal("cadence:").concat(sa.cast(incident.id, sa.Text))
        timer = sa.and_(IS_OPEN, _job.kind == UpdateDue.kind, _job.subject == cadence, wrong)
        due = sa.type_coerce(incident.update_due_at, sa.BigInteger)
        span = sa.select(sa.func.max(error)).where(timer).scalar_subquery()
        await self._connection.execute(
            sa.update(tables.incident)
            .where(sa.exists().where(timer))
            .values(update_due_at=due - span)
        )
