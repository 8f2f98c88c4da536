"""Time as a door: every instant in the house is asked of a Clock, never of the system.

All instants are aware datetimes in UTC.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""A new UUID at each boot of Linux: random(4)."""
_UPTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_processes_clocks = itertools.count()


@dataclass(frozen=True, slots=True)
class Uptime:
    """For how long a machine has run: nobody sets it. Of two boots it cannot be compared."""

    boot: str
    lasted: timedelta


class Clock(Protocol):
    """What tells the time and waits for it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def uptime(self) -> Uptime:
        """How long the machine has been up, suspensions included where it counts them."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of this clock's time."""
        ...

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        """Wait until `wake` is set or `until` has come, whichever is first."""
        ...

    def real_seconds(self, seconds: float) -> float:
        """How many seconds of the wall `seconds` of this clock take (for network timeouts)."""
        ...


class SystemClock:
    """The operating system's clock."""

    def __init__(self) -> None:
        self._boot = _boot()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def uptime(self) -> Uptime:
        return Uptime(self._boot, timedelta(seconds=time.clock_gettime(_UPTIME)))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        timeout = None if until is None else max(0.0, (until - self.now()).total_seconds())
        try:
            async with asyncio.timeout(timeout):
                await wake.wait()
        except TimeoutError:
            return

    def real_seconds(self, seconds: float) -> float:
        return seconds


class PacedClock:
    """A clock that runs `speed` times as fast: fifteen minutes in fifteen seconds at 60.

    Used by the demo and by drills. It starts at the present instant.
    """

    def __init__(self, speed: float) -> None:
        if not speed > 0:
            msg = f"the clock's speed must be above 0, not {speed}"
            raise ValueError(msg)
        self._speed = speed
        self._start = datetime.now(UTC)
        self._zero = time.monotonic()
        self._boot = _boot_of_this_process()

    def now(self) -> datetime:
        return self._start + self._passed()

    def uptime(self) -> Uptime:
        return Uptime(self._boot, self._passed())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)

    async def wait(self, wake: asyncio.Event, until: datetime | None) -> None:
        timeout = None
        if until is not None:
            timeout = max(0.0, (until - self.now()).total_seconds() / self._speed)
        try:
            async with asyncio.timeout(timeout):
                await wake.wait()
        except TimeoutError:
            return

    def real_seconds(self, seconds: float) -> float:
        return seconds / self._speed

    def _passed(self) -> timedelta:
        return timedelta(seconds=(time.monotonic() - self._zero) * self._speed)


def _boot() -> str:
    """Which boot of which machine this is; where nobody tells, what a process knows is its own."""
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return _boot_of_this_process()


def _boot_of_this_process() -> str:
    return f"{os.getpid()}.{next(_processes_clocks)} {time.time_ns()}"
