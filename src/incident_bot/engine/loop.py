"""The loop: claim what is due, do it, sleep until the next instant that matters.

Pages have places of their own, so that nothing else can hold them up; of the others only state may
take the last, so that no decoration of a slow Slack holds up what people must see. A lost database is
waited for. On stop nothing new is claimed; what runs may end; the rest is given back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from incident_bot.database.jobs import Claimed
from incident_bot.domain.effects import WORK, Lane, Work
from incident_bot.engine.clock_watch import ClockWatch
from incident_bot.engine.performing import Performer, Performing, instant
from incident_bot.engine.watch import Watch
from incident_bot.errors import Unavailable
from incident_bot.operations.desk import Desk

PAGE_PLACES = 16
OTHER_PLACES = 48
LOWER_PLACES = 24
"""So many of the others may decorate or keep house."""
SAFETY_POLL = timedelta(seconds=15)
PAGES = (int(Lane.PAGES),)
STATE = (int(Lane.STATE),)
LOWER = (int(Lane.DECORATION), int(Lane.HOUSEKEEPING))
_log = structlog.get_logger()


class Engine:
    """Performs the job table."""

    def __init__(
        self, desk: Desk, performers: Mapping[type[Work], Performer], watch: Watch
    ) -> None:
        self._desk = desk
        self._watch = watch
        self._performing = Performing(desk, performers, watch)
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._has_strays = False
        self._stopping = False
        self._turning = asyncio.Lock()
        # What is meant for the wall's time is longer on a paced clock, by its speed.
        self._poll = SAFETY_POLL / desk.clock.real_seconds(1.0)
        self._clock = ClockWatch(desk, self._poll, self._hold)

    @property
    def in_flight(self) -> int:
        """How many jobs are being done."""
        return len(self._running)

    async def run(self) -> None:
        """Run until `stop()`."""
        async with asyncio.TaskGroup() as group:
            renewing = group.create_task(self._renew())
            failures = 0
            while not self._stopping:
                hopeful = self._desk.database.woken.is_set() or self._has_strays
                self._desk.database.woken.clear()
                try:
                    # Who was woken finds work nearly always: asking when first would delay it.
                    busy = hopeful and await self.turn()
                    if not busy:
                        until = await self._next()
                        busy = until <= self._desk.clock.now() and await self.turn()
                    failures = 0
                except Unavailable as error:
                    failures += 1
                    self._has_strays = True
                    wait = await self._desk.wait_for_database(failures)
                    _log.error("database.unavailable", why=str(error), waited=wait)
                    continue
                if not busy:
                    # A poll at most from now: the clock may have been set back since `_next`.
                    until = min(until, self._desk.clock.now() + self._poll)
                    await self._desk.clock.wait(self._desk.database.woken, until)
            renewing.cancel()

    async def turn(self) -> bool:
        """Claim once and begin what was claimed; False when nothing was due.

        Raises:
            Unavailable: when the database does not answer.
        """
        self._watch.beat()
        async with self._turning:
            now = await self._clock.now()
            claimed = [] if self._stopping else await self._claim(now)
            timers = [job for job in claimed if job.kind in WORK and WORK[job.kind].timer]
            for job in claimed:
                if job not in timers:
                    self._begin(job)
            if timers:
                await self._performing.timers(timers)
        return bool(claimed)

    async def settle(self) -> None:
        """Wait until everything begun has ended and is recorded (for tests and for stopping)."""
        while self._running:
            await asyncio.wait(list(self._running))
        await self._performing.settle()

    async def stop(self, patience: float) -> None:
        """Claim nothing more, let what runs end within `patience` real seconds, give back the rest."""
        self._stopping = True
        self._desk.database.woken.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                async with self._turning:  # what is being claimed is begun first
                    pass
                await self.settle()
        for task in list(self._running):
            task.cancel()
        await self.settle()
        with contextlib.suppress(Unavailable):
            async with self._desk.database.write() as tx:
                await tx.jobs.release(self._desk.me, self._desk.clock.now())

    async def _claim(self, now: datetime) -> list[Claimed]:
        claimed: list[Claimed] = []
        async with self._desk.database.write() as tx:
            now = min(now, self._desk.clock.now())  # set back meanwhile it makes nobody's lease end
            if self._has_strays:
                begun = [job.id for job in self._running.values()]
                await tx.jobs.release_unbegun(self._desk.me, now, begun)
            for lanes in (PAGES, STATE, LOWER):
                places = self._room(claimed)[lanes]
                if places > 0:
                    claimed += await tx.jobs.claim(
                        self._desk.me, now, self._desk.lease, places, lanes=lanes
                    )
        self._has_strays = False
        return claimed

    def _room(self, claimed: Sequence[Claimed] = ()) -> dict[tuple[int, ...], int]:
        """How many places each group of lanes has left, beside what was claimed a moment ago."""
        taken = [job.lane for job in (*self._running.values(), *claimed)]
        pages, lower = taken.count(Lane.PAGES), sum(lane in LOWER for lane in taken)
        others = OTHER_PLACES - (len(taken) - pages)
        return {
            PAGES: PAGE_PLACES - pages,
            STATE: others,
            LOWER: min(others, LOWER_PLACES - lower),
        }

    async def _next(self) -> datetime:
        """When to look next, for the lanes with free places; the end of a job wakes anyhow."""
        poll = await self._clock.now() + self._poll
        lanes = [lane for group, places in self._room().items() if places > 0 for lane in group]
        async with self._desk.database.read() as tx:
            wake = await tx.jobs.next_wake(lanes)
        return poll if wake is None else min(instant(wake), poll)

    def _begin(self, job: Claimed) -> None:
        task = asyncio.create_task(self._performing.effect(job), name=f"job {job.id} {job.kind}")
        self._running[task] = job
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        job = self._running.pop(task, None)
        self._desk.database.woken.set()
        if not task.cancelled() and (error := task.exception()) is not None and job is not None:
            _log.error("job.crashed", kind=job.kind, job=job.id, exc_info=error)

    async def _renew(self) -> None:
        while True:
            await self._desk.clock.sleep(self._desk.lease.total_seconds() / 3)
            try:
                await self._hold()
            except Unavailable as error:
                _log.warning("lease.not_renewed", why=str(error))

    async def _hold(self) -> None:
        """Extend the leases of what is being done."""
        held = list(self._running.values())
        if held:
            async with self._desk.database.write() as tx:
                await tx.jobs.renew(held, self._desk.clock.now(), self._desk.lease)
