"""Any sequence of claims, ends, delays, cancellations and lost processes agrees with a model."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.domain.effects import ConfirmPin, Lane, RingPerson, SayEntry, Work

EPOCH = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)


class TakenBackError(Exception):
    """A transaction is not to commit."""


@dataclass
class Row:
    """What the model knows of a job."""

    work: Work
    order: int
    wake_at: datetime
    open: bool = True
    holder: str | None = None
    fence: int = 0
    unsure: bool = False
    failures: int = 0


class JobTable(RuleBasedStateMachine):
    """Two processes work on one table; the clock goes on between steps."""

    def __init__(self, database: Database, runner: asyncio.Runner) -> None:
        super().__init__()
        self.database = database
        self.runner = runner
        self.now = EPOCH
        self.rows: dict[str, Row] = {}
        self.held: list[Claimed] = []
        self._write(lambda tx: tx.connection.execute(sa.text("DELETE FROM job")))

    @rule(
        work=st.one_of(
            st.builds(SayEntry, st.just(1), st.integers(1, 4)),
            st.builds(ConfirmPin, st.integers(1, 3), st.just("C1"), st.just("1.0")),
            st.builds(RingPerson, st.integers(1, 2), st.just(0), st.sampled_from(["UA", "UB"])),
        ),
        delay=st.integers(0, 120),
    )
    def add(self, work: Work, delay: int) -> None:
        at = self.now + timedelta(seconds=delay)
        self._write(lambda tx: tx.jobs.add([(work, at)], self.now))
        self.rows.setdefault(work.key, Row(work, len(self.rows), at))

    @rule(me=st.sampled_from(["one", "two"]), limit=st.integers(1, 5))
    def claim(self, me: str, limit: int) -> None:
        found = self._write(lambda tx: tx.jobs.claim(me, self.now, LEASE, limit, lanes=tuple(Lane)))
        self._taken(me, found, self._first(self._due(), limit))

    @precondition(lambda self: self.database.dialect == "postgresql")
    @rule(limits=st.tuples(st.integers(1, 5), st.integers(1, 5)), commits=st.booleans())
    def claim_at_the_same_time(self, limits: tuple[int, int], commits: bool) -> None:
        """What is claimed in a transaction that is still open is seen by nobody else."""
        one, two = self.runner.run(self._both_claim(limits, commits))
        due = self._due()
        first = self._first(due, limits[0])
        second = self._first([row for row in due if row not in first], limits[1])
        assert {job.key for job in one} == {row.work.key for row in first}
        if commits:
            self._taken("one", one, first)
        self._taken("two", two, second)

    async def _both_claim(
        self, limits: tuple[int, int], commits: bool
    ) -> tuple[Sequence[Claimed], Sequence[Claimed]]:
        one: Sequence[Claimed] = ()
        with contextlib.suppress(TakenBackError):
            async with self.database.write() as tx:
                one = await tx.jobs.claim("one", self.now, LEASE, limits[0], lanes=tuple(Lane))
                async with self.database.write() as other:
                    two = await other.jobs.claim(
                        "two", self.now, LEASE, limits[1], lanes=tuple(Lane)
                    )
                if not commits:
                    raise TakenBackError
        return one, two

    def _first(self, due: Iterable[Row], limit: int) -> list[Row]:
        return sorted(due, key=lambda row: (row.work.lane, row.wake_at, row.order))[:limit]

    def _taken(self, me: str, found: Sequence[Claimed], due: Sequence[Row]) -> None:
        assert {job.key for job in found} == {row.work.key for row in due}
        for job in found:
            row = self.rows[job.key]
            row.unsure = row.unsure or row.holder is not None
            row.holder, row.fence, row.wake_at = me, row.fence + 1, self.now + LEASE
            assert (job.fence, job.unsure) == (row.fence, row.unsure)
            assert job.attempt == row.failures + 1
        self.held += found

    @rule(pick=st.integers(0, 50), end=st.sampled_from(["finish", "give_up", "fail", "wait"]))
    def end_one(self, pick: int, end: str) -> None:
        if not self.held:
            return
        job = self.held[pick % len(self.held)]
        row = self.rows[job.key]
        mine = row.open and row.fence == job.fence
        later = self.now + timedelta(seconds=30)
        if end == "finish":
            done = self._write(lambda tx: tx.jobs.finish(job, self.now))
        elif end == "give_up":
            done = self._write(lambda tx: tx.jobs.give_up(job, self.now, "no"))
        else:
            done = self._write(
                lambda tx: tx.jobs.postpone(job, later, "no", counted=end == "fail", unsure=False)
            )
        assert done == mine
        if mine:
            row.holder = None
            row.open = end in ("fail", "wait")
            row.failures += end == "fail"
            row.wake_at, row.unsure = later, job.unsure

    @rule(page=st.integers(1, 2), unsure=st.booleans())
    def cancel(self, page: int, unsure: bool) -> None:
        subject = f"page:{page}"
        count = self._write(lambda tx: tx.jobs.cancel(subject, self.now, unsure=unsure))
        gone = [
            row
            for row in self.rows.values()
            if row.open
            and row.work.subject == subject
            and row.holder is None
            and (unsure or not row.unsure)
        ]
        for row in gone:
            row.open = False
        assert count == len(gone)

    @rule(me=st.sampled_from(["one", "two"]))
    def die(self, me: str) -> None:
        self._write(lambda tx: tx.jobs.release(me, self.now))
        for row in self.rows.values():
            if row.open and row.holder == me:
                row.holder, row.wake_at, row.unsure = None, min(row.wake_at, self.now), True

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_next_wake_is_the_earliest_of_the_heads(self) -> None:
        heads = [row.wake_at for row in self.rows.values() if row.open and self._is_head(row)]
        found = self._write(lambda tx: tx.jobs.next_wake())
        assert found == (round(min(heads).timestamp() * 1e6) if heads else None)

    def _due(self) -> list[Row]:
        return [
            row
            for row in self.rows.values()
            if row.open and row.wake_at <= self.now and self._is_head(row)
        ]

    def _is_head(self, row: Row) -> bool:
        before = [
            other
            for other in self.rows.values()
            if other.open
            and other.work.queue is not None
            and other.work.queue == row.work.queue
            and other.order < row.order
        ]
        return not before

    def _write(self, act):  # type: ignore[no-untyped-def]
        async def run():  # type: ignore[no-untyped-def]
            async with self.database.write() as tx:
                return await act(tx)

        return self.runner.run(run())


def test_any_sequence_agrees_with_the_model(url: str) -> None:
    database = Database(url)
    with asyncio.Runner() as runner:
        run_state_machine_as_test(
            lambda: JobTable(database, runner),
            settings=settings(
                max_examples=60,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
        runner.run(database.close())
