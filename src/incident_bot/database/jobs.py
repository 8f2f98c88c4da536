"""The job table: timers and outbox effects are the same kind of row.

`run_at` is the due time and does not move; `wake_at` is when the engine must look next (due, retry,
end of a lease). A claim says "wake me later": an expired lease is simply due again, `unsure`, with
a higher `fence`, so no reaper is needed. A job with a `queue` waits for those before it in that
queue, whatever they wait for. Instants are microseconds since 1970 UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot import tracing
from incident_bot.clock import Clock
from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new
from incident_bot.database.job_statements import (
    CLAIM,
    CLOSE,
    IS_OPEN,
    IS_TIMER,
    NEXT_WAKE,
    RELEASE_ABSENT,
)
from incident_bot.database.tables import micros, to_micros
from incident_bot.domain.effects import Inbound, Lane, RefreshCard, Work

OPEN, DONE, CANCELLED, DEAD = 0, 1, 2, 3


class Ending(Enum):
    """What becomes of a job that a process wrote down and did itself."""

    DONE = "done"
    AGAIN = "again"


_BATCH = 40

_job = tables.job.c


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this process may do until its lease ends."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    lane: int
    run_at: int
    fence: int
    failures: int
    unsure: bool
    first_try_at: int

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1, by those that failed. Processes that died do not count."""
        return self.failures + 1


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that will not happen by itself."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    error: str
    done_at: int


class Jobs:
    """The job rows of one transaction."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.touched = False

    async def add(self, work: Iterable[tuple[Work, datetime]], now: datetime) -> None:
        """Write jobs down. Known keys, and refreshes of which one still waits, are left out."""
        wanted = list(work)
        merges = {w.merge for w, _ in wanted if w.merge}
        waiting = await self._waiting(merges) if merges else set()
        rows = [self._row(w, at, now) for w, at in wanted if not (w.merge and w.merge in waiting)]
        for start in range(0, len(rows), _BATCH):
            await self._connection.execute(
                insert_if_new(self._connection, tables.job).on_conflict_do_nothing(
                    index_elements=["key"]
                ),
                rows[start : start + _BATCH],
            )
        self.touched = self.touched or bool(rows)

    async def add_claimed(
        self, work: Sequence[Work], now: datetime, me: str, lease: timedelta
    ) -> set[str]:
        """Write jobs down that this process does at once; returns the keys that were new."""
        moment = to_micros(now)
        new: set[str] = set()
        for start in range(0, len(work), _BATCH):
            rows = [
                {
                    **self._row(w, now, now),
                    "lease": me,
                    "fence": 1,
                    "first_try_at": moment,
                    "wake_at": moment + micros(lease),
                }
                for w in work[start : start + _BATCH]
            ]
            done = await self._connection.execute(
                insert_if_new(self._connection, tables.job)
                .on_conflict_do_nothing(index_elements=["key"])
                .returning(_job.key),
                rows,  # not `.values(rows)`: that is compiled anew for every number of rows
            )
            new.update(done.scalars())
        return new

    async def claim(
        self, me: str, now: datetime, lease: timedelta, limit: int, *, lanes: Sequence[int]
    ) -> Sequence[Claimed]:
        """Take up to `limit` due jobs of some lanes, most urgent lane first."""
        moment = to_micros(now)
        binds = {
            "me": me,
            "moment": moment,
            "until": moment + micros(lease),
            "lanes": list(lanes),
            "places": limit,
        }
        rows = (await self._connection.execute(CLAIM, binds)).mappings()
        claimed = [Claimed(**row) for row in rows]
        return sorted(claimed, key=lambda job: (job.lane, job.run_at, job.id))

    async def next_wake(self, lanes: Sequence[int] = tuple(Lane)) -> int | None:
        """When the engine must look next at some lanes, or None when nothing is open in them.

        Jobs behind the head of their queue do not count: the head's end wakes the engine.
        """
        binds = {"lanes": [int(lane) for lane in lanes]}
        return (await self._connection.execute(NEXT_WAKE, binds)).scalar_one_or_none()

    async def finish(self, job: Claimed, now: datetime) -> bool:
        """Mark a job done; False when somebody else holds it by now (then nothing may follow)."""
        return await self._close(job, DONE, now, None)

    async def held(self, keys: Iterable[str], me: str) -> set[str]:
        """Which of these keys are open and held by a process."""
        statement = sa.select(_job.key).where(_job.key.in_(sorted(keys)), _job.lease == me, IS_OPEN)
        return set((await self._connection.execute(statement)).scalars())

    async def end_held(self, keys: Sequence[str], me: str, now: datetime, ending: Ending) -> None:
        """End the jobs of these keys that a process still holds."""
        values: dict[str, Any] = {"status": DONE, "lease": None, "done_at": to_micros(now)}
        if ending is Ending.AGAIN:
            values = {"lease": None, "wake_at": _by(now)}
            self.touched = True
        await self._connection.execute(
            sa.update(tables.job)
            .where(_job.key.in_(keys), _job.lease == me, IS_OPEN)
            .values(values)
        )

    async def give_up(self, job: Claimed, now: datetime, why: str) -> bool:
        """Mark a job dead: it will not happen by itself. False when somebody else holds it."""
        return await self._close(job, DEAD, now, why)

    async def postpone(
        self, job: Claimed, until: datetime, why: str, *, counted: bool, unsure: bool
    ) -> bool:
        """Look at a job again later. Uncounted: it was not its fault (rate limits, pacing)."""
        done = await self._connection.execute(
            sa.update(tables.job)
            .where(_job.id == job.id, _job.fence == job.fence, IS_OPEN)
            .values(
                lease=None,
                wake_at=to_micros(until),
                attempt=_job.attempt + int(counted),
                unsure=sa.true() if unsure or job.unsure else sa.false(),
                error=why[:500],
            )
        )
        return done.rowcount == 1

    async def renew(self, jobs: Iterable[Claimed], now: datetime, lease: timedelta) -> None:
        """Hold on to jobs that take longer."""
        pairs = [(job.id, job.fence) for job in jobs]
        held = (
            sa.select(_job.id)
            .where(sa.tuple_(_job.id, _job.fence).in_(pairs), IS_OPEN)
            # A locked row is just being settled. Waiting for it here could be a deadlock.
            .with_for_update(skip_locked=True)
            .cte("held")
        )
        await self._connection.execute(
            sa.update(tables.job)
            .where(_job.id.in_(sa.select(held.c.id)))
            .values(wake_at=to_micros(now) + micros(lease))
        )

    async def cancel(self, subject: str, now: datetime, *, unsure: bool = False) -> int:
        """Cancel what nobody does of a subject. An optimisation: the domain row arbitrates.

        What may have happened already is left to its performer, who looks, unless the `unsure` are
        meant too: what follows makes it good.
        """
        statement = sa.update(tables.job).where(
            _job.subject == subject, IS_OPEN, _job.lease.is_(None)
        )
        if not unsure:
            statement = statement.where(sa.not_(_job.unsure))
        done = await self._connection.execute(
            statement.values(status=CANCELLED, done_at=to_micros(now))
        )
        return done.rowcount

    async def release(self, me: str, now: datetime) -> int:
        """Give back what a process held (at its end, or at the boot of SQLite's only process)."""
        condition = _job.lease.is_not(None) if me == "*" else _job.lease == me
        done = await self._connection.execute(
            sa.update(tables.job)
            .where(condition, IS_OPEN)
            .values(lease=None, wake_at=_by(now), unsure=sa.true())
        )
        self.touched = self.touched or done.rowcount > 0
        return done.rowcount

    async def release_unbegun(self, me: str, now: datetime, begun: Sequence[int]) -> int:
        """Give back what a process claimed and does not do, because the database was away.

        Gestures are left to who took them in.
        """
        done = await self._connection.execute(
            sa.update(tables.job)
            .where(
                _job.lease == me, IS_OPEN, _job.kind != Inbound.kind, _job.id.not_in(list(begun))
            )
            .values(lease=None, wake_at=_by(now), unsure=sa.true())
        )
        self.touched = self.touched or done.rowcount > 0
        return done.rowcount

    async def doubt(self) -> None:
        """Whatever is open may have been done since by somebody: it is looked for first.

        But for timers, whose doing is in the record itself.
        """
        await self._connection.execute(
            sa.update(tables.job)
            .where(IS_OPEN, sa.not_(IS_TIMER))
            .values(
                unsure=sa.true(), first_try_at=sa.func.coalesce(_job.first_try_at, _job.created_at)
            )
        )

    async def release_absent(self, me: str, now: datetime, before: datetime) -> int:
        """Free what processes hold that are not connected, if their leases end before a moment.

        On PostgreSQL only, where each replica has an advisory lock as its sign of life.
        """
        binds = {"me": me, "before": to_micros(before), "moment": to_micros(now)}
        done = await self._connection.execute(RELEASE_ABSENT, binds)
        self.touched = self.touched or done.rowcount > 0
        return done.rowcount

    async def retry_dead(self, job: int, now: datetime) -> bool:
        """Try a dead letter again; False when it is not dead any more."""
        done = await self._connection.execute(
            sa.update(tables.job)
            .where(_job.id == job, _job.status == DEAD)
            .values(
                status=OPEN, lease=None, attempt=0, wake_at=to_micros(now), done_at=None, error=None
            )
        )
        if done.rowcount != 1:
            return False
        self.touched = True
        payload = (
            await self._connection.execute(sa.select(_job.payload).where(_job.id == job))
        ).scalar_one()
        if payload.get("incident") is not None:  # the card need not show it as stuck any more
            await self.add([(RefreshCard(int(payload["incident"])), now)], now)
        return True

    async def rearm(self, work: Work, at: datetime, now: datetime) -> None:
        """Open a job again that ended although it is needed; it may have happened (unsure)."""
        await self.add([(work, at)], now)
        await self._connection.execute(
            sa.update(tables.job)
            .where(_job.key == work.key, _job.status != OPEN)
            .values(
                status=OPEN,
                lease=None,
                attempt=0,
                wake_at=to_micros(at),
                unsure=sa.true(),
                done_at=None,
            )
        )
        self.touched = True

    async def dead(self, subject: str | None = None, limit: int = 50) -> Sequence[DeadLetter]:
        """What will not happen by itself, newest first."""
        statement = (
            sa.select(_job.id, _job.kind, _job.key, _job.payload, _job.error, _job.done_at)
            .where(sa.text("job.status = 3"))
            .order_by(_job.done_at.desc())
            .limit(limit)
        )
        if subject is not None:
            statement = statement.where(_job.subject == subject)
        rows = (await self._connection.execute(statement)).mappings()
        return [DeadLetter(**row) for row in rows]

    async def count_dead(self) -> int:
        """How many jobs will not happen by themselves."""
        statement = (
            sa.select(sa.func.count()).where(sa.text("job.status = 3")).select_from(tables.job)
        )
        return int((await self._connection.execute(statement)).scalar_one())

    async def finished(self, before: datetime, limit: int) -> Sequence[int]:
        """Jobs that ended long ago; a key is remembered for as long as its row."""
        statement = (
            sa.select(_job.id)
            .where(_job.status.in_([DONE, CANCELLED]), _job.done_at < to_micros(before))
            .order_by(_job.id)
            .limit(limit)
        )
        return list((await self._connection.execute(statement)).scalars())

    async def drop(self, jobs: Sequence[int]) -> None:
        """Forget finished jobs."""
        await self._connection.execute(sa.delete(tables.job).where(_job.id.in_(jobs)))

    async def _waiting(self, merges: set[str]) -> set[str]:
        # Locked: whoever would claim one of them now leaves it until what is new has committed,
        # and so shows it. (On SQLite there is one writer at a time anyhow.)
        statement = (
            sa.select(_job.merge)
            .where(_job.merge.in_(sorted(merges)), IS_OPEN, _job.lease.is_(None))
            .order_by(_job.id)
            .with_for_update()
        )
        return set((await self._connection.execute(statement)).scalars())

    async def _close(self, job: Claimed, status: int, now: datetime, error: str | None) -> bool:
        binds = {
            "of_job": job.id,
            "of_fence": job.fence,
            "status_after": status,
            "moment": to_micros(now),
            "why": error and error[:500],
        }
        done = await self._connection.execute(CLOSE, binds)
        return done.rowcount == 1

    def _row(self, work: Work, at: datetime, now: datetime) -> dict[str, Any]:
        up = self._clock.uptime()
        return {
            "kind": work.kind,
            # A refresh may be wanted again after it was done: its key is good for one waiting only.
            "key": f"{work.merge}@{to_micros(now)}" if work.merge else work.key,
            "subject": work.subject,
            "merge": work.merge,
            "queue": work.queue,
            "lane": int(work.lane),
            "payload": {**tracing.carrier(), **work.payload()},
            "status": OPEN,
            "run_at": to_micros(at),
            "wake_at": to_micros(at),
            "fence": 0,
            "attempt": 0,
            "unsure": False,
            "created_at": to_micros(now),
            "boot": up.boot,
            "uptime": micros(up.lasted),
        }


def _by(now: datetime) -> sa.ColumnElement[int]:
    """At once, by a clock that is ahead no later than when the lease ends; a timer not too early."""
    moment = to_micros(now)
    early = sa.and_(IS_TIMER, _job.run_at > moment)
    return sa.case((early, _job.run_at), (_job.wake_at > moment, moment), else_=_job.wake_at)
