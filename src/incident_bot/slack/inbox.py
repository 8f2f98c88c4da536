"""Gestures on record: written down before they are acknowledged, and closed when they are done.

Those that arrive together share one commit. While the database is away each is tried again for as
long as Slack waits; whatever else must be written about one is kept in hand until it can be.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from incident_bot import tracing
from incident_bot.database.jobs import Ending
from incident_bot.database.transaction import Transaction
from incident_bot.domain.effects import Inbound
from incident_bot.errors import InDoubt, Unavailable
from incident_bot.operations.desk import Desk

BATCH = 200
COMMITS = 4
"""How often in a row gestures are only written down, before those written down are handled."""
LAST_TRY = 1.2
"""Seconds after its arrival in which writing a gesture down may begin; Slack waits for three."""
ANSWER_BY = 2.0
"""Seconds after its arrival at which a person is told that it was not written down."""
FAREWELL = 1.0
"""Seconds at the end of the process for what is still kept in hand."""
_log = structlog.get_logger()
Acknowledge = Callable[[], Awaitable[None]]


class Inbox:
    """The gestures that this process takes in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None
        self._in_hand: set[str] = set()
        self._endings: dict[str, Ending] = {}
        self._ending: asyncio.Task[None] | None = None

    async def record(self, work: Inbound, acknowledge: Acknowledge) -> bool:
        """Write a gesture down with all others that wait, and acknowledge it.

        False when it was here before.

        Raises:
            Unavailable: when it is not on record, and never will be.
            InDoubt: when nobody knows. If it is, it is done as soon as the database answers.
        """
        if work.key in self._in_hand:
            await acknowledge()
            return False
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, acknowledge, future, self._desk.clock.uptime().lasted))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        with tracing.step("transaction"):
            return await future

    async def finish(self, work: Inbound) -> None:
        """A gesture is done."""
        await self._end(work.key, Ending.DONE)

    async def give_back(self, work: Inbound) -> None:
        """A gesture was interrupted: the engine does it again."""
        await self._end(work.key, Ending.AGAIN)

    async def close(self) -> None:
        """Write what is kept in hand if that can be done now, and keep nothing any more."""
        if self._ending is not None:
            self._ending.cancel()
            await asyncio.wait({self._ending})
        if self._endings:
            with contextlib.suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await self._write_endings(self._endings)

    # --- beginning ----------------------------------------------------------------------------

    async def _flush(self) -> None:
        with tracing.resume({}):  # the commit belongs to no one of them
            await self._write_down()

    async def _write_down(self) -> None:
        failures = 0
        while self._waiting:
            recorded: list[tuple[_Waiting, bool]] = []
            for _ in range(COMMITS):  # who has come meanwhile is acknowledged first, too
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                try:
                    recorded += await self._commit(batch) if batch else ()
                    failures = 0
                except Unavailable as error:
                    failures += 1
                    self._put_back(batch, error)
                    break
            for one, new in recorded:
                if not one.recorded.done():
                    one.recorded.set_result(new)
            if failures and self._waiting:
                await self._desk.wait_for_database(0)

    async def _commit(self, batch: Sequence[_Waiting]) -> Sequence[tuple[_Waiting, bool]]:
        """Write gestures down in one commit and acknowledge them; which of them are new."""
        desk, now = self._desk, self._desk.clock.now()
        writing: Transaction | None = None
        left = ANSWER_BY - max(self._age(one) for one in batch)
        try:
            async with asyncio.timeout(max(0.1, left)), desk.database.write(urgent=True) as tx:
                writing = tx
                new = await tx.jobs.add_claimed([w.work for w in batch], now, desk.me, desk.lease)
                # Of one that was tried before nobody knows whether it was written then.
                doubtful = {w.work.key for w in batch if w.tried} - new - self._in_hand
                new |= await tx.jobs.held(doubtful, desk.me) if doubtful else set()
        except (TimeoutError, Unavailable) as error:
            for one in batch:
                one.in_doubt = one.in_doubt or (writing is not None and writing.in_doubt)
            raise Unavailable(str(error) or "the database does not answer in time") from error
        except Exception as error:
            if len(batch) > 1:  # whichever it was must not keep the others out
                return [told for one in batch for told in await self._commit_alone(one)]
            _log.exception("intake.failed")
            raise Unavailable(repr(error)) from error
        told = []
        for one in batch:
            await one.acknowledge()
            told.append((one, one.work.key in new))
            new.discard(one.work.key)  # a second one of the same batch is not new
        self._in_hand |= {one.work.key for one, is_new in told if is_new}
        return told

    async def _commit_alone(self, one: _Waiting) -> Sequence[tuple[_Waiting, bool]]:
        try:
            return await self._commit([one])
        except Unavailable as error:
            self._put_back([one], error)
            return ()

    def _put_back(self, batch: Sequence[_Waiting], error: Unavailable) -> None:
        """Try again with those that have time left; the others are not written down, or in doubt."""
        rest = []
        for one in batch:
            if self._age(one) < LAST_TRY:
                one.tried = True
                rest.append(one)
                continue
            if one.in_doubt:  # perhaps it was, and only the answer lost
                self._keep(one.work.key, Ending.AGAIN)
            if not one.recorded.done():
                one.recorded.set_exception(InDoubt(str(error)) if one.in_doubt else error)
        self._waiting[:0] = rest

    def _age(self, one: _Waiting) -> float:
        """Seconds on the wall since a gesture arrived."""
        clock = self._desk.clock
        return clock.real_seconds((clock.uptime().lasted - one.since).total_seconds())

    # --- ending -------------------------------------------------------------------------------

    async def _end(self, key: str, ending: Ending) -> None:
        try:
            await self._write_endings({key: ending})
        except Unavailable as error:
            _log.warning("intake.kept_in_hand", ending=ending.value, why=str(error))
            self._keep(key, ending)
        self._in_hand.discard(key)

    def _keep(self, key: str, ending: Ending) -> None:
        self._endings[key] = ending
        if self._ending is None or self._ending.done():
            self._ending = asyncio.create_task(self._write_when_possible(), name="endings")

    async def _write_when_possible(self) -> None:
        failures = 0
        while self._endings:
            failures += 1
            await self._desk.wait_for_database(failures)
            written = dict(self._endings)
            try:
                await self._write_endings(written)
            except Unavailable as error:
                _log.warning("intake.kept_in_hand", count=len(written), why=str(error))
                continue
            for key, ending in written.items():
                if self._endings[key] is ending:
                    del self._endings[key]

    async def _write_endings(self, endings: dict[str, Ending]) -> None:
        desk = self._desk
        async with desk.database.write() as tx:
            for ending in Ending:
                keys = [key for key, wanted in endings.items() if wanted is ending]
                if keys:
                    await tx.jobs.end_held(keys, desk.me, desk.clock.now(), ending)


@dataclass(slots=True)
class _Waiting:
    """A gesture to be written down, and who waits to hear whether it was new."""

    work: Inbound
    acknowledge: Acknowledge
    recorded: asyncio.Future[bool]
    since: timedelta
    tried: bool = False
    in_doubt: bool = False
