"""Who writes next: one writer at a time, and people before the engine."""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType


class WriterQueue:
    """A lock with two lines: whoever waits as urgent goes before all others."""

    def __init__(self) -> None:
        self._busy = False
        self._lines: tuple[deque[asyncio.Future[None]], deque[asyncio.Future[None]]] = (
            deque(),
            deque(),
        )

    def turn(self, *, urgent: bool) -> _Turn:
        """A context that holds the lock."""
        return _Turn(self, urgent)

    async def take(self, *, urgent: bool) -> None:
        """Wait for a turn."""
        if not self._busy:
            self._busy = True
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines[0 if urgent else 1].append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.give()  # the turn came while being cancelled: pass it on
            raise

    def give(self) -> None:
        """End a turn: the next in line has it at once."""
        for line in self._lines:
            while line:
                following = line.popleft()
                if not following.done():
                    following.set_result(None)
                    return
        self._busy = False


class _Turn:
    def __init__(self, queue: WriterQueue, urgent: bool) -> None:
        self._queue = queue
        self._urgent = urgent

    async def __aenter__(self) -> None:
        await self._queue.take(urgent=self._urgent)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._queue.give()
