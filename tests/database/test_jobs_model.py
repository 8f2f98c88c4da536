"""Any sequence of claims, ends, delays, cancellations and lost processes agrees with a model."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.database.migrate import upgrade
from incident_bot.domain.effects import ConfirmPin, Lane, RingPerson, SayEntry, Work
from incident_bot.settings import shipped

EPOCH = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)
_template: list[Path] = []


@dataclass
class Row:
    """What the model knows of a job."""

    work: Work
    order: int
    run_at: datetime
    wake_at: datetime
    open: bool = True
    holder: str | None = None
    fence: int = 0
    unsure: bool = False


class JobTable(RuleBasedStateMachine):
    """Two processes work on one table; the clock goes on between steps."""

    @initialize()
    def begin(self) -> None:
        if not _template:
            made = Path(tempfile.mkdtemp()) / "template.db"
            asyncio.run(upgrade(f"sqlite:///{made}", shipped("migrations")))
            _template.append(made)
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.runner.run(self._open(shutil.copy(_template[0], self.folder / "bot.db")))
        self.now = EPOCH
        self.rows: dict[str, Row] = {}
        self.held: list[Claimed] = []

    async def _open(self, file: Path) -> None:
        self.database = Database(f"sqlite:///{file}")

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
        self.rows.setdefault(work.key, Row(work, len(self.rows), at, at))

    @rule(me=st.sampled_from(["one", "two"]), limit=st.integers(1, 5))
    def claim(self, me: str, limit: int) -> None:
        found = self._write(lambda tx: tx.jobs.claim(me, self.now, LEASE, limit, lanes=tuple(Lane)))
        due = sorted(self._due(), key=lambda r: (r.work.lane, r.wake_at, r.order))[:limit]
        assert {job.key for job in found} == {row.work.key for row in due}
        for job in found:
            row = self.rows[job.key]
            row.unsure = row.unsure or row.holder is not None
            row.holder, row.fence, row.wake_at = me, row.fence + 1, self.now + LEASE
            assert (job.fence, job.unsure) == (row.fence, row.unsure)
        self.held += found

    @rule(pick=st.integers(0, 50), end=st.sampled_from(["finish", "give_up", "postpone"]))
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
                lambda tx: tx.jobs.postpone(job, later, "429", counted=False, unsure=False)
            )
        assert done == mine
        if mine:
            row.holder = None
            row.open = end == "postpone"
            row.wake_at, row.unsure = later, job.unsure

    @rule(page=st.integers(1, 2))
    def cancel(self, page: int) -> None:
        count = self._write(lambda tx: tx.jobs.cancel(f"page:{page}", self.now))
        gone = [
            row
            for row in self.rows.values()
            if row.open
            and row.work.subject == f"page:{page}"
            and row.holder is None
            and not row.unsure
        ]
        for row in gone:
            row.open = False
        assert count == len(gone)

    @rule(me=st.sampled_from(["one", "two"]))
    def die(self, me: str) -> None:
        self._write(lambda tx: tx.jobs.release(me, self.now))
        for row in self.rows.values():
            if row.open and row.holder == me:
                row.holder, row.wake_at, row.unsure = None, self.now, True

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_next_wake_is_the_earliest_of_the_heads(self) -> None:
        if not hasattr(self, "database"):
            return
        heads = [row.wake_at for row in self.rows.values() if row.open and self._is_head(row)]
        found = self._write(lambda tx: tx.jobs.next_wake())
        assert found == (round(min(heads).timestamp() * 1e6) if heads else None)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.runner.run(self.database.close())
            self.runner.close()
            shutil.rmtree(self.folder)

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
            and (other.run_at, other.order) < (row.run_at, row.order)
        ]
        return not before

    def _write(self, act):  # type: ignore[no-untyped-def]
        async def run():  # type: ignore[no-untyped-def]
            async with self.database.write() as tx:
                return await act(tx)

        return self.runner.run(run())


TestJobTable = JobTable.TestCase
TestJobTable.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
