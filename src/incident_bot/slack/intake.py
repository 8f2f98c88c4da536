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
from collections.abc import Callable
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
from incident_bot.database.gesture import Attempt, Turn, attempting, mark_of
from incident_bot.database.jobs import Claimed
from incident_bot.domain.delivery import MAX_ATTEMPTS, GiveUp, Outcome, Sent, TryLater, backoff
from incident_bot.domain.effects import Inbound, Work
from incident_bot.errors import InDoubt, Unavailable
from incident_bot.operations.desk import Desk
from incident_bot.slack import actions
from incident_bot.slack.answers import Answers
from incident_bot.slack.cards.refusal import refusal_card
from incident_bot.slack.inbox import Inbox
from incident_bot.slack.listeners.bolt import EVENTS, NOT_NOW
from incident_bot.slack.listeners.gesture import from_action, from_shortcut
from incident_bot.slack.messages import checked

_RECORDED = frozenset({"block_actions", "shortcut", "message_action"})
_STEPWISE = frozenset({actions.FORM_ROLES, actions.FORM_PAGE})
"""Forms of several steps, each of which knows by itself whether it was done."""
NOT_ON_RECORD = "Nothing was done: the bot's database does not answer."
PERHAPS_ON_RECORD = "The bot's database stopped answering before it said whether that is on record."
WAIT_A_MINUTE = "if it is, it follows by itself: wait a minute before you repeat it"
AGAIN_SOON = "try again in a minute; if it stays so, tell whoever runs the bot the reference"
_log = structlog.get_logger()
Measure = Callable[[str, float], None]
"""(type, seconds to the acknowledgement)."""


class Intake:
    """Takes envelopes from the socket and hands them to Bolt's listeners."""

    def __init__(self, desk: Desk, bolt: AsyncApp, answers: Answers, measure: Measure) -> None:
        self._desk = desk
        self._bolt = bolt
        self._answers = answers
        self._measure = measure
        self._inbox = Inbox(desk)
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

    async def replay(self, job: Claimed, work: Work) -> Outcome:
        """Handle what is on record and acknowledged, but was not finished.

        Its process died, or the database stopped answering in the middle.
        """
        if not isinstance(work, Inbound) or await self._is_done(work.origin):
            return Sent()
        _log.info("intake.replay", type=work.type, attempt=job.attempt)
        is_last = job.attempt >= MAX_ATTEMPTS
        attempt = await self._once(work.origin, work.body, Turn.LAST if is_last else Turn.AGAIN)
        if not attempt.interrupted:
            return Sent()
        why = "the database did not answer"
        if is_last:
            return GiveUp(why)
        return TryLater(backoff(job.attempt, self._desk.mint.fraction()), why)

    async def close(self) -> None:
        """Take nothing in any more."""
        await self._inbox.close()

    async def _recorded(self, kind: str, body: dict[str, Any], answer: _Acknowledge) -> None:
        origin = origin_of(kind, body)
        kept = {k: v for k, v in body.items() if k != "token"}
        work = Inbound(origin, kind, kept, tracing.carrier().get("traceparent", ""))
        try:
            new = await self._inbox.record(work, answer.recorded)
        except Unavailable as error:
            reference = self._desk.mint.reference()
            _log.error("intake.unrecorded", reference=reference, why=str(error))
            told = (NOT_ON_RECORD, AGAIN_SOON)
            if isinstance(error, InDoubt):
                told = (PERHAPS_ON_RECORD, WAIT_A_MINUTE)
            card = refusal_card(*told, reference)
            if kind == "slash_commands":
                await answer({"response_type": "ephemeral", **checked(card)})
            else:
                await answer.recorded()
                person = from_action if kind == "block_actions" else from_shortcut
                await self._answers.privately(person(body).asker, card)
            return
        if not new:
            _log.info("intake.duplicate", type=kind)
            return
        attempt = await self._once(origin, work.body, Turn.FIRST)
        if attempt.interrupted:
            await self._inbox.give_back(work)
        else:
            await self._inbox.finish(work)

    async def _live(self, kind: str, request: SocketModeRequest, answer: _Acknowledge) -> None:
        if request.type == "events_api" and request.payload["event"].get("type") not in EVENTS:
            await answer(None)  # nobody listens; Bolt would ask every listener before it says so
            return
        headers = {"x-slack-retry-num": [str(request.retry_attempt or 0)]}
        if kind == "view_submission":
            response = await self._submitted(request.payload)
        else:
            response = await self._dispatch(request.payload, headers)
        if response is not None and response.status == NOT_NOW:
            return  # an event: Slack sends it again
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
        with attempting(Attempt(origin, self._desk.clock.now())):
            return await self._dispatch(body, {})

    async def _once(self, origin: str, body: dict[str, Any], turn: Turn) -> Attempt:
        attempt = Attempt(origin, self._desk.clock.now(), turn)
        with attempting(attempt):
            await self._dispatch(body, {})
        return attempt

    async def _is_done(self, origin: str) -> bool:
        async with self._desk.database.read() as tx:
            return await tx.seen.is_known(mark_of(origin))

    async def _dispatch(self, body: dict[str, Any], headers: dict[str, Any]) -> BoltResponse | None:
        request = AsyncBoltRequest(mode="socket_mode", body=body, headers=headers)
        return await self._bolt.async_dispatch(request)


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
