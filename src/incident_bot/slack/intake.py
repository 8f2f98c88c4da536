"""Envelopes → listeners: recorded before they are acknowledged, done once however often they come.

Commands, buttons and shortcuts are not sent again by Slack, so each becomes a job row first (many
in one commit), is acknowledged, and then handled; after a crash the engine replays the row. Forms
are handled before they are acknowledged, because the answer may be an error in the form. Events are
handled before they are acknowledged too: Slack sends unacknowledged ones again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from incident_bot import tracing
from incident_bot.clock import Clock
from incident_bot.database.gesture import Attempt, attempting, mark_of
from incident_bot.database.jobs import Claimed
from incident_bot.domain.delivery import Outcome, Sent
from incident_bot.domain.effects import Inbound, Work
from incident_bot.errors import Unavailable
from incident_bot.operations.desk import Desk
from incident_bot.slack import actions
from incident_bot.slack.listeners.bolt import EVENTS

BATCH = 200
COMMITS = 4
"""How often in a row gestures are only written down, before those written down are handled."""
_RECORDED = frozenset({"block_actions", "shortcut", "message_action"})
_STEPWISE = frozenset({actions.FORM_ROLES, actions.FORM_PAGE})
"""Forms of several steps, each of which knows by itself whether it was done."""
_log = structlog.get_logger()
Measure = Callable[[str, float], None]
"""(type, seconds to the acknowledgement)."""


class Intake:
    """Takes envelopes from the socket and hands them to Bolt's listeners."""

    def __init__(self, desk: Desk, bolt: AsyncApp, measure: Measure) -> None:
        self._desk = desk
        self._bolt = bolt
        self._measure = measure
        self._waiting: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None
        self._forms: dict[str, asyncio.Task[BoltResponse | None]] = {}

    async def receive(self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Handle one envelope; the socket's listener."""
        began = self._desk.clock.now()
        body = request.payload
        kind = (
            str(body.get("type", request.type)) if request.type == "interactive" else request.type
        )
        answer = _Acknowledge(socket, request.envelope_id, self._desk.clock)
        with tracing.begin(f"gesture {kind}"):
            if request.type == "slash_commands" or kind in _RECORDED:
                await self._recorded(kind, body, answer)
            else:
                await self._live(kind, request, answer)
        seconds = (answer.at or self._desk.clock.now()) - began
        self._measure(kind, self._desk.clock.real_seconds(seconds.total_seconds()))

    async def replay(self, _job: Claimed, work: Work) -> Outcome:
        """Handle what was recorded and acknowledged, but not finished, by a process that died."""
        if isinstance(work, Inbound) and not await self._is_done(work.origin):
            _log.info("intake.replay", type=work.type)
            await self._once(work.origin, work.body)
        return Sent()

    async def _recorded(self, kind: str, body: dict[str, Any], answer: _Acknowledge) -> None:
        origin = origin_of(kind, body)
        kept = {k: v for k, v in body.items() if k != "token"}
        work = Inbound(origin, kind, kept, tracing.carrier().get("traceparent", ""))
        try:
            new = await self._record(work, answer)
        except Unavailable as error:
            reference = self._desk.mint.reference()
            _log.error("intake.unrecorded", reference=reference, why=str(error))
            text = (
                "Nothing was done: the bot's database does not answer. Please try again in a "
                f"minute; if it stays so, tell whoever runs the bot ({reference})."
            )
            await answer({"text": text} if kind == "slash_commands" else None)
            return
        if not new:
            _log.info("intake.duplicate", type=kind)
            return
        await self._once(origin, work.body)
        await self._finish(work)

    async def _live(self, kind: str, request: SocketModeRequest, answer: _Acknowledge) -> None:
        if request.type == "events_api" and request.payload["event"].get("type") not in EVENTS:
            await answer(None)  # nobody listens; Bolt would ask every listener before it says so
            return
        headers = {"x-slack-retry-num": [str(request.retry_attempt or 0)]}
        if kind == "view_submission":
            response = await self._submitted(request.payload)
        else:
            response = await self._dispatch(request.payload, headers)
        if response is None or response.status != 200:
            _log.debug("intake.unhandled", type=kind)
            if request.type != "events_api":
                return  # the person is told by Slack that it did not work
        payload = None
        if response is not None and response.body:
            payload = (
                json.loads(response.body) if response.body[:1] == "{" else {"text": response.body}
            )
        await answer(payload)

    async def _submitted(self, body: dict[str, Any]) -> BoltResponse | None:
        """Handle a form. Delivered again meanwhile, it shares the first delivery's answer."""
        origin = origin_of("view_submission", body)
        handling = self._forms.get(origin)
        if handling is None:
            handling = self._forms[origin] = asyncio.create_task(self._form(origin, body))
            handling.add_done_callback(lambda _: self._forms.pop(origin, None))
        return await handling

    async def _form(self, origin: str, body: dict[str, Any]) -> BoltResponse | None:
        if body["view"].get("callback_id") in _STEPWISE:
            return await self._dispatch(body, {})
        with contextlib.suppress(Unavailable):  # the listener will say so
            if await self._is_done(origin):
                return BoltResponse(status=200)  # recorded, but its acknowledgement was lost
        return await self._once(origin, body)

    async def _once(self, origin: str, body: dict[str, Any]) -> BoltResponse | None:
        with attempting(Attempt(origin, self._desk.clock.now())):
            return await self._dispatch(body, {})

    async def _is_done(self, origin: str) -> bool:
        async with self._desk.database.read() as tx:
            return await tx.seen.is_known(mark_of(origin))

    async def _dispatch(self, body: dict[str, Any], headers: dict[str, Any]) -> BoltResponse | None:
        request = AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
        return await self._bolt.async_dispatch(request)

    async def _record(self, work: Inbound, answer: _Acknowledge) -> bool:
        """Write a gesture down with all others that wait, and acknowledge it.

        False when it was here before.
        """
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, answer, future))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        with tracing.step("transaction"):
            return await future

    async def _flush(self) -> None:
        with tracing.resume({}):  # the commit belongs to no one of them
            await self._write_down()

    async def _write_down(self) -> None:
        while self._waiting:
            recorded: list[tuple[asyncio.Future[bool], bool]] = []
            for _ in range(COMMITS):  # who has come meanwhile is acknowledged first, too
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                recorded += await self._acknowledge(batch) if batch else ()
            for future, new in recorded:
                if not future.done():
                    future.set_result(new)

    async def _acknowledge(
        self, batch: list[_Waiting]
    ) -> Sequence[tuple[asyncio.Future[bool], bool]]:
        """Write gestures down in one commit and acknowledge them; which of them are new."""
        work = [one.work for one in batch]
        now, me, lease = self._desk.clock.now(), self._desk.me, self._desk.lease
        try:
            async with self._desk.database.write(urgent=True) as tx:
                new = await tx.jobs.add_claimed(work, now, me, lease)
        except Exception as error:  # noqa: BLE001 -- whoever waits must hear of it
            problem = error if isinstance(error, Unavailable) else Unavailable(repr(error))
            for one in batch:
                if not one.recorded.done():
                    one.recorded.set_exception(problem)
            return ()
        told = []
        for one in batch:
            await one.answer.recorded()
            told.append((one.recorded, one.work.key in new))
            new.discard(one.work.key)  # a second one of the same batch is not new
        return told

    async def _finish(self, work: Inbound) -> None:
        try:
            async with self._desk.database.write() as tx:
                await tx.jobs.finish_key(work.key, self._desk.me, self._desk.clock.now())
        except Unavailable as error:
            _log.warning("intake.unfinished", why=str(error))  # replayed later; harmless


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A gesture to be written down, its answer, and who waits to hear whether it was new."""

    work: Inbound
    answer: _Acknowledge
    recorded: asyncio.Future[bool]


class _Acknowledge:
    """Answers one envelope."""

    def __init__(self, socket: AsyncBaseSocketModeClient, envelope: str, clock: Clock) -> None:
        self._socket = socket
        self._envelope = envelope
        self._clock = clock
        self.at: datetime | None = None

    async def __call__(self, payload: dict[str, Any] | None) -> None:
        await self._socket.send_socket_mode_response(
            SocketModeResponse(envelope_id=self._envelope, payload=payload)
        )
        self.at = self._clock.now()

    async def recorded(self) -> None:
        """Answer what is on record: it will be done even when the connection is gone by now."""
        try:
            await self(None)
        except Exception as error:  # noqa: BLE001 -- the SDK and aiohttp have many names for it
            _log.warning("intake.unacknowledged", why=str(error))


def origin_of(kind: str, body: dict[str, Any]) -> str:
    """What makes a gesture one gesture, however often it is delivered.

    Trigger ids are unique per gesture; forms are one per view; events have their own id.
    """
    if kind == "view_submission":
        return f"view:{body['view']['id']}"
    if "event_id" in body:
        return f"event:{body['event_id']}"
    trigger = body.get("trigger_id") or body.get("action_ts") or ""
    return f"{kind}:{trigger}"
