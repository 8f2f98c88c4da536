"""Registers every listener with Bolt; the app manifest is made from the same tables."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.domain.configuration import Commands
from incident_bot.errors import Refused, Unavailable
from incident_bot.operations import homes
from incident_bot.slack.gateway import Postponed
from incident_bot.slack.grammar import read
from incident_bot.slack.listeners import events
from incident_bot.slack.listeners.buttons import BUTTONS
from incident_bot.slack.listeners.forms import FORMS
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import (
    from_action,
    from_command,
    from_form,
    from_shortcut,
)
from incident_bot.slack.listeners.incident_orders import INCIDENT_ORDERS, Handler
from incident_bot.slack.listeners.oncall_orders import ONCALL_ORDERS
from incident_bot.slack.listeners.page_orders import PAGE_ORDERS
from incident_bot.slack.listeners.runbook_orders import RUNBOOK_ORDERS
from incident_bot.slack.listeners.shortcuts import SHORTCUTS

__all__ = ["EVENTS", "ORDERS", "Front", "build_bolt", "commands_of"]

NOT_NOW = 503
"""The status of an event that could not be taken down just now: it is not acknowledged."""
_log = structlog.get_logger()
Ack = Callable[..., Awaitable[Any]]
Event = Callable[[Front, dict[str, Any], str | None], Awaitable[None]]


EVENTS: Mapping[str, Event] = {
    "app_home_opened": events.home_opened,
    "message": events.message,
    "reaction_added": events.reaction_added,
    "reaction_removed": events.reaction_removed,
}
"""Inner event types the bot listens to."""


ORDERS: Mapping[type[Any], Handler] = {
    **PAGE_ORDERS,
    **RUNBOOK_ORDERS,
    **ONCALL_ORDERS,
    **INCIDENT_ORDERS,
}
"""Every order that can be typed, whatever the command: `/incident page …` is `/page …`."""


def commands_of(commands: Commands) -> tuple[str, ...]:
    """Every slash command."""
    incident = (commands.incident, *commands.incident_aliases)
    return (*incident, commands.page, commands.oncall, commands.runbook)


def build_bolt(front: Front, client: AsyncWebClient) -> AsyncApp:
    """A Bolt app with every listener."""
    quiet = logging.getLogger("incident_bot.bolt")
    quiet.setLevel(logging.ERROR)  # what it warns of is counted and answered here

    async def known(context: AsyncBoltContext) -> AuthorizeResult:
        # The tokens were checked at the start. Asking auth.test again at the first gesture, as
        # Bolt would, loses that gesture when Slack does not answer just then.
        return AuthorizeResult(
            enterprise_id=context.enterprise_id,
            team_id=context.team_id,
            bot_user_id=front.me,
            bot_token=front.gateway.token,
        )

    bolt = AsyncApp(
        name="incident-bot",  # else it searches every module for its caller's name
        client=client,
        authorize=known,
        logger=quiet,
        # A dispatch ends with its listener: what a crash can still lose is not called done.
        process_before_response=True,
    )
    for name in commands_of(front.desk.rules().commands):
        bolt.command(name)(_command(front))
    for action_id, press in BUTTONS.items():
        bolt.action(_spelled(action_id))(_action(front, action_id, press))
    for callback_id, submit in FORMS.items():
        bolt.view(callback_id)(_form(front, callback_id, submit))
    for callback_id, call in SHORTCUTS.items():
        bolt.shortcut(callback_id)(_shortcut(front, callback_id, call))
    for kind, hear in EVENTS.items():
        bolt.event(kind)(_event(front, hear))
    return bolt


def _spelled(action_id: str) -> re.Pattern[str]:
    """An id, or an id with a suffix that makes it unique within its block."""
    return re.compile(rf"^{re.escape(action_id)}(?:\.[\w-]+)?$")


def _command(front: Front) -> Callable[..., Any]:
    async def listener(ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        gesture = from_command(body)
        order = read(str(body["command"]), str(body.get("text") or ""), front.desk.rules())
        act = ORDERS[type(order)](front, gesture, order)
        await front.answering(gesture.asker, act, type(order).__name__)

    return listener


def _action(front: Front, action_id: str, press: Any) -> Callable[..., Any]:
    async def listener(ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        gesture = from_action(body)

        async def act() -> None:
            await press(front, gesture)
            if gesture.on_home:
                await homes.visited(front.desk, gesture.user, gesture.origin)

        await front.answering(gesture.asker, act(), action_id)

    return listener


def _shortcut(front: Front, callback_id: str, call: Any) -> Callable[..., Any]:
    async def listener(ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        gesture = from_shortcut(body)
        await front.answering(gesture.asker, call(front, gesture), callback_id)

    return listener


def _form(front: Front, callback_id: str, submit: Any) -> Callable[..., Any]:
    async def listener(ack: Ack, body: dict[str, Any]) -> None:
        gesture = from_form(body)
        errors: dict[str, str] = {}

        async def act() -> None:
            try:
                errors.update(await submit(front, gesture) or {})
            except (Refused, Unavailable) as problem:
                # The form stays open with what was typed; the person reads it where they look.
                inputs = [b["block_id"] for b in body["view"]["blocks"] if b["type"] == "input"]
                if not inputs:
                    raise
                refused = problem if isinstance(problem, Refused) else front.away(problem)
                errors[inputs[0]] = " ".join(filter(None, (refused.say, refused.hint)))[:300]

        await front.answering(gesture.asker, act(), callback_id)
        if errors:
            await ack(response_action="errors", errors=errors)
        else:
            await ack()

    return listener


def _event(front: Front, hear: Event) -> Callable[..., Any]:
    async def listener(event: dict[str, Any], body: dict[str, Any]) -> BoltResponse | None:
        try:
            await hear(front, event, body.get("event_id"))
        except (Unavailable, Postponed) as problem:
            _log.warning("event.not_now", type=event.get("type"), why=str(problem))
            return BoltResponse(status=NOT_NOW)
        return None

    return listener
