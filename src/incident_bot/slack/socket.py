"""The Socket Mode connection: reconnects with care, reads with bounds, says how it is.

On top of the SDK's client: `too_many_websockets` and `link_disabled` are told apart and waited out
(the SDK would reconnect at once, without end), and the inbound queue is bounded, so that a flood is
left in the network until there is room.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.clock import Clock

PING_EVERY = 1.6  # seconds; a dead connection is noticed within about 2.5 × this
QUEUE = 500
AT_ONCE = 100
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
DISABLED_WAIT = 60.0
TURNED_AWAY = frozenset({"too_many_websockets", "link_disabled"})
"""Reasons to hang up after which Slack wants to be left alone for a while."""
_log = structlog.get_logger()


class Socket(SocketModeClient):
    """One Socket Mode connection of this process."""

    def __init__(
        self,
        app_token: str,
        web_client: AsyncWebClient,
        clock: Clock,
        connected: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        quiet = logging.getLogger("slack_sdk.socket_mode")
        super().__init__(
            app_token=app_token, web_client=web_client, ping_interval=PING_EVERY, logger=quiet
        )
        self.message_queue = asyncio.Queue(maxsize=QUEUE)
        self.state = "connecting"
        self.reconnects = 0
        self.lost_at: datetime | None = None
        self._retired = False
        self._is_waiting = False
        self._was_connected = False
        self._last_frame: datetime | None = None
        self._clock = clock
        self._connected = connected
        self._refused = 0
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> int:
        """How many envelopes are being handled."""
        return len(self._tasks)

    async def connect(self) -> None:
        """Connect, and keep trying; afterwards whatever was missed is asked for."""
        await super().connect()  # type: ignore[no-untyped-call]
        if self.closed:
            return
        again = self._was_connected
        self._was_connected = True
        self.state = "connected"
        self.reconnects += again
        if again:
            self.lost_at = self._last_frame
        _log.info("socket.connected", again=again)
        # In a task of its own: the SDK's monitor and receiver, which call this, have just been
        # cancelled for their successors, and would end at the next await.
        task = asyncio.create_task(self._connected())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def retire(self, patience: float) -> None:
        """Hang up, in a moment in which nothing is in hand if one comes within `patience` seconds.

        Until then everything that arrives is handled: Slack sends no command a second time.
        """
        self._retired = True
        self.auto_reconnect_enabled = False
        await self.drain(patience)
        await self.disconnect()  # type: ignore[no-untyped-call]
        self.state = "closed"

    async def enqueue_message(self, message: str) -> None:
        """Queue a message, waiting for room. Whoever is being read is alive.

        While the queue is full nothing is read, so no pong either: without a sign of life of our
        own making the connection would be taken for dead in the middle of a flood.
        """
        read = _read(message)
        if read.get("type") == "disconnect" and read.get("reason") in TURNED_AWAY:
            # The close frame comes right behind it: the SDK, which reads that one first, must not
            # connect anew before this one is handled.
            self.auto_reconnect_enabled = False
        while True:
            self.last_ping_pong_time = None  # the SDK's word for "heard just now"
            try:
                async with asyncio.timeout(PING_EVERY):
                    await self.message_queue.put(message)
            except TimeoutError:
                continue
            return

    async def process_message(self) -> None:
        """Take the next message when there is room to handle it."""
        await self._room.acquire()
        raw = await self.message_queue.get()
        self._last_frame = self._clock.now()
        message = _read(raw)
        task = asyncio.create_task(self._handle(message, raw))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, patience: float) -> None:
        """Wait until what was received is handled, at most `patience` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._tasks or not self.message_queue.empty():
                    if self._tasks:
                        await asyncio.wait(list(self._tasks))
                    else:  # the next one is about to be taken from the queue
                        await self._clock.sleep(0.01)

    async def _handle(self, message: dict[str, Any], raw: str) -> None:
        try:
            if message.get("type") == "hello":
                self._refused = 0
            if message.get("type") == "disconnect":
                await self._reconnect(str(message.get("reason", "")))
            else:
                await self.run_message_listeners(message, raw)
        finally:
            self._room.release()

    async def _reconnect(self, reason: str) -> None:
        if self._retired or self._is_waiting:
            return
        wait = self._patience(reason)
        if wait:
            # Meanwhile the SDK must not knock: its monitor would, every few seconds.
            self._is_waiting, self.auto_reconnect_enabled = True, False
            try:
                await self._wait(wait)
            finally:
                self._is_waiting = False
        if not self.closed and not self._retired:
            await self.connect_to_new_endpoint(force=True)

    def _patience(self, reason: str) -> float:
        """How many seconds Slack's reason for hanging up asks to stay away."""
        self.state = "reconnecting"
        if reason == "too_many_websockets":
            self._refused += 1
            wait: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (self._refused - 1))
            hint = "more than ten connections use this app token; stop the others"
            _log.error("socket.too_many", retry_in=wait, hint=hint)
            return wait
        if reason == "link_disabled":
            self.state = "disabled"
            hint = "Socket Mode is switched off in the app's settings; switch it on"
            _log.error("socket.disabled", retry_in=DISABLED_WAIT, hint=hint)
            return DISABLED_WAIT
        _log.info("socket.refresh", reason=reason)
        return 0.0

    async def _wait(self, seconds: float) -> None:
        await self._clock.sleep(seconds / self._clock.real_seconds(1.0))


def _read(raw: str) -> dict[str, Any]:
    try:
        message = json.loads(raw)
    except json.JSONDecodeError:
        return {}
    return message if isinstance(message, dict) else {}
