"""Time as a door: every instant in the house is asked of a Clock, never of the system.

All instants are aware datetimes in UTC.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits for it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
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

    def now(self) -> datetime:
        return datetime.now(UTC)

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

    def now(self) -> datetime:
        passed = (time.monotonic() - self._zero) * self._speed
        return self._start + timedelta(seconds=passed)

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
