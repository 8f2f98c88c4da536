"""An event loop in which time never passes by itself: it jumps to whatever is due next.

Every `asyncio.sleep`, timeout and alarm of the program under test is therefore instant, and their
order is the order of their due times, always the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from datetime import UTC, datetime, timedelta
from typing import Any

from incident_bot.clock import Uptime

EPOCH = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday, in business hours
_TICK = timedelta(microseconds=1)


class NothingLeftToHappenError(RuntimeError):
    """Somebody waits for something that no timer will bring."""


class _Jump:
    """In place of a selector: instead of waiting for `timeout` seconds, let them be over."""

    def __init__(self, loop: TimelessLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise NothingLeftToHappenError
        if timeout > 0:
            self._loop.passed += timeout
        return []


class TimelessLoop(asyncio.BaseEventLoop):
    """No sockets, no threads, no waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0
        self._selector = _Jump(self)
        self._clock_resolution = 1e-9
        self.born: Callable[[asyncio.Task[Any]], None] = lambda _task: None
        self.set_task_factory(self._make)

    def time(self) -> float:
        return self.passed

    def _process_events(self, _events: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        coroutine: Coroutine[Any, Any, Any],
        context: Context | None = None,
        **_more: Any,
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(coroutine, loop=loop, context=context)
        (context or copy_context()).run(self.born, task)
        return task


class JumpingClock:
    """A clock of the simulation; unless it is set back it never shows the same instant twice.

    It is `ahead()` seconds ahead of the truth, and runs since `booted_at()`. Who waits does so for as
    many seconds, even if it is set meanwhile: as with the system's clock.
    """

    def __init__(
        self,
        loop: TimelessLoop,
        ahead: Callable[[], float] = lambda: 0.0,
        booted_at: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._loop = loop
        self._ahead = ahead
        self._booted_at = booted_at
        self._last = EPOCH

    def now(self) -> datetime:
        self._last = max(self._last + _TICK, EPOCH + timedelta(seconds=self._loop.passed))
        return self._last + timedelta(seconds=self._ahead())

    def uptime(self) -> Uptime:
        booted = self._booted_at()
        return Uptime(f"at {booted}", timedelta(seconds=self._loop.passed - booted))

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
