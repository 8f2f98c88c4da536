"""Conversations are made, joined, left, renamed, archived and talked about."""

from slack_sandbox.errors import SlackError
from slack_sandbox.messages import say
from slack_sandbox.model import Conversation, Note
from slack_sandbox.naming import check_name
from slack_sandbox.workspace import Workspace

MOST_DIRECT = 9
LONGEST_NOTE = 250


def create(workspace: Workspace, name: str, creator: str, private: bool = False) -> Conversation:
    """Make a channel with its creator in it.

    Raises:
        SlackError: see :func:`slack_sandbox.naming.check_name`.
    """
    check_name(workspace, name)
    now = int(workspace.now())
    channel = Conversation(
        id=workspace.ids.new("C"),
        kind="private" if private else "public",
        name=name,
        creator=creator,
        created=now,
        updated=now,
    )
    workspace.state.conversations[channel.id] = channel
    workspace.tell("channel_created", channel, user=creator)
    add_member(workspace, channel, creator)
    return channel


def add_member(
    workspace: Workspace, channel: Conversation, user: str, inviter: str | None = None
) -> None:
    """Put someone into a channel, with the join notice."""
    channel.members.append(user)
    channel.read[user] = channel.history.top[-1] if channel.history.top else "0000000000.000000"
    name = workspace.state.users[user].id
    workspace.tell("member_joined", channel, user=user, inviter=inviter)
    more = {"inviter": inviter} if inviter else {}
    say(workspace, channel, "channel_join", user, f"<@{name}> has joined the channel", **more)


def remove_member(workspace: Workspace, channel: Conversation, user: str, by: str) -> None:
    """Take someone out of a channel; leaving by oneself leaves a notice."""
    if user == by:
        say(workspace, channel, "channel_leave", user, f"<@{user}> has left the channel")
    channel.members.remove(user)
    channel.read.pop(user, None)
    workspace.tell("member_left", channel, user=user, by=by)


def rename(workspace: Workspace, channel: Conversation, name: str, by: str) -> None:
    """Give a channel another name.

    Raises:
        SlackError: see :func:`slack_sandbox.naming.check_name`.
    """
    if name != channel.name:
        check_name(workspace, name)
    old, channel.name = channel.name, name
    channel.previous_names.insert(0, old)
    touch(workspace, channel)
    workspace.tell("channel_renamed", channel, user=by, old_name=old)
    text = f"<@{by}> has renamed the channel from “{old}” to “{name}”"
    say(workspace, channel, "channel_name", by, text, name=name, old_name=old)


def set_note(workspace: Workspace, channel: Conversation, which: str, text: str, by: str) -> None:
    """Set the ``topic`` or ``purpose``; each leaves a notice.

    Raises:
        SlackError: ``too_long`` above 250 characters.
    """
    if len(text) > LONGEST_NOTE:
        raise SlackError("too_long")
    note = Note(text, by, int(workspace.now()))
    if which == "topic":
        channel.topic = note
    else:
        channel.purpose = note
    touch(workspace, channel)
    workspace.tell("channel_changed", channel)
    label = "topic" if which == "topic" else "description"
    said = (
        f"<@{by}> set the channel {label}: {text}" if text else f"<@{by}> cleared channel {label}"
    )
    say(workspace, channel, f"channel_{which}", by, said, **{which: text})


def archive(workspace: Workspace, channel: Conversation, by: str) -> None:
    """Close a channel for writing."""
    text = f"<@{by}> archived the channel"
    say(workspace, channel, "channel_archive", by, text, members=list(channel.members))
    channel.is_archived = True
    touch(workspace, channel)
    workspace.tell("channel_archived", channel, user=by)


def unarchive(workspace: Workspace, channel: Conversation, by: str) -> None:
    """Open an archived channel again."""
    channel.is_archived = False
    touch(workspace, channel)
    workspace.tell("channel_unarchived", channel, user=by)
    say(workspace, channel, "channel_unarchive", by, f"<@{by}> un-archived the channel")


def open_direct(workspace: Workspace, opener: str, others: list[str]) -> tuple[Conversation, bool]:
    """Return the direct conversation of these people, and whether it existed.

    Raises:
        SlackError: ``too_many_users``, ``user_disabled``.
    """
    everyone = list(dict.fromkeys((opener, *others)))
    if len(everyone) > MOST_DIRECT:
        raise SlackError("too_many_users")
    for user in everyone:
        if workspace.state.users[user].deleted:
            raise SlackError("user_disabled")
    found = workspace.direct(*everyone)
    if found is not None:
        if opener in found.closed_for:
            found.closed_for.remove(opener)
            workspace.tell("channel_changed", found)
        return found, True
    now = int(workspace.now())
    names = [workspace.state.users[user].name for user in everyone]
    single = len(everyone) <= 2
    channel = Conversation(
        id=workspace.ids.new("D" if single else "G"),
        kind="im" if single else "mpim",
        name="" if single else f"mpdm-{'--'.join(names)}-1",
        creator=opener,
        created=now,
        updated=now,
        members=everyone,
    )
    channel.read = dict.fromkeys(everyone, "0000000000.000000")
    workspace.state.conversations[channel.id] = channel
    workspace.tell("direct_opened", channel, user=opener)
    return channel, False


def touch(workspace: Workspace, channel: Conversation) -> None:
    """Note that the channel itself changed just now."""
    channel.updated = int(workspace.now())
