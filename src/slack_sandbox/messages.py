"""Messages come, change and go; threads keep count of their replies."""

import json
import re
from bisect import bisect_right

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Conversation, Json
from slack_sandbox.text import mentioned
from slack_sandbox.workspace import Workspace

JOINS = ("channel_join", "group_join")
BROADCAST = re.compile(r"<!(?:channel|here|everyone)|\"type\": \"broadcast\"")
COUNTERS = ("reply_count", "reply_users_count", "latest_reply", "reply_users", "subscribed")


def post(workspace: Workspace, channel: Conversation, message: Json) -> Json:
    """Store a new message, give it its ts, and tell everyone.

    ``message`` is a Slack message without ``ts``; a ``thread_ts`` makes it a reply.
    """
    stored: Json = {"type": "message", **message}
    stored["ts"] = channel.history.next_ts(workspace.now())
    stored.setdefault("team", workspace.team.id)
    parent = _parent(channel, stored)
    if parent is not None:
        stored["parent_user_id"] = parent.get("user", "")
        if stored.get("subtype") == "thread_broadcast":
            stored["root"] = parent
    channel.history.add(stored)
    _note_mentions(channel, stored)
    author = stored.get("user")
    if author is not None and author in channel.members:
        channel.read[author] = stored["ts"]
    if channel.closed_for:
        channel.closed_for.clear()
        workspace.tell("channel_changed", channel)
    workspace.tell("message_posted", channel, user=author, message=stored)
    if parent is not None:
        count_replies(workspace, channel, parent)
    return stored


def say(
    workspace: Workspace, channel: Conversation, subtype: str, user: str, text: str, **more: object
) -> Json:
    """Post one of the notices Slack writes by itself, e.g. ``channel_topic``."""
    if channel.kind == "private" and subtype.startswith("channel_"):
        subtype = subtype.replace("channel_", "group_", 1)
    return post(workspace, channel, {"subtype": subtype, "user": user, "text": text, **more})


def _parent(channel: Conversation, message: Json) -> Json | None:
    thread_ts = message.get("thread_ts")
    if not thread_ts:
        return None
    return channel.history.get(thread_ts)


def count_replies(workspace: Workspace, channel: Conversation, parent: Json) -> None:
    """Bring a thread parent's counters up to date."""
    replies = channel.history.thread(parent["ts"])
    if not replies:
        for key in (*COUNTERS, "thread_ts"):
            parent.pop(key, None)
    else:
        users: dict[str, None] = {}
        for ts in replies:
            reply = channel.history.messages[ts]
            users[reply.get("user") or reply.get("bot_id") or ""] = None
        parent.update(
            thread_ts=parent["ts"],
            reply_count=len(replies),
            reply_users_count=len(users),
            latest_reply=replies[-1],
            reply_users=list(users)[:5],
            is_locked=False,
            subscribed=workspace.app.bot_user_id in (parent.get("user"), *users),
        )
    workspace.tell("counters_changed", channel, message=parent)


def find(channel: Conversation, ts: str, error: str = "message_not_found") -> Json:
    """Return a message of the conversation.

    Raises:
        SlackError: ``error`` when there is none with that ts.
    """
    message = channel.history.get(ts)
    if message is None:
        raise SlackError(error)
    return message


def edit(
    workspace: Workspace, channel: Conversation, message: Json, changes: Json, editor: str
) -> None:
    """Change a message in place; a value of None removes the key."""
    previous = dict(message)
    for key, value in changes.items():
        if value is None:
            message.pop(key, None)
        else:
            message[key] = value
    now = workspace.now()
    message["edited"] = {"user": editor, "ts": f"{int(now)}.000000"}
    workspace.tell("message_changed", channel, user=editor, message=message, previous=previous)


def delete(workspace: Workspace, channel: Conversation, message: Json, by: str) -> None:
    """Remove a message; a thread parent with replies leaves a tombstone."""
    previous = dict(message)
    if channel.history.thread(message["ts"]):
        kept = {
            key: message[key] for key in ("type", "ts", "thread_ts", *COUNTERS) if key in message
        }
        message.clear()
        message.update(
            kept,
            subtype="tombstone",
            user="USLACKBOT",
            text="This message was deleted.",
            hidden=True,
        )
        workspace.tell("message_buried", channel, user=by, message=message, previous=previous)
        return
    channel.history.remove(message["ts"])
    channel.pins[:] = [pin for pin in channel.pins if pin["ts"] != message["ts"]]
    workspace.tell("message_deleted", channel, user=by, message=previous, previous=previous)
    parent = _parent(channel, previous)
    if parent is None or parent["ts"] == previous["ts"]:
        return
    if parent.get("subtype") == "tombstone" and not channel.history.thread(parent["ts"]):
        channel.history.remove(parent["ts"])
        workspace.tell("message_deleted", channel, user=by, message=parent, previous=None)
        return
    count_replies(workspace, channel, parent)


def whisper(workspace: Workspace, channel: Conversation, user: str, message: Json) -> Json:
    """Show one person a message that is in no history."""
    stored: Json = {
        "type": "message",
        **message,
        "ts": channel.history.next_ts(workspace.now()),
        "is_ephemeral": True,
    }
    channel.ephemeral.setdefault(user, []).append(stored)
    workspace.tell("ephemeral_posted", channel, user=user, message=stored)
    return stored


def whispered(channel: Conversation, user: str, ts: str) -> Json | None:
    """Return one person's ephemeral message, or None."""
    return next((m for m in channel.ephemeral.get(user, []) if m["ts"] == ts), None)


def rewhisper(
    workspace: Workspace, channel: Conversation, user: str, message: Json, changes: Json
) -> None:
    """Replace what an ephemeral message says."""
    for key in ("text", "blocks", "attachments"):
        message.pop(key, None)
    message.update(changes)
    workspace.tell("ephemeral_changed", channel, user=user, message=message)


def unwhisper(workspace: Workspace, channel: Conversation, user: str, ts: str) -> None:
    """Remove an ephemeral message."""
    mine = channel.ephemeral.get(user, [])
    for message in mine:
        if message["ts"] == ts:
            mine.remove(message)
            workspace.tell("ephemeral_deleted", channel, user=user, message=message)
            return


def _note_mentions(channel: Conversation, message: Json) -> None:
    text = str(message.get("text", "")) + json.dumps(message.get("blocks", ""))
    called = mentioned(text)
    if channel.kind == "im" or BROADCAST.search(text):
        called |= set(channel.members)
    called.discard(message.get("user", ""))
    for user in called:
        channel.mentions.setdefault(user, []).append(message["ts"])


def unread(channel: Conversation, user: str, most: int = 100) -> tuple[int, int]:
    """Return how many messages the person has not read and how many of those call for them."""
    if user not in channel.members:
        return 0, 0
    read = channel.read.get(user, "")
    low, high = channel.history.span(read, "", inclusive=False)
    count = 0
    for ts in channel.history.top[max(low, high - most) : high]:
        message = channel.history.messages[ts]
        count += message.get("user") != user and message.get("subtype") not in JOINS
    calls = channel.mentions.get(user, [])
    return count, len(calls) - bisect_right(calls, read)


def mark(workspace: Workspace, channel: Conversation, user: str, ts: str) -> None:
    """Note that the person has read up to ``ts``."""
    channel.read[user] = ts
    workspace.tell("read", channel, user=user)
