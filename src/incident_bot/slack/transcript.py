"""Slack's messages → what is kept of them, and a channel's history read back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from incident_bot.database.messages import SaidMessage
from incident_bot.slack.gateway import Gateway

PAGE = 200


def said(channel: str, message: dict[str, Any]) -> SaidMessage:
    """What is kept of one message."""
    return SaidMessage(
        channel_id=channel,
        ts=str(message["ts"]),
        thread_ts=message.get("thread_ts"),
        user_id=message.get("user"),
        bot_id=message.get("bot_id"),
        subtype=message.get("subtype"),
        text=str(message.get("text") or ""),
        edited="edited" in message,
        reactions=[
            {"name": str(r.get("name", "")), "users": list(r.get("users", []))}
            for r in message.get("reactions", [])
        ],
        reply_count=int(message.get("reply_count") or 0),
        files=[
            {k: str(f.get(k, "")) for k in ("id", "name", "title", "mimetype", "permalink")}
            for f in message.get("files", [])
        ],
    )


async def one(gateway: Gateway, channel: str, ts: str) -> SaidMessage | None:
    """One message, also a thread reply; None when there is none of that ts.

    Raises:
        Postponed, SlackRefused: as the gateway does.
    """
    top = await gateway.call(
        "conversations.history", channel=channel, latest=ts, inclusive=True, limit=1
    )
    for message in top.get("messages", []):
        if message.get("ts") == ts:
            return said(channel, message)
    thread = await gateway.call(
        "conversations.replies", channel=channel, ts=ts, latest=ts, inclusive=True, limit=50
    )
    for message in thread.get("messages", []):
        if message.get("ts") == ts:
            return said(channel, message)
    return None


async def pages(
    gateway: Gateway, method: str, **arguments: Any
) -> AsyncIterator[list[dict[str, Any]]]:
    """All messages of a channel or a thread, page by page, however long that takes.

    Raises:
        Postponed, SlackRefused: as the gateway does.
    """
    cursor: str | None = None
    while True:
        answer = await gateway.read(method, limit=PAGE, cursor=cursor, **arguments)
        yield list(answer.get("messages", []))
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
