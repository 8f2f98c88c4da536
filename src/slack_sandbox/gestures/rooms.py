"""People make channels, come and go, invite, rename and archive."""

from slack_sandbox import channels, messages
from slack_sandbox.errors import SlackError
from slack_sandbox.gestures.hands import Gesture
from slack_sandbox.model import Conversation, Json, User


def _users(gesture: Gesture) -> list[User]:
    wanted = gesture.fields.get("users") or []
    if not isinstance(wanted, list):
        raise SlackError("missing_field", message="The field users must be a list.")
    return [gesture.workspace.user(str(user)) for user in wanted]


def create_channel(gesture: Gesture) -> Json:
    """Make a channel and invite people."""
    private = bool(gesture.fields.get("is_private"))
    invited = _users(gesture)
    name = gesture.text("name")
    channel = channels.create(gesture.workspace, name, gesture.user.id, private)
    for user in invited:
        if user.id not in channel.members:
            channels.add_member(gesture.workspace, channel, user.id, gesture.user.id)
    return {"ok": True, "channel": channel.id}


def join(gesture: Gesture) -> Json:
    """Enter a public channel."""
    channel = gesture.channel(member=False)
    if channel.is_archived:
        raise SlackError("is_archived", message="This channel has been archived.")
    if gesture.user.id not in channel.members:
        channels.add_member(gesture.workspace, channel, gesture.user.id)
    return {"ok": True}


def leave(gesture: Gesture) -> Json:
    """Go out of a channel."""
    channel = gesture.channel()
    if channel.is_general:
        raise SlackError("cant_leave_general", message="Nobody can leave #general.")
    if channel.is_channel_like:
        channels.remove_member(gesture.workspace, channel, gesture.user.id, gesture.user.id)
    elif gesture.user.id not in channel.closed_for:
        channel.closed_for.append(gesture.user.id)
    return {"ok": True}


def invite(gesture: Gesture) -> Json:
    """Bring people, or the app, into a channel."""
    channel = gesture.channel()
    for user in _users(gesture):
        if user.id not in channel.members:
            channels.add_member(gesture.workspace, channel, user.id, gesture.user.id)
    return {"ok": True}


def kick(gesture: Gesture) -> Json:
    """Take people out of a channel."""
    channel = gesture.channel()
    for user in _users(gesture):
        if user.id in channel.members:
            channels.remove_member(gesture.workspace, channel, user.id, gesture.user.id)
    return {"ok": True}


def _writable(gesture: Gesture) -> Conversation:
    channel = gesture.channel()
    if not channel.is_channel_like:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived", message="This channel has been archived.")
    return channel


def set_topic(gesture: Gesture) -> Json:
    """Set the topic."""
    channel = _writable(gesture)
    channels.set_note(gesture.workspace, channel, "topic", gesture.text("text"), gesture.user.id)
    return {"ok": True}


def set_purpose(gesture: Gesture) -> Json:
    """Set the description."""
    channel = _writable(gesture)
    text = gesture.text("text")
    channels.set_note(gesture.workspace, channel, "purpose", text, gesture.user.id)
    return {"ok": True}


def rename_channel(gesture: Gesture) -> Json:
    """Give a channel another name."""
    channel = _writable(gesture)
    channels.rename(gesture.workspace, channel, gesture.text("name"), gesture.user.id)
    return {"ok": True}


def archive(gesture: Gesture) -> Json:
    """Close a channel."""
    channel = _writable(gesture)
    if channel.is_general:
        raise SlackError("cant_archive_general", message="#general cannot be archived.")
    channels.archive(gesture.workspace, channel, gesture.user.id)
    return {"ok": True}


def unarchive(gesture: Gesture) -> Json:
    """Open a channel again."""
    channel = gesture.channel(member=False)
    if not channel.is_archived:
        raise SlackError("not_archived")
    channels.unarchive(gesture.workspace, channel, gesture.user.id)
    return {"ok": True}


def open_dm(gesture: Gesture) -> Json:
    """Open a direct conversation."""
    others = [user.id for user in _users(gesture)]
    if not others:
        raise SlackError("users_list_not_supplied")
    channel, _ = channels.open_direct(gesture.workspace, gesture.user.id, others)
    return {"ok": True, "channel": channel.id}


def mark(gesture: Gesture) -> Json:
    """Read up to a message."""
    channel = gesture.channel()
    messages.mark(gesture.workspace, channel, gesture.user.id, gesture.text("ts"))
    return {"ok": True}
