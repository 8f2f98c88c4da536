"""A clock for stories: real time, plus everything it was wound forward by."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from incident_bot.clock import Uptime


class WoundClock:
    """Runs like the system's clock and can be wound forward; whoever waits is woken in time."""

    def __init__(self) -> None:
        self._ahead = self._jumped = timedelta()
        self._wound = asyncio.Event()
        self._boot = f"of {id(self)}"

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def uptime(self) -> Uptime:
        return Uptime(self._boot, timedelta(seconds=time.monotonic()) + self._ahead - self._jumped)

    def reboot(self) -> None:
        """The machine starts anew: nothing tells how long it was up before."""
        self._boot += "'"

    def advance(self, span: timedelta) -> None:
        """Wind forward."""
        self._ahead += span
        self._wound.set()
        self._wound = asyncio.Event()

    def jump(self, span: timedelta) -> None:
        """Be set, or sleep with the machine; who waits goes on waiting for as many seconds."""
        self._ahead += span
        self._jumped += span

    def real_seconds(self, seconds: float) -> float:
        return seconds

    async def sleep(self, seconds: float) -> None:
        await self.wait(asyncio.Event(), self.now() + timedelta(seconds=seconds))

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        jumped = self._jumped
        while not wake.is_set():
            wound = self._wound
            left = None
            if until is not None:
                left = (until + (self._jumped - jumped) - self.now()).total_seconds()
                if left <= 0:
                    return
            waiting = [asyncio.create_task(e.wait()) for e in (wake, wound)]
            try:
                await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waiting:
                    task.cancel()
                await asyncio.gather(*waiting, return_exceptions=True)
