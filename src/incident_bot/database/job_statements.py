"""The statements of the job table that run all the time, built once.

`status = 0` is a literal, never a bind: a generic prepared plan on PostgreSQL would not use the
partial index.
"""

from __future__ import annotations

import sqlalchemy as sa

from incident_bot.database import tables
from incident_bot.domain.effects import WORK

_job = tables.job.c
IS_OPEN = sa.text("job.status = 0")
_KINDS: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{kind}'") for kind in sorted(WORK)]
IS_KNOWN = _job.kind.in_(_KINDS)
"""Work of another release is left to those who know it, and holds up nobody here."""
IS_TIMER = _job.kind.in_(sorted(kind for kind, work in WORK.items() if work.timer))


def _is_behind() -> sa.Exists:
    """Whether an open job of the same queue comes first, whatever that one waits for.

    In the order in which they were written down: by their times, one that somebody was slow to
    write would overtake another that is being done, and what that one shows would stay.
    """
    head = tables.job.alias("head")
    return sa.exists().where(
        head.c.queue == _job.queue,
        sa.text("head.status = 0"),
        head.c.kind.in_(_KINDS),
        head.c.id < _job.id,
    )


PRESENCE = 0x1BC0
"""The space of the advisory locks by which replicas show that they live."""

RELEASE_ABSENT = sa.text(
    """
    UPDATE job SET lease = NULL, unsure = true, wake_at = GREATEST(
        LEAST(wake_at, :moment), CASE WHEN kind LIKE 'timer.%' THEN run_at ELSE 0 END
    ) WHERE id IN (
        SELECT held.id FROM job AS held
        WHERE held.status = 0 AND held.lease <> :me AND held.wake_at <= :before
        AND NOT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND classid = :space
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND objid::bigint = hashtext(held.lease)::bigint & 4294967295
        )
        FOR UPDATE OF held SKIP LOCKED
    )
    """
).bindparams(space=PRESENCE)

_is_head = sa.or_(_job.queue.is_(None), ~_is_behind())

_due = (
    sa.select(_job.id)
    .where(
        IS_OPEN,
        IS_KNOWN,
        _job.wake_at <= sa.bindparam("moment", type_=sa.BigInteger),
        _job.lane.in_(sa.bindparam("lanes", expanding=True)),
        _is_head,
    )
    .order_by(_job.lane, _job.wake_at, _job.id)
    .limit(sa.bindparam("places", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=tables.job)
    .cte("due")
)

CLAIM = (
    sa.update(tables.job)
    .where(_job.id.in_(sa.select(_due.c.id)))
    .values(
        lease=sa.bindparam("me"),
        wake_at=sa.bindparam("until", type_=sa.BigInteger),
        fence=_job.fence + 1,
        unsure=sa.case((_job.lease.is_not(None), sa.true()), else_=_job.unsure),
        first_try_at=sa.func.coalesce(
            _job.first_try_at, sa.bindparam("moment", type_=sa.BigInteger)
        ),
    )
    .returning(
        _job.id,
        _job.kind,
        _job.key,
        _job.payload,
        _job.lane,
        _job.run_at,
        _job.fence,
        _job.attempt.label("failures"),
        _job.unsure,
        _job.first_try_at,
    )
)
"""Binds: `me`, `moment` and `until` (microseconds), `lanes` (a list), `places`."""

NEXT_WAKE = (
    sa.select(_job.wake_at)
    .where(IS_OPEN, IS_KNOWN, _job.lane.in_(sa.bindparam("lanes", expanding=True)), _is_head)
    .order_by(_job.wake_at)
    .limit(1)
)
"""Binds: `lanes` (a list)."""

CLOSE = (
    sa.update(tables.job)
    .where(
        _job.id == sa.bindparam("of_job", type_=sa.BigInteger),
        _job.fence == sa.bindparam("of_fence", type_=sa.Integer),
        IS_OPEN,
    )
    .values(
        status=sa.bindparam("status_after", type_=sa.SmallInteger),
        lease=None,
        done_at=sa.bindparam("moment", type_=sa.BigInteger),
        error=sa.bindparam("why", type_=tables.Words),
    )
)
"""Binds: `of_job`, `of_fence`, `status_after`, `moment` (microseconds), `why`."""
