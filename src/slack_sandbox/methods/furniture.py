"""pins.*, bookmarks.*, reactions.*: what hangs on messages and channels."""

import re

from slack_sandbox import furniture
from slack_sandbox.errors import SlackError
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Conversation, Json

FAMILY = Family()
TS = re.compile(r"[0-9]{10}\.[0-9]{6}")


def _item(call: Call, channel: Conversation) -> Json:
    """Return the message of ``timestamp``.

    Raises:
        SlackError: ``no_item_specified``, ``bad_timestamp``, ``message_not_found``.
    """
    timestamp = call.text("timestamp")
    if not timestamp:
        raise SlackError("no_item_specified")
    if not TS.fullmatch(timestamp):
        raise SlackError("bad_timestamp")
    message = channel.history.get(timestamp)
    if message is None:
        raise SlackError("message_not_found")
    return message


def _inside(call: Call) -> Conversation:
    if not call.text("channel"):
        raise SlackError("no_item_specified")
    channel = call.conversation()
    if call.caller.id not in channel.members:
        raise SlackError("not_in_channel" if channel.kind == "public" else "channel_not_found")
    return channel


@FAMILY.method("pins.add")
def pins_add(call: Call) -> Json:
    """Pin a message."""
    channel = _inside(call)
    furniture.pin(call.workspace, channel, _item(call, channel), call.caller.id)
    return {"ok": True}


@FAMILY.method("pins.remove")
def pins_remove(call: Call) -> Json:
    """Unpin a message."""
    channel = _inside(call)
    furniture.unpin(call.workspace, channel, _item(call, channel), call.caller.id)
    return {"ok": True}


@FAMILY.method("pins.list")
def pins_list(call: Call) -> Json:
    """List a channel's pins, newest first."""
    channel = call.conversation()
    items = []
    for pin in channel.pins:
        message = channel.history.messages[pin["ts"]]
        link = call.workspace.permalink(channel, message)
        items.append(
            {
                "type": "message",
                "channel": channel.id,
                "created": pin["at"],
                "created_by": pin["by"],
                "message": {**message, "permalink": link},
            }
        )
    return {"ok": True, "items": items}


def _bookmarked(call: Call) -> Conversation:
    channel = call.conversation("channel_id")
    if call.caller.id not in channel.members:
        raise SlackError("channel_not_found")
    return channel


@FAMILY.method("bookmarks.add")
def bookmarks_add(call: Call) -> Json:
    """Add a link to the bookmark bar."""
    channel = _bookmarked(call)
    if call.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    title, link, emoji = call.text("title"), call.text("link"), call.text("emoji")
    entry = furniture.bookmark(call.workspace, channel, call.caller.id, title, link, emoji)
    entry["app_id"] = call.workspace.app.id
    return {"ok": True, "bookmark": entry}


@FAMILY.method("bookmarks.edit")
def bookmarks_edit(call: Call) -> Json:
    """Change a bookmark."""
    channel = _bookmarked(call)
    wanted = call.text("bookmark_id")
    entry = next((b for b in channel.bookmarks if b["id"] == wanted), None)
    if entry is None:
        raise SlackError("not_found")
    link = call.text("link", entry["link"])
    emoji = call.text("emoji", entry["emoji"] or "")
    furniture.check_bookmark(link, emoji)
    entry |= {
        "title": call.text("title", entry["title"]),
        "link": link,
        "emoji": emoji or None,
        "date_updated": int(call.workspace.now()),
        "last_updated_by_user_id": call.caller.id,
    }
    call.workspace.tell("bookmarks_changed", channel, user=call.caller.id)
    return {"ok": True, "bookmark": entry}


@FAMILY.method("bookmarks.list")
def bookmarks_list(call: Call) -> Json:
    """List a channel's bookmarks."""
    return {"ok": True, "bookmarks": list(_bookmarked(call).bookmarks)}


@FAMILY.method("bookmarks.remove")
def bookmarks_remove(call: Call) -> Json:
    """Remove a bookmark."""
    channel = _bookmarked(call)
    furniture.unbookmark(call.workspace, channel, call.caller.id, call.text("bookmark_id"))
    return {"ok": True}


@FAMILY.method("reactions.add")
def reactions_add(call: Call) -> Json:
    """React to a message."""
    channel = _inside(call)
    message = _item(call, channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    furniture.react(call.workspace, channel, message, call.caller.id, call.text("name"))
    return {"ok": True}


@FAMILY.method("reactions.remove")
def reactions_remove(call: Call) -> Json:
    """Take the bot's reaction off a message."""
    channel = _inside(call)
    message = _item(call, channel)
    furniture.unreact(call.workspace, channel, message, call.caller.id, call.text("name"))
    return {"ok": True}


@FAMILY.method("reactions.get")
def reactions_get(call: Call) -> Json:
    """Give a message with its reactions."""
    channel = _inside(call)
    message = _item(call, channel)
    link = call.workspace.permalink(channel, message)
    shown = {**message, "permalink": link}
    return {"ok": True, "type": "message", "channel": channel.id, "message": shown}


@FAMILY.method("reactions.list")
def reactions_list(call: Call) -> Json:
    """List the messages a person reacted to, newest first."""
    user = call.text("user") or call.caller.id
    rows = [
        {"type": "message", "channel": channel.id, "message": message}
        for channel in call.workspace.state.conversations.values()
        if call.workspace.sees(call.caller.id, channel)
        for message in channel.history.newest_first()
        if any(user in reaction["users"] for reaction in message.get("reactions", []))
    ]
    page, cursor = call.page(rows)
    return {"ok": True, "items": page, "response_metadata": {"next_cursor": cursor}}
