"""From changes of the workspace to the events an app is sent, and their redelivery."""

from collections.abc import Callable, Iterator

from slack_sandbox.model import Conversation, Json
from slack_sandbox.payloads import event_callback
from slack_sandbox.shapes import channel_shape, dnd_shape, user_shape, usergroup_shape
from slack_sandbox.socket import Envelope, Outcome, SocketHub
from slack_sandbox.text import mentioned
from slack_sandbox.workspace import Change, Workspace

MESSAGE_KINDS = {
    "public": ("message.channels", "channel"),
    "private": ("message.groups", "group"),
    "im": ("message.im", "im"),
    "mpim": ("message.mpim", "mpim"),
}
#: (what the manifest must subscribe to, the event)
Subscribed = tuple[str, Json]
Build = Callable[[Workspace, Change], Iterator[Subscribed]]


def _message(workspace: Workspace, channel: Conversation, event: Json) -> Iterator[Subscribed]:
    subscription, channel_type = MESSAGE_KINDS[channel.kind]
    if workspace.app.bot_user_id in channel.members:
        shown = {"type": "message", **event, "channel": channel.id, "channel_type": channel_type}
        yield subscription, shown


def _posted(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    channel, message = change.channel, change.message
    if channel is None or message is None:
        return
    event = dict(message)
    event.pop("reactions", None)
    if event.get("files"):
        event.setdefault("subtype", "file_share")
    yield from _message(workspace, channel, {**event, "event_ts": message["ts"]})
    bot = workspace.app.bot_user_id
    if (
        bot in mentioned(message.get("text", ""))
        and channel.kind != "im"
        and bot in channel.members
        and message.get("subtype") in (None, "thread_broadcast", "file_share")
    ):
        yield (
            "app_mention",
            {
                key: value
                for key, value in {**event, "type": "app_mention", "channel": channel.id}.items()
                if key != "subtype"
            },
        )


def _hidden(
    workspace: Workspace, channel: Conversation, subtype: str, event: Json
) -> Iterator[Subscribed]:
    ts = f"{workspace.now():.6f}"
    shown = {"subtype": subtype, "hidden": True, "ts": ts, "event_ts": ts, **event}
    yield from _message(workspace, channel, shown)


def _edited(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    if change.channel is not None and change.message is not None:
        event = {"message": dict(change.message), "previous_message": change.previous}
        yield from _hidden(workspace, change.channel, "message_changed", event)


def _deleted(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    if change.channel is not None and change.previous is not None:
        event = {"deleted_ts": change.previous["ts"], "previous_message": change.previous}
        yield from _hidden(workspace, change.channel, "message_deleted", event)


def _reaction(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    channel, message = change.channel, change.message
    if channel is None or message is None or not _inside(workspace, channel):
        return
    event: Json = {
        "type": change.kind,
        "user": change.user,
        "reaction": change.facts["name"],
        "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
    }
    if message.get("user"):
        event["item_user"] = message["user"]
    yield change.kind, event


def _pin(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    channel, message = change.channel, change.message
    if channel is None or message is None or not _inside(workspace, channel):
        return
    event: Json = {
        "type": change.kind,
        "user": change.user,
        "channel_id": channel.id,
        "item": {
            "type": "message",
            "channel": channel.id,
            "message": dict(message),
            "created": int(workspace.now()),
            "created_by": change.user,
        },
        "item_user": message.get("user", ""),
        "pin_count": len(channel.pins),
        "pinned_info": message.get("pinned_info", {}),
    }
    if change.kind == "pin_removed":
        event["has_pins"] = bool(channel.pins)
    yield change.kind, event


def _membership(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    channel = change.channel
    if channel is None or not channel.is_channel_like:
        return
    own = change.user == workspace.app.bot_user_id
    if change.kind == "member_left" and own:
        kind = "channel_left" if channel.kind == "public" else "group_left"
        yield kind, {"type": kind, "channel": channel.id, "actor_id": change.facts.get("by")}
        return
    if not _inside(workspace, channel):
        return
    name = "member_joined_channel" if change.kind == "member_joined" else "member_left_channel"
    event: Json = {
        "type": name,
        "user": change.user,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "public" else "G",
        "team": workspace.team.id,
    }
    if change.facts.get("inviter"):
        event["inviter"] = change.facts["inviter"]
    yield name, event


def _created(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    channel = change.channel
    if channel is not None and channel.kind == "public":
        shape = channel_shape(workspace, channel, workspace.app.bot_user_id)
        yield "channel_created", {"type": "channel_created", "channel": shape}


def _renamed(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    channel = change.channel
    if channel is not None and _visible(workspace, channel):
        name = "channel_rename" if channel.kind == "public" else "group_rename"
        shown = {"id": channel.id, "name": channel.name, "name_normalized": channel.name}
        yield name, {"type": name, "channel": {**shown, "created": channel.created}}


def _archived(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    channel = change.channel
    if channel is not None and _visible(workspace, channel):
        family = "channel" if channel.kind == "public" else "group"
        name = f"{family}_{'archive' if change.kind == 'channel_archived' else 'unarchive'}"
        event: Json = {"type": name, "channel": channel.id, "is_moved": 0}
        if family == "channel":
            event["user"] = change.user
        yield name, event


def _user(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    if change.user is not None:
        shape = user_shape(workspace, workspace.state.users[change.user])
        name = "team_join" if change.kind == "user_added" else "user_change"
        yield name, {"type": name, "user": shape, "cache_ts": int(workspace.now())}


def _dnd(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    if change.user is not None:
        status = dnd_shape(workspace, workspace.state.users[change.user])
        name = "dnd_updated_user"
        yield name, {"type": name, "user": change.user, "dnd_status": status}


def _usergroup(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    group = workspace.state.usergroups[change.facts["group"]]
    shape = usergroup_shape(workspace, group, users=True)
    name = "subteam_created" if change.kind == "usergroup_created" else "subteam_updated"
    yield name, {"type": name, "subteam": shape}
    added, removed = change.facts.get("added", []), change.facts.get("removed", [])
    if added or removed:
        name = "subteam_members_changed"
        event: Json = {
            "type": name,
            "subteam_id": group.id,
            "team_id": workspace.team.id,
            "date_previous_update": change.facts.get("before", 0),
            "date_update": group.date_update,
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
        }
        yield name, event


def _file(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    file_id = change.facts["file"]
    event: Json = {"type": change.kind, "file_id": file_id, "user_id": change.user}
    if change.kind != "file_deleted":
        event["file"] = {"id": file_id}
    if change.channel is not None:
        if not _inside(workspace, change.channel):
            return
        event["channel_id"] = change.channel.id
    yield change.kind, event


def _home_opened(workspace: Workspace, change: Change) -> Iterator[Subscribed]:
    channel, user = change.channel, change.user
    if channel is None or user is None:
        return
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": change.facts["tab"],
    }
    if change.facts["tab"] == "home" and user in workspace.state.homes:
        event["view"] = workspace.state.homes[user]
    yield "app_home_opened", event


def _inside(workspace: Workspace, channel: Conversation) -> bool:
    return workspace.app.bot_user_id in channel.members


def _visible(workspace: Workspace, channel: Conversation) -> bool:
    return channel.kind == "public" or _inside(workspace, channel)


BUILDERS: dict[str, Build] = {
    "message_posted": _posted,
    "message_changed": _edited,
    "message_buried": _edited,
    "message_deleted": _deleted,
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
    "pin_added": _pin,
    "pin_removed": _pin,
    "member_joined": _membership,
    "member_left": _membership,
    "channel_created": _created,
    "channel_renamed": _renamed,
    "channel_archived": _archived,
    "channel_unarchived": _archived,
    "user_added": _user,
    "user_changed": _user,
    "dnd_changed": _dnd,
    "usergroup_created": _usergroup,
    "usergroup_changed": _usergroup,
    "file_created": _file,
    "file_shared": _file,
    "file_deleted": _file,
    "home_opened": _home_opened,
}


class EventFeed:
    """Sends the app the events it may see, and again when nobody acknowledged them."""

    def __init__(self, workspace: Workspace, hub: SocketHub) -> None:
        self._workspace = workspace
        self._hub = hub
        workspace.listen(self._notice)
        hub.on_settled.append(self._redeliver)

    def _notice(self, change: Change) -> None:
        build = BUILDERS.get(change.kind)
        if build is None or not self._hub.has_connected:
            return
        app = self._workspace.app
        for subscription, event in build(self._workspace, change):
            if app.enforced and subscription not in app.events:
                continue
            payload = event_callback(self._workspace, event)
            self._hub.send("events_api", payload, event["type"])

    def _redeliver(self, envelope: Envelope, outcome: Outcome) -> None:
        pauses = self._workspace.rules.redelivery_seconds
        attempt = envelope.retry_attempt
        if outcome.acked or envelope.type != "events_api" or attempt >= len(pauses):
            return

        def again() -> None:
            self._hub.send(
                "events_api",
                envelope.payload,
                envelope.name,
                retry_attempt=attempt + 1,
                retry_reason="timeout",
            )

        self._workspace.clock.call_later(pauses[attempt], again)
