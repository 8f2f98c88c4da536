"""From changes of the workspace to what one person's page is told."""

from collections.abc import Callable, Iterator

from slack_sandbox import portrait
from slack_sandbox.messages import unread
from slack_sandbox.model import Json
from slack_sandbox.shapes import user_shape
from slack_sandbox.workspace import Change, Workspace

News = tuple[str, Json]
Tell = Callable[[Workspace, Change, str], Iterator[News]]


def _seen(workspace: Workspace, change: Change, user: str) -> bool:
    return change.channel is not None and workspace.sees(user, change.channel)


def _message(event: str) -> Tell:
    def tell(workspace: Workspace, change: Change, user: str) -> Iterator[News]:
        channel, message = change.channel, change.message
        if channel is None or message is None or not workspace.sees(user, channel):
            return
        yield event, {"channel": channel.id, "message": portrait.without_root(message)}
        if event == "message" and user in channel.members:
            yield _unread(change, user)

    return tell


def _unread(change: Change, user: str) -> News:
    channel = change.channel
    if channel is None:
        raise ValueError("a change without a conversation has nothing unread")
    count, mentions = unread(channel, user)
    read = channel.read.get(user, "")
    facts = {"unread_count": count, "mention_count": mentions, "last_read": read}
    return "unread", {"channel": channel.id, **facts}


def _message_deleted(workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.channel is not None and change.message is not None and _seen(workspace, change, user):
        message = change.message
        thread_ts = message.get("thread_ts")
        yield (
            "message_deleted",
            {"channel": change.channel.id, "ts": message["ts"], "thread_ts": thread_ts},
        )


def _ephemeral(event: str) -> Tell:
    def tell(_workspace: Workspace, change: Change, user: str) -> Iterator[News]:
        if change.channel is None or change.message is None or change.user != user:
            return
        yield event, {"channel": change.channel.id, "message": change.message}

    return tell


def _ephemeral_deleted(_workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.channel is not None and change.message is not None and change.user == user:
        yield "ephemeral_deleted", {"channel": change.channel.id, "ts": change.message["ts"]}


def _channel(workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.channel is not None and _seen(workspace, change, user):
        yield "channel", {"channel": portrait.channel(workspace, change.channel, user)}


def _member_left(workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.channel is not None and change.user == user and not _seen(workspace, change, user):
        yield "channel_gone", {"channel": change.channel.id}
    else:
        yield from _channel(workspace, change, user)


def _furnished(workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    yield from _message("message_changed")(workspace, change, user)
    yield from _channel(workspace, change, user)


def _read(_workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.channel is not None and change.user == user:
        yield _unread(change, user)


def _user(workspace: Workspace, change: Change, _user_id: str) -> Iterator[News]:
    if change.user is not None:
        yield "user", {"user": user_shape(workspace, workspace.state.users[change.user])}


def _usergroup(workspace: Workspace, change: Change, _user_id: str) -> Iterator[News]:
    yield "usergroup", {"usergroup": portrait.usergroup(workspace, change.facts["group"])}


def _commands(workspace: Workspace, _change: Change, _user_id: str) -> Iterator[News]:
    yield "commands", portrait.completion(workspace)


def _modals(workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.user == user:
        yield "modals", {"stack": portrait.modals(workspace, user)}


def _modal_errors(_workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.user == user:
        facts = change.facts
        yield "modal_errors", {"view_id": facts["view_id"], "errors": facts["errors"]}


def _modal_failed(_workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.user == user:
        facts = change.facts
        failed = {"view_id": facts["view_id"], "message": facts["text"], "why": facts["why"]}
        yield "modal_failed", failed


def _home(workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.user == user:
        yield "home", {"view": portrait.home(workspace, user)}


def _action_failed(_workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    if change.user == user:
        yield "action_failed", dict(change.facts)


def _connections(_workspace: Workspace, change: Change, _user_id: str) -> Iterator[News]:
    yield "app", {"connections": change.facts["connections"]}


def _reset(_workspace: Workspace, _change: Change, _user_id: str) -> Iterator[News]:
    yield "reset", {}


TELLERS: dict[str, Tell] = {
    "message_posted": _message("message"),
    "message_changed": _message("message_changed"),
    "counters_changed": _message("message_changed"),
    "message_buried": _message("message_changed"),
    "message_deleted": _message_deleted,
    "reaction_added": _message("message_changed"),
    "reaction_removed": _message("message_changed"),
    "pin_added": _furnished,
    "pin_removed": _furnished,
    "ephemeral_posted": _ephemeral("ephemeral"),
    "ephemeral_changed": _ephemeral("ephemeral_changed"),
    "ephemeral_deleted": _ephemeral_deleted,
    "bookmarks_changed": _channel,
    "channel_created": _channel,
    "channel_changed": _channel,
    "channel_renamed": _channel,
    "channel_archived": _channel,
    "channel_unarchived": _channel,
    "direct_opened": _channel,
    "member_joined": _channel,
    "member_left": _member_left,
    "read": _read,
    "user_added": _user,
    "user_changed": _user,
    "usergroup_created": _usergroup,
    "usergroup_changed": _usergroup,
    "commands_changed": _commands,
    "modals_changed": _modals,
    "modal_errors": _modal_errors,
    "modal_failed": _modal_failed,
    "home_changed": _home,
    "action_failed": _action_failed,
    "app_connections": _connections,
    "workspace_replaced": _reset,
}


def news(workspace: Workspace, change: Change, user: str) -> Iterator[News]:
    """Return the events one person's page gets for a change, as (name, body)."""
    tell = TELLERS.get(change.kind)
    if tell is not None:
        yield from tell(workspace, change, user)
