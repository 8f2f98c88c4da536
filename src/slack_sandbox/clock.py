"""The sandbox's own time: real seconds that can also be wound forward."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True)
class Alarm:
    """Something that is due at an instant of the sandbox's clock."""

    due: float
    order: int
    ring: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Wall clock plus everything it was advanced by; alarms ring in order of their due time.

    Every deadline of the sandbox (acknowledgements, triggers, response URLs, redelivery, scheduled
    messages) lives here, so winding the clock forward is enough to reach any of them.
    """

    def __init__(self) -> None:
        self._ahead = 0.0
        self._alarms: list[Alarm] = []
        self._order = itertools.count()
        self._handle: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self._ahead

    def call_later(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        """Call ``ring`` when ``seconds`` of sandbox time have passed."""
        alarm = Alarm(self.now() + seconds, next(self._order), ring)
        heapq.heappush(self._alarms, alarm)
        if self._alarms[0] is alarm:
            self._wait()
        return alarm

    def advance(self, seconds: float) -> None:
        """Wind the clock forward, ringing on the way what becomes due, each at its own time."""
        end = self.now() + seconds
        while self._alarms and self._alarms[0].due <= end:
            alarm = heapq.heappop(self._alarms)
            self._ahead += max(0.0, alarm.due - self.now())
            if not alarm.cancelled:
                alarm.ring()
        self._ahead += max(0.0, end - self.now())
        self._wait()

    def stop(self) -> None:
        """Forget every alarm."""
        self._alarms.clear()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _wait(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        while self._alarms and self._alarms[0].cancelled:
            heapq.heappop(self._alarms)
        if self._alarms:
            delay = max(0.0, self._alarms[0].due - self.now())
            self._handle = asyncio.get_running_loop().call_later(delay, self._ring_due)

    def _ring_due(self) -> None:
        while self._alarms and (self._alarms[0].cancelled or self._alarms[0].due <= self.now()):
            alarm = heapq.heappop(self._alarms)
            if not alarm.cancelled:
                alarm.ring()
        self._wait()
