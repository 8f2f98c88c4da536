"""What people put on messages and channels: reactions, pins, bookmarks."""

import re

from slack_sandbox.emoji import ALIASES
from slack_sandbox.errors import SlackError
from slack_sandbox.messages import say
from slack_sandbox.model import Conversation, Json
from slack_sandbox.workspace import Workspace

MOST_PINS = 100
MOST_BOOKMARKS = 100
MOST_EMOJI = 23
REACTION = re.compile(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?")
UNPINNABLE = ("pinned_item", "tombstone")


def react(workspace: Workspace, channel: Conversation, message: Json, user: str, name: str) -> None:
    """Put a reaction on a message.

    Raises:
        SlackError: ``invalid_name``, ``already_reacted``, ``too_many_emoji``.
    """
    name = _reaction_name(name)
    reactions = message.setdefault("reactions", [])
    entry = next((r for r in reactions if r["name"] == name), None)
    if entry is None:
        if len(reactions) >= MOST_EMOJI:
            raise SlackError("too_many_emoji")
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    if user in entry["users"]:
        raise SlackError("already_reacted")
    entry["users"].append(user)
    entry["count"] = len(entry["users"])
    workspace.tell("reaction_added", channel, user=user, message=message, name=name)


def unreact(
    workspace: Workspace, channel: Conversation, message: Json, user: str, name: str
) -> None:
    """Take one's reaction off a message.

    Raises:
        SlackError: ``invalid_name``, ``no_reaction``.
    """
    name = _reaction_name(name)
    reactions = message.get("reactions", [])
    entry = next((r for r in reactions if r["name"] == name), None)
    if entry is None or user not in entry["users"]:
        raise SlackError("no_reaction")
    entry["users"].remove(user)
    entry["count"] = len(entry["users"])
    if not entry["users"]:
        reactions.remove(entry)
    if not reactions:
        message.pop("reactions", None)
    workspace.tell("reaction_removed", channel, user=user, message=message, name=name)


def _reaction_name(name: str) -> str:
    if not REACTION.fullmatch(name):
        raise SlackError("invalid_name")
    base, tone, number = name.partition("::")
    return ALIASES.get(base, base) + tone + number


def pin(workspace: Workspace, channel: Conversation, message: Json, user: str) -> None:
    """Pin a message to its channel, with the notice Slack posts.

    Raises:
        SlackError: ``already_pinned``, ``not_pinnable``, ``too_many_pins``.
    """
    if any(p["ts"] == message["ts"] for p in channel.pins):
        raise SlackError("already_pinned")
    if message.get("subtype") in UNPINNABLE:
        raise SlackError("not_pinnable")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    channel.pins.insert(0, {"ts": message["ts"], "by": user, "at": int(workspace.now())})
    message["pinned_to"] = [channel.id]
    message["pinned_info"] = {
        "channel": channel.id,
        "pinned_by": user,
        "pinned_ts": int(workspace.now()),
    }
    workspace.tell("pin_added", channel, user=user, message=message)
    item = {
        "type": "message",
        "channel": channel.id,
        "created_by": user,
        "message": {"ts": message["ts"]},
    }
    text = f"<@{user}> pinned a message to this channel."
    say(workspace, channel, "pinned_item", user, text, item_type="C", item=item)


def unpin(workspace: Workspace, channel: Conversation, message: Json, user: str) -> None:
    """Take a message off its channel's pins.

    Raises:
        SlackError: ``no_pin``.
    """
    entry = next((p for p in channel.pins if p["ts"] == message["ts"]), None)
    if entry is None:
        raise SlackError("no_pin")
    channel.pins.remove(entry)
    message.pop("pinned_to", None)
    message.pop("pinned_info", None)
    workspace.tell("pin_removed", channel, user=user, message=message)


def bookmark(
    workspace: Workspace, channel: Conversation, by: str, title: str, link: str, emoji: str = ""
) -> Json:
    """Add a link to the channel's bookmark bar.

    Raises:
        SlackError: ``invalid_link``, ``invalid_emoji``, ``too_many_bookmarks``.
    """
    check_bookmark(link, emoji)
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(workspace.now())
    entry: Json = {
        "id": workspace.ids.new("Bk"),
        "channel_id": channel.id,
        "title": title,
        "link": link,
        "emoji": emoji or None,
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": now,
        "date_updated": 0,
        "rank": workspace.ids.word(6),
        "last_updated_by_user_id": by,
        "last_updated_by_team_id": workspace.team.id,
        "shortcut_id": None,
        "app_id": None,
    }
    channel.bookmarks.append(entry)
    workspace.tell("bookmarks_changed", channel, user=by)
    return entry


def check_bookmark(link: str, emoji: str) -> None:
    """Refuse a bookmark's link or emoji as Slack does.

    Raises:
        SlackError: ``invalid_link``, ``invalid_emoji``.
    """
    if not re.match(r"https?://[^\s]+$", link):
        raise SlackError("invalid_link")
    if emoji and not re.fullmatch(r":[^:\s]+(?:::skin-tone-\d)?:", emoji):
        raise SlackError("invalid_emoji")


def unbookmark(workspace: Workspace, channel: Conversation, by: str, bookmark_id: str) -> None:
    """Remove a bookmark.

    Raises:
        SlackError: ``not_found``.
    """
    entry = next((b for b in channel.bookmarks if b["id"] == bookmark_id), None)
    if entry is None:
        raise SlackError("not_found")
    channel.bookmarks.remove(entry)
    workspace.tell("bookmarks_changed", channel, user=by)
