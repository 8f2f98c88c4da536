"""The Socket Mode connection: made anew whenever it ends, however it ends.

One task asks for an address, connects, reads until the end, and begins again: at once, then after
waits that grow. So there are never two reconnections, and no address is tried twice (each is good
once). While as many envelopes are in hand as may be, nothing is read: a flood stays in the network.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.clock import Clock
from incident_bot.domain.delivery import backoff
from incident_bot.slack.gateway import refusal_of
from incident_bot.slack.tokens import LONGEST_WAIT, TOKEN_REFUSED

PING_EVERY = 1.2  # seconds of silence
UNANSWERED = 2
"""After so many pings in vain nobody is there: that is noticed after 3.6 s."""
HANDSHAKE = 10.0
GREETING = 5.0
CLOSING = 1.0
FAREWELL = 12.0  # seconds; Slack hangs up about ten after it has asked to connect anew
ACKNOWLEDGE_WITHIN = 3.0
AT_ONCE = 100
CROWDED_WAIT = 1.0
SLOW_WAIT = 60.0
"""For what a person must put right first."""
BRIEF = timedelta(seconds=1)
"""A connection that did not last longer counts as one that could not be made."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _End:
    """Why there is no connection (any more), and how many seconds to stay away at least."""

    why: str
    state: str = "reconnecting"
    wait: float = 0.0
    hint: str = ""


_HUNG_UP = {
    "too_many_websockets": _End(
        "too_many_websockets",
        wait=CROWDED_WAIT,
        hint="more than ten connections use this app token; stop the others",
    ),
    "link_disabled": _End(
        "link_disabled",
        "disabled",
        SLOW_WAIT,
        "Socket Mode is switched off in the app's settings; switch it on",
    ),
}
"""Reasons to hang up after which Slack wants to be left alone; the others are routine."""


class Socket(AsyncBaseSocketModeClient):
    """The Socket Mode connection of this process.

    `state` is connecting, connected, reconnecting, disabled, refused or closed; `trouble` says why
    it is not connected, and since when. `dice()` gives jitter in [0, 1). `connected` is called
    whenever a connection was made.
    """

    def __init__(
        self,
        app_token: str,
        web_client: AsyncWebClient,
        clock: Clock,
        dice: Callable[[], float],
        connected: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self.app_token = app_token
        self.web_client = web_client
        self.socket_mode_request_listeners = []
        self.state = "connecting"
        self.trouble = ""
        self.reconnects = 0
        self._was_connected = False
        self._clock = clock
        self._pace = 1 / clock.real_seconds(1.0)
        self._dice = dice
        self._connected = connected
        self._live: aiohttp.ClientWebSocketResponse | None = None
        self._up = asyncio.Event()
        self._up_at: datetime | None = None
        self._down_at = clock.now()
        self._retired = False
        self._tried = asyncio.Event()
        self._lines: set[asyncio.Task[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()

    @property
    def busy(self) -> int:
        """How many envelopes are being handled."""
        return len(self._tasks)

    async def connect(self) -> None:
        """Begin. Returns when the first attempt has ended; others follow it by themselves."""
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=HANDSHAKE))
        _start(self._keep(session), self._lines)
        await self._tried.wait()

    async def retire(self, patience: float) -> None:
        """Hang up, in a moment in which nothing is in hand if one comes within `patience` seconds.

        Until then everything that arrives is handled: Slack sends no command a second time.
        """
        self._retired = True
        await self.drain(patience)
        await self.close()

    async def drain(self, patience: float) -> None:
        """Wait until what was received is handled, at most `patience` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._tasks:
                    await asyncio.wait(list(self._tasks))

    async def close(self) -> None:
        """Hang up."""
        self._retired = True
        lines = list(self._lines)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        self.state = "closed"

    async def send_message(self, message: str) -> None:
        """Send on the newest connection: Slack takes an acknowledgement on any.

        Raises:
            ConnectionError: there is none within the time in which Slack wants one.
        """
        for _ in range(2):
            if self._live is None and not self._retired:
                patience = timedelta(seconds=ACKNOWLEDGE_WITHIN * self._pace)
                await self._clock.wait(self._up, self._down_at + patience)
            live = self._live
            if live is None:
                break
            try:
                await live.send_str(message)
            except ConnectionError:
                self._lost(live)
            else:
                return
        raise ConnectionError("not connected to Slack")

    # --- one connection after the other -------------------------------------------------------

    async def _keep(self, session: aiohttp.ClientSession) -> None:
        failures, now = 0, self._clock.now
        async with session:
            while not self._retired:
                end = await self._attempt(session)
                up = self._up_at
                failures = 0 if up and now() - up > BRIEF * self._pace else failures + 1
                # What was cut is replaced at once; what is cut again and again, and what could not
                # be made, after a while.
                tries = failures - 1 if up else failures
                again = backoff(tries, self._dice(), LONGEST_WAIT) if tries > 0 else timedelta(0)
                wait = max(end.wait, again.total_seconds())
                self._say(end, wait)
                self._tried.set()
                await self._clock.sleep(wait * self._pace)

    async def _attempt(self, session: aiohttp.ClientSession) -> _End:
        """One connection, from its address to its end; whatever happens, the bot must go on."""
        self._up_at = None
        try:
            live = await session.ws_connect(
                await self._address(),
                autoping=False,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSING),
                proxy=self.web_client.proxy,
                ssl=True if self.web_client.ssl is None else self.web_client.ssl,
            )
        except SlackApiError as error:
            return _refusal(error)
        except Exception as error:  # noqa: BLE001 -- an address may be wrong in many ways
            return _End(f"cannot connect: {error!r}")
        return await self._hold(live)

    async def _address(self) -> str:
        answer = await self.web_client.apps_connections_open(app_token=self.app_token)
        return str(answer["url"])

    async def _hold(self, live: aiohttp.ClientWebSocketResponse) -> _End:
        """Read one connection to its end, or until Slack asks to make another one."""
        reason = ""
        try:
            reason = await self._read(live, GREETING)
        except TimeoutError:
            return _End("connected, but Slack does not say hello")
        except Exception as error:  # noqa: BLE001 -- what comes from outside may be anything
            return _End(f"connection broken: {error!r}")
        finally:
            if not reason or reason in _HUNG_UP:
                self._lost(live)
                await live.close()
        if reason in _HUNG_UP:
            return _HUNG_UP[reason]
        if reason:
            _start(self._leave(live), self._lines)
        return _End(reason or "connection lost")

    async def _leave(self, live: aiohttp.ClientWebSocketResponse) -> None:
        """Hear what Slack still sends on a connection that it will close, then close it."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    while await self._read(live, None):
                        pass
        finally:
            self._lost(live)
            await live.close()

    async def _read(self, live: aiohttp.ClientWebSocketResponse, patience: float | None) -> str:
        """Hand envelopes over; returns Slack's reason to hang up, "" at the connection's end.

        Raises:
            TimeoutError: Slack has not said hello within `patience` seconds.
        """
        async with asyncio.timeout(patience) as greeting:
            while (frame := await _frame(live)) is not None:
                if frame.get("type") == "hello":
                    greeting.reschedule(None)
                    self._greeted(live)
                elif frame.get("type") == "disconnect":
                    return str(frame.get("reason") or "disconnect")
                elif (request := SocketModeRequest.from_dict(frame)) is not None:
                    _start(self._handle(request), self._tasks, self._make_room)
                    if len(self._tasks) >= AT_ONCE:
                        self._room.clear()
                        await self._room.wait()
        return ""

    def _greeted(self, live: aiohttp.ClientWebSocketResponse) -> None:
        now = self._clock.now()
        away = now - self._down_at if self._live is None else timedelta(0)
        self._live, self._up_at = live, now
        self._up.set()
        self.state, self.trouble = "connected", ""
        self.reconnects += self._was_connected
        seconds = round(self._clock.real_seconds(away.total_seconds()), 3)
        _log.info("socket.connected", again=self._was_connected, away=seconds)
        self._was_connected = True
        self._tried.set()
        _start(self._connected(), self._tasks, self._make_room)

    def _lost(self, live: aiohttp.ClientWebSocketResponse) -> None:
        if self._live is live:
            self._live, self._down_at = None, self._clock.now()
            self._up.clear()
            self._room.set()  # whoever waits for room must see that this connection has ended

    def _say(self, end: _End, wait: float) -> None:
        self.state = end.state if self._was_connected or end.hint else "connecting"
        since = f"{self._down_at:%Y-%m-%d %H:%M:%S} UTC"
        self.trouble = f"{end.why}; {end.hint}" if end.hint else f"{end.why}; since {since}"
        if not wait:
            _log.info("socket.reconnecting", why=end.why)
        else:
            log = _log.error if end.hint else _log.warning
            log("socket.away", why=end.why, since=since, retry_in=round(wait, 1), hint=end.hint)

    # --- envelopes ----------------------------------------------------------------------------

    async def _handle(self, request: SocketModeRequest) -> None:
        listeners: list[Any] = self.socket_mode_request_listeners
        for listener in listeners:
            try:
                await listener(self, request)
            except Exception as error:  # noqa: BLE001 -- one envelope must not cost the others
                _log.error("socket.unhandled", type=request.type, exc_info=error)

    def _make_room(self, _task: asyncio.Task[None]) -> None:
        if len(self._tasks) < AT_ONCE:
            self._room.set()


def _start(
    work: Coroutine[Any, Any, None],
    kept: set[asyncio.Task[None]],
    *then: Callable[[asyncio.Task[None]], None],
) -> None:
    """Run something beside; it is kept for as long as it runs."""
    task = asyncio.create_task(work)
    kept.add(task)
    for act in (kept.discard, *then):
        task.add_done_callback(act)


async def _frame(live: aiohttp.ClientWebSocketResponse) -> dict[str, Any] | None:
    """The next frame, None at the end. Whoever says nothing is asked; silence then is the end."""
    silent = 0
    while silent <= UNANSWERED:
        try:
            message = await live.receive(timeout=PING_EVERY)
        except TimeoutError:
            silent += 1
            with contextlib.suppress(ConnectionError):
                await live.ping()
            continue
        silent = 0
        if message.type is aiohttp.WSMsgType.PING:
            with contextlib.suppress(ConnectionError):
                await live.pong(message.data)
        elif message.type is aiohttp.WSMsgType.TEXT:
            with contextlib.suppress(json.JSONDecodeError):
                frame = json.loads(message.data)
                if isinstance(frame, dict):
                    return frame
        elif message.type is not aiohttp.WSMsgType.PONG:
            return None
    return None


def _refusal(error: SlackApiError) -> _End:
    """Slack gives no address: what it says, and how long it wants to be left alone."""
    refusal = refusal_of(error)
    if refusal.word in TOKEN_REFUSED:
        hint = "Slack refuses SLACK_APP_TOKEN; make a new one and restart"
        return _End(refusal.word, "refused", SLOW_WAIT, hint)
    wait = refusal.retry_after.total_seconds() if refusal.retry_after else 0.0
    return _End(f"apps.connections.open: {refusal}", wait=wait)
