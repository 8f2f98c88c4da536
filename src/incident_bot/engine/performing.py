"""Doing claimed jobs: timers in the record, effects outside it, and writing down the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from incident_bot import tracing
from incident_bot.database.jobs import Claimed
from incident_bot.database.transaction import Transaction
from incident_bot.domain.delivery import GiveUp, Outcome, Sent, TryLater, after_failure, backoff
from incident_bot.domain.effects import WORK, Lane, Work
from incident_bot.engine.watch import Watch
from incident_bot.errors import IncidentBotError, Unavailable
from incident_bot.operations import outcomes
from incident_bot.operations.desk import Desk

Performer = Callable[[Claimed, Work], Awaitable[Outcome]]
BATCH = 32
"""Outcomes that share a commit at most."""
_log = structlog.get_logger()


class LostLeaseError(IncidentBotError):
    """Somebody else holds the job by now: nothing of this attempt may be recorded."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """An effect whose outcome waits to be recorded."""

    job: Claimed
    work: Work | None
    outcome: Outcome
    recorded: asyncio.Future[None]
    trace: Mapping[str, str]


class Performing:
    """Does one claimed job, or one batch of timers.

    `kept` counts the outcomes that cannot be written down while the database is away.
    """

    def __init__(
        self, desk: Desk, performers: Mapping[type[Work], Performer], watch: Watch
    ) -> None:
        self._desk = desk
        self._performers = performers
        self._watch = watch
        self.kept = 0
        self._ended: list[_Ended] = []
        self._recording: asyncio.Task[None] | None = None

    async def effect(self, job: Claimed) -> None:
        """Do an effect and record its outcome, however long the database is away meanwhile."""
        with tracing.begin(f"effect {job.kind}", job.payload, _facts(job)):
            await self._effect(job)

    async def _effect(self, job: Claimed) -> None:
        kind = WORK.get(job.kind)
        if kind is None:
            await self._settle(job, None, GiveUp(f"this release does not know {job.kind}"))
            return
        try:
            work = kind.read(job.payload)
            await self._settle(job, work, await self._attempt(job, work))
        except Exception as error:  # noqa: BLE001 -- else it would come back for ever, uncounted
            await self._settle(job, None, self._broken(job, error))

    async def timers(self, jobs: Sequence[Claimed]) -> None:
        """Fire due timers in due order, in one transaction; one that fails is postponed alone.

        Raises:
            Unavailable: when the database does not answer.
        """
        now = self._desk.clock.now()
        ordered = sorted(jobs, key=lambda j: (j.run_at, j.id))
        try:
            async with self._desk.database.write() as tx:
                await _hold(tx, ordered)
                for job in ordered:
                    await self._fire(tx, job, now)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 -- whichever it was is found by firing them one by one
            for job in ordered:
                await self._fire_alone(job, now)
        for job in jobs:
            self._watch.fired(job.kind, (now - instant(job.run_at)).total_seconds())

    async def _fire(self, tx: Transaction, job: Claimed, now: datetime) -> None:
        work = WORK[job.kind].read(job.payload)
        # A trace of its own: what armed it may be long ago.
        with tracing.begin(job.kind, job.payload, _facts(job), apart=True):
            await outcomes.timer_due(tx, self._desk.rules(), work, instant(job.run_at), now)
        if not await tx.jobs.finish(job, now):
            raise LostLeaseError(job.key)

    async def _fire_alone(self, job: Claimed, now: datetime) -> None:
        try:
            async with self._desk.database.write() as tx:
                await self._fire(tx, job, now)
        except LostLeaseError:
            self._watch.lost(job.kind)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad timer must not stop the others
            async with self._desk.database.write() as tx:
                await self._postpone_broken(tx, job, error, now)

    async def _postpone_broken(
        self, tx: Transaction, job: Claimed, error: Exception, now: datetime
    ) -> None:
        reference = self._desk.mint.reference()
        _log.error("timer.failed", kind=job.kind, job=job.id, reference=reference, exc_info=error)
        later = TryLater(backoff(job.attempt, self._desk.mint.fraction()), f"error {reference}")
        outcome = after_failure(later, job.attempt)
        if isinstance(outcome, GiveUp):
            await tx.jobs.give_up(job, now, outcome.why)
        else:
            until = now + outcome.after
            await tx.jobs.postpone(job, until, outcome.why, counted=True, unsure=False)

    async def _attempt(self, job: Claimed, work: Work) -> Outcome:
        performer = self._performers.get(type(work))
        if performer is None:
            return GiveUp(f"nothing here performs {job.kind}")
        try:
            return await performer(job, work)
        except Unavailable as error:
            return TryLater(backoff(job.attempt, 0.5), str(error), counted=False, unsure=True)
        except Exception as error:  # noqa: BLE001 -- the one place that must survive anything
            return self._broken(job, error)

    def _broken(self, job: Claimed, error: Exception) -> Outcome:
        """Something nobody foresaw: said in the log, tried again later, and not for ever."""
        reference = self._desk.mint.reference()
        tracing.note(reference=reference)
        _log.error("effect.failed", kind=job.kind, job=job.id, reference=reference, exc_info=error)
        wait = backoff(job.attempt, self._desk.mint.fraction())
        later = TryLater(wait, f"unexpected error {reference}", unsure=True)
        return after_failure(later, job.attempt)

    async def _settle(self, job: Claimed, work: Work | None, outcome: Outcome) -> None:
        """Record an outcome. It is kept while the database is away: nobody else knows it."""
        failures = 0
        while True:
            try:
                return await self._next_commit(job, work, outcome)
            except Unavailable as error:
                failures += 1
                _log.warning("outcome.kept", kind=job.kind, job=job.id, why=str(error))
                self.kept += 1
                await self._desk.wait_for_database(failures)
                self.kept -= 1

    async def _next_commit(self, job: Claimed, work: Work | None, outcome: Outcome) -> None:
        """Record an outcome; those that end meanwhile share the next commit."""
        recorded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        tracing.note(outcome=type(outcome).__name__)
        self._ended.append(_Ended(job, work, outcome, recorded, tracing.carrier()))
        if self._recording is None or self._recording.done():
            self._recording = asyncio.create_task(self._record_all(), name="outcomes")
        with tracing.step("transaction"):
            await recorded

    async def settle(self) -> None:
        """Wait until the outcomes at hand are recorded."""
        if self._recording is not None:
            await asyncio.wait({self._recording})

    async def _record_all(self) -> None:
        while self._ended:
            batch, self._ended = self._ended[:BATCH], self._ended[BATCH:]
            try:
                with tracing.resume({}):  # it belongs to no one of them
                    await self._record(batch)
            except Unavailable as error:
                for ended in batch:
                    if not ended.recorded.done():
                        ended.recorded.set_exception(error)
                continue
            except Exception:  # noqa: BLE001 -- whichever it was is found one by one
                for ended in batch:
                    await self._record_alone(ended)
                continue
            for ended in batch:
                if not ended.recorded.done():
                    ended.recorded.set_result(None)

    async def _record_alone(self, ended: _Ended) -> None:
        try:
            with tracing.resume({}):
                await self._record([ended])
        except LostLeaseError:
            self._watch.lost(ended.job.kind)
            _log.warning("job.lost", kind=ended.job.kind, job=ended.job.id)
        except Exception as error:  # noqa: BLE001 -- whoever did the job must hear of it
            if not ended.recorded.done():
                ended.recorded.set_exception(error)
            return
        if not ended.recorded.done():
            ended.recorded.set_result(None)

    async def _record(self, batch: Sequence[_Ended]) -> None:
        now = self._desk.clock.now()
        async with self._desk.database.write() as tx:
            await _hold(tx, [e.job for e in batch if not isinstance(e.outcome, TryLater)])
            for ended in batch:
                with tracing.resume(ended.trace):
                    held = await self._write_down(tx, ended.job, ended.work, ended.outcome, now)
                if not held:
                    raise LostLeaseError(ended.job.key)
        for ended in batch:
            age = (now - instant(ended.job.run_at)).total_seconds()
            self._watch.settled(ended.job, ended.outcome, age)

    async def _write_down(
        self, tx: Transaction, job: Claimed, work: Work | None, outcome: Outcome, now: datetime
    ) -> bool:
        # Domain rows first, the job's row last: everybody locks in this order.
        rules = self._desk.rules()
        if isinstance(outcome, TryLater):
            return await tx.jobs.postpone(
                job,
                now + outcome.after,
                outcome.why,
                counted=outcome.counted,
                unsure=outcome.unsure,
            )
        if isinstance(outcome, Sent):
            if work is not None:
                await outcomes.succeeded(tx, rules, work, outcome, now)
            return await tx.jobs.finish(job, now)
        if work is not None:
            await outcomes.gave_up(tx, rules, work, outcome, now)
        if outcome.quiet:
            return await tx.jobs.finish(job, now)
        return await tx.jobs.give_up(job, now, outcome.why)


async def _hold(tx: Transaction, jobs: Sequence[Claimed]) -> None:
    """Hold what a batch is about: what it reads stays so, and all lock their incidents first."""
    about = [(job.payload.get("incident"), job.payload.get("page")) for job in jobs]
    await tx.incidents.hold(
        {int(number) for number, _ in about if number is not None},
        {int(page) for number, page in about if number is None and page is not None},
    )


def _facts(job: Claimed) -> tracing.Facts:
    """What a span of a job says of it: the words of the log."""
    return {
        "job": job.id,
        "kind": job.kind,
        "lane": Lane(job.lane).name.lower(),
        "attempt": job.attempt,
        "incident": job.payload.get("incident"),
        "page": job.payload.get("page"),
    }


def instant(micros: int) -> datetime:
    """Microseconds since 1970 UTC as an aware datetime."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC)
