"""Global and message shortcuts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from incident_bot.database.receipts import WORKSPACE
from incident_bot.operations import rooms
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card, section
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.modals.declare import declare_modal
from incident_bot.slack.transcript import said

Call = Callable[[Front, Gesture], Awaitable[None]]


async def _declare(front: Front, gesture: Gesture) -> None:
    """Open the form; a message carries its text and its permalink along."""
    title = " ".join(str(gesture.message.get("text") or "").split())[:150]
    link = ""
    if gesture.channel and "ts" in gesture.message:
        async with front.desk.database.read() as tx:
            site = await tx.receipts.get(WORKSPACE)
        place = f"archives/{gesture.channel}/p{str(gesture.message['ts']).replace('.', '')}"
        link = f"{site.channel.rstrip('/')}/{place}" if site else ""
    channel = gesture.channel or ""
    view = declare_modal(front.desk.rules(), title=title, channel=channel, permalink=link)
    await front.open_form(gesture.trigger, view)


async def _log(front: Front, gesture: Gesture) -> None:
    """Put a message on the timeline of the room it is in."""
    incident = await front.room(gesture.channel)
    message = said(incident.channel_id or "", gesture.message)
    at = datetime.fromtimestamp(float(message.ts.partition(".")[0]), UTC)
    new = await rooms.pin(front.desk, message, at, gesture.user, None)
    text = (
        f"On the timeline of {incident.ref}." if new else "That message is on the timeline already."
    )
    await front.answers.privately(gesture.asker, Card(text, [section(text)]))


SHORTCUTS: Mapping[str, Call] = {
    actions.SHORTCUT_DECLARE: _declare,
    actions.SHORTCUT_DECLARE_FROM_MESSAGE: _declare,
    actions.SHORTCUT_LOG: _log,
}
