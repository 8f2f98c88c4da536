"""What happens in Slack → the record: messages, edits, deletions, reactions, visits of Home."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from incident_bot.database.messages import SaidMessage
from incident_bot.operations import homes, rooms
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.transcript import one, said


async def message(front: Front, event: dict[str, Any], origin: str | None) -> None:
    """Somebody spoke, edited or deleted something in a channel."""
    channel, subtype = str(event["channel"]), event.get("subtype")
    if subtype == "message_changed":
        await rooms.edited(front.desk, said(channel, event["message"]), origin)
    elif subtype == "message_deleted":
        await rooms.deleted(front.desk, channel, str(event["deleted_ts"]), origin)
    elif "ts" in event:
        await rooms.heard(front.desk, said(channel, event), origin)


async def reaction_added(front: Front, event: dict[str, Any], origin: str | None) -> None:
    """A reaction that puts a message on the timeline."""
    place = _place(front, event)
    if place is None:
        return
    channel, ts = place
    async with front.desk.database.read() as tx:
        incident = await tx.incidents.by_channel(channel)
        known = await tx.messages.get(channel, ts)
    if incident is None:
        return
    found: SaidMessage | None = known or await one(front.gateway, channel, ts)
    if found is None or found.deleted:
        return
    at = datetime.fromtimestamp(float(ts.partition(".")[0]), UTC)
    await rooms.pin(front.desk, found, at, str(event.get("user", "")), origin)


async def reaction_removed(front: Front, event: dict[str, Any], origin: str | None) -> None:
    """The reaction is gone, and with the last of them the timeline entry."""
    place = _place(front, event)
    if place is None:
        return
    channel, ts = place
    async with front.desk.database.read() as tx:
        incident = await tx.incidents.by_channel(channel)
    if incident is None:
        return
    current = await one(front.gateway, channel, ts)
    marks = set(front.desk.rules().timeline.reactions)
    still = current is not None and any(
        r["name"].split("::")[0] in marks and r["users"] for r in current.reactions
    )
    if not still:
        await rooms.unpin(front.desk, channel, ts, origin)


async def home_opened(front: Front, event: dict[str, Any], origin: str | None) -> None:
    """Somebody looks at the app: at its Home, or at the messages with it."""
    if event.get("tab") == "home":
        await homes.visited(front.desk, str(event["user"]), origin or str(event["event_ts"]))


def _place(front: Front, event: dict[str, Any]) -> tuple[str, str] | None:
    item = event.get("item") or {}
    name = str(event.get("reaction", "")).split("::")[0]
    if item.get("type") != "message" or name not in front.desk.rules().timeline.reactions:
        return None
    return str(item["channel"]), str(item["ts"])
