"""What the open jobs take the time to be, and putting them right when the clock was set back.

Whoever runs on a clock that is ahead arms timers too late by as much. Once the clock is set back
they are pulled back by the same span, all together, so that their distances and their order stay.
What is due at a time of day is left alone: that is the same by any clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.job_statements import IS_OPEN
from incident_bot.database.tables import to_micros
from incident_bot.domain.effects import WORK, UpdateDue

SKEW = timedelta(seconds=5)
"""So much the clocks of two hosts may differ; what is ahead by more was written by a wrong one."""

_job = tables.job.c
_BY_THE_CALENDAR = _job.kind.in_(sorted(kind for kind, work in WORK.items() if work.calendar))
_HELD = _job.lease.is_not(None)


class Instants:
    """The instants of the open jobs, as one transaction sees them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(self, lease: timedelta) -> datetime | None:
        """When an open job was written down, first begun or held last; None when none is open."""
        held_since = sa.case((_HELD, _job.wake_at - lease // timedelta(microseconds=1)))
        asked = sa.select(
            *(
                sa.type_coerce(sa.func.max(one), tables.Instant)
                for one in (_job.created_at, _job.first_try_at, held_since)
            )
        ).where(IS_OPEN)
        found = (await self._connection.execute(asked)).one()
        return max((one for one in found if one is not None), default=None)

    async def pull_back(self, last: datetime, now: datetime, lease: timedelta) -> int:
        """Pull back what a clock wrote that showed `last` when it was `now`; how many jobs.

        What was armed keeps its distance; what was begun or is to be tried again is looked at
        within a lease, but a timer never before it is due. Nothing is pulled back twice, whoever else
        notices it.
        """
        moment, span = to_micros(now), to_micros(last) - to_micros(now)
        armed_ahead = _job.created_at > to_micros(now + SKEW)
        begun_ahead = _job.first_try_at > to_micros(now + SKEW)
        held_until = to_micros(now + lease)
        too_long = sa.and_(_HELD, _job.wake_at > held_until)
        retried = sa.and_(~_HELD, _job.first_try_at.is_not(None), _job.wake_at > moment)
        # The incidents' rows first, the jobs' rows last: everybody locks in this order.
        await self._pull_deadlines_back(armed_ahead, span)
        wrong = (
            sa.select(_job.id)
            .where(IS_OPEN, sa.or_(armed_ahead, begun_ahead, too_long, retried))
            .order_by(_job.id)
            .with_for_update()
        )
        armed = sa.and_(armed_ahead, sa.not_(_BY_THE_CALENDAR))
        due = sa.case((armed, _earlier(_job.run_at, span, moment)), else_=_job.run_at)
        look = sa.case(
            (too_long, held_until),
            (_HELD, _job.wake_at),
            (sa.and_(retried, _job.wake_at - span > held_until), held_until),
            (sa.or_(armed, retried), _earlier(_job.wake_at, span, moment)),
            else_=_job.wake_at,
        )
        done = await self._connection.execute(
            sa.update(tables.job)
            .where(_job.id.in_(wrong))
            .values(
                run_at=due,
                wake_at=sa.case((look < due, due), else_=look),
                created_at=sa.case((armed_ahead, _job.created_at - span), else_=_job.created_at),
                first_try_at=sa.case(
                    (begun_ahead, _job.first_try_at - span), else_=_job.first_try_at
                ),
            )
        )
        return done.rowcount

    async def _pull_deadlines_back(self, armed_ahead: sa.ColumnElement[bool], span: int) -> None:
        incident = tables.incident.c
        cadence = sa.literal("cadence:").concat(sa.cast(incident.id, sa.Text))
        timer = sa.exists().where(
            IS_OPEN, _job.kind == UpdateDue.kind, _job.subject == cadence, armed_ahead
        )
        due = sa.type_coerce(incident.update_due_at, sa.BigInteger)
        await self._connection.execute(
            sa.update(tables.incident).where(timer).values(update_due_at=due - span)
        )


def _earlier(instant: sa.ColumnElement[int], span: int, moment: int) -> sa.ColumnElement[int]:
    """An instant earlier by a span, but not before the present one."""
    return sa.case(
        (instant - span > moment, instant - span), else_=sa.literal(moment, sa.BigInteger)
    )
