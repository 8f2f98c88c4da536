"""The present instant, as the engine needs it: with the record put right whenever the clock was set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from incident_bot.database.instants import SKEW
from incident_bot.operations import paging
from incident_bot.operations.desk import Desk

_log = structlog.get_logger()


class ClockWatch:
    """Looks at the clock. `hold` extends the leases of what is being done; `poll` as the engine's."""

    def __init__(self, desk: Desk, poll: timedelta, hold: Callable[[], Awaitable[None]]) -> None:
        self._desk = desk
        self._poll = poll
        self._hold = hold
        self._seen: tuple[datetime, timedelta] | None = None  # the time, and the machine's uptime
        self._compared = timedelta()

    async def now(self) -> datetime:
        """The present instant. A clock that was set, also back before the start, is noticed.

        Raises:
            Unavailable: when the database does not answer.
        """
        while True:
            up, now = self._desk.clock.uptime().lasted, self._desk.clock.now()
            if not await self._follow(now, up):
                return now

    async def _follow(self, now: datetime, up: timedelta) -> bool:
        """Put right what is wrong since the last look; whether anything was. Meanwhile time passes."""
        seen, was_up = self._seen or (now, up)
        back = seen + (up - was_up) - now
        is_wrong = self._seen is None or back > SKEW or await self._is_something_ahead(up)
        if is_wrong:
            await self._put_right(now, back)
            self._compared = up
        if back < -SKEW:
            async with self._desk.database.write() as tx:
                await tx.instants.leave_to_their_holders(-back, now, self._desk.lease)
        has_slept = now > seen + self._desk.lease / 2
        if has_slept:
            await self._hold()  # it woke in the middle of things
        self._seen = now, up
        return is_wrong or back < -SKEW or has_slept

    async def _is_something_ahead(self, up: timedelta) -> bool:
        """At each poll: who had asked the clock before it was set may have written after that.

        What another host wrote is not looked at: its clock may always be some seconds ahead.
        """
        if up < self._compared + self._poll:
            return False
        async with self._desk.database.read() as tx:
            ahead = await tx.instants.ahead(here=True)
        self._compared = up
        return ahead is not None

    async def _put_right(self, now: datetime, back: timedelta) -> None:
        async with self._desk.database.write() as tx:
            back = max(back, await tx.instants.ahead() or back)
            await tx.instants.put_right(self._desk.lease)
            if back > SKEW:
                await paging.show_times_again(tx, now)
        if back > SKEW:
            _log.error("clock.set_back", seconds=back.total_seconds())
