"""conversations.*: make, find, join and furnish channels."""

import re

from slack_sandbox import channels
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.messages import mark
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Conversation, Json
from slack_sandbox.shapes import channel_shape

FAMILY = Family()
TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
MOST_INVITED = 100
PUBLIC_SCOPES = ("channels:manage", "channels:write")
PRIVATE_SCOPES = ("groups:write",)
TS = re.compile(r"[0-9]{10}\.[0-9]{6}")


def _shown(call: Call, channel: Conversation, **options: bool) -> Json:
    return channel_shape(call.workspace, channel, call.caller.id, **options)


@FAMILY.method("conversations.create")
def create(call: Call) -> Json:
    """Make a channel; the bot is its first member."""
    private = call.flag("is_private")
    app = call.workspace.app
    enough = PRIVATE_SCOPES if private else PUBLIC_SCOPES
    if app.enforced and not set(enough) & set(app.scopes):
        raise SlackError("missing_scope", needed=enough[0], provided=",".join(app.scopes))
    channel = channels.create(call.workspace, call.text("name"), call.caller.id, private)
    return {"ok": True, "channel": _shown(call, channel)}


@FAMILY.method("conversations.info")
def info(call: Call) -> Json:
    """Describe a conversation."""
    channel = call.conversation()
    shape = _shown(call, channel, members=call.flag("include_num_members"))
    if call.flag("include_locale"):
        shape["locale"] = "en-US"
    return {"ok": True, "channel": shape}


def listed(call: Call, user: str, joined_only: bool) -> Json:
    """Answer conversations.list and users.conversations.

    Raises:
        SlackError: ``invalid_types``, ``invalid_cursor``, ``invalid_limit``.
    """
    types = call.listed("types") or ["public_channel"]
    if any(kind not in TYPES for kind in types):
        raise SlackError("invalid_types")
    kinds = {TYPES[kind] for kind in types}
    skip_archived = call.flag("exclude_archived")
    bot = call.caller.id
    rows = [
        channel
        for channel in call.workspace.state.conversations.values()
        if channel.kind in kinds
        and call.workspace.sees(bot, channel)
        and (not joined_only or user in channel.members)
        and not (skip_archived and channel.is_archived)
    ]
    page, cursor = call.page(rows)
    options = {} if joined_only else {"members": True}
    return {
        "ok": True,
        "channels": [_shown(call, channel, **options) for channel in page],
        "response_metadata": {"next_cursor": cursor},
    }


@FAMILY.method("conversations.list")
def list_all(call: Call) -> Json:
    """List the conversations the bot may see."""
    return listed(call, call.caller.id, joined_only=False)


@FAMILY.method("conversations.members")
def members(call: Call) -> Json:
    """List the ids of a conversation's members."""
    page, cursor = call.page(call.conversation().members)
    return {"ok": True, "members": page, "response_metadata": {"next_cursor": cursor}}


@FAMILY.method("conversations.invite")
def invite(call: Call) -> Json:
    """Put people into a channel: all of them or, without ``force``, none."""
    channel = call.channel(member=True, writing=True)
    users = list(dict.fromkeys(call.listed("users")))
    if not users:
        raise SlackError("no_user")
    if len(users) > MOST_INVITED:
        raise invalid_arguments("no more than 100 items allowed [json-pointer:/users]")
    refused = [(user, error) for user in users if (error := _cannot_invite(call, channel, user))]
    errors = [{"user": user, "ok": False, "error": error} for user, error in refused]
    bad = {user for user, _ in refused}
    welcome = [user for user in users if user not in bad]
    if errors and not (call.flag("force") and welcome):
        raise SlackError(refused[0][1], errors=errors)
    for user in welcome:
        channels.add_member(call.workspace, channel, user, call.caller.id)
    answer: Json = {"ok": True, "channel": _shown(call, channel)}
    if errors:
        answer["errors"] = errors
    return answer


def _cannot_invite(call: Call, channel: Conversation, user_id: str) -> str | None:
    user = call.workspace.state.users.get(user_id)
    if user is None:
        return "user_not_found"
    if user_id == call.caller.id:
        return "cant_invite_self"
    if user_id in channel.members:
        return "already_in_channel"
    if user.deleted or user_id == "USLACKBOT":
        return "cant_invite"
    return None


@FAMILY.method("conversations.kick")
def kick(call: Call) -> Json:
    """Take someone out of a channel."""
    channel = call.channel(member=True)
    user = call.text("user")
    if user == call.caller.id:
        raise SlackError("cant_kick_self")
    if channel.is_general:
        raise SlackError("cant_kick_from_general")
    if user not in call.workspace.state.users:
        raise SlackError("user_not_found")
    if user not in channel.members:
        raise SlackError("not_in_channel")
    channels.remove_member(call.workspace, channel, user, call.caller.id)
    return {"ok": True, "errors": {}}


@FAMILY.method("conversations.join")
def join(call: Call) -> Json:
    """Enter a public channel."""
    channel = call.channel(writing=True)
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    answer: Json = {"ok": True}
    if call.caller.id in channel.members:
        answer |= {
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    else:
        channels.add_member(call.workspace, channel, call.caller.id)
    return answer | {"channel": _shown(call, channel)}


@FAMILY.method("conversations.leave")
def leave(call: Call) -> Json:
    """Go out of a channel."""
    channel = call.channel(writing=True)
    if channel.is_general:
        raise SlackError("cant_leave_general")
    if call.caller.id not in channel.members:
        return {"ok": False, "not_in_channel": True}
    if channel.is_private and len(channel.members) == 1:
        raise SlackError("last_member")
    channels.remove_member(call.workspace, channel, call.caller.id, call.caller.id)
    return {"ok": True}


@FAMILY.method("conversations.archive")
def archive(call: Call) -> Json:
    """Close a channel."""
    channel = call.channel(member=True)
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.is_general:
        raise SlackError("cant_archive_general")
    channels.archive(call.workspace, channel, call.caller.id)
    return {"ok": True}


@FAMILY.method("conversations.unarchive")
def unarchive(call: Call) -> Json:
    """Open an archived channel again."""
    channel = call.channel(member=True)
    if not channel.is_archived:
        raise SlackError("not_archived")
    channels.unarchive(call.workspace, channel, call.caller.id)
    return {"ok": True}


@FAMILY.method("conversations.rename")
def rename(call: Call) -> Json:
    """Give a channel another name; only its creator may."""
    channel = call.channel(member=True, writing=True)
    if channel.creator != call.caller.id:
        raise SlackError("not_authorized")
    channels.rename(call.workspace, channel, call.text("name"), call.caller.id)
    return {"ok": True, "channel": _shown(call, channel)}


@FAMILY.method("conversations.setTopic")
def set_topic(call: Call) -> Json:
    """Set the topic."""
    channel = call.channel(member=True, writing=True)
    channels.set_note(call.workspace, channel, "topic", call.text("topic"), call.caller.id)
    return {"ok": True, "channel": _shown(call, channel)}


@FAMILY.method("conversations.setPurpose")
def set_purpose(call: Call) -> Json:
    """Set the purpose."""
    channel = call.channel(member=True, writing=True)
    channels.set_note(call.workspace, channel, "purpose", call.text("purpose"), call.caller.id)
    return {"ok": True, "channel": _shown(call, channel), "purpose": channel.purpose.value}


@FAMILY.method("conversations.open")
def open_conversation(call: Call) -> Json:
    """Open or find a direct conversation, by its people or its id."""
    workspace = call.workspace
    if "channel" in call.arguments:
        channel, existed = call.conversation(), True
        if channel.is_channel_like:
            raise SlackError("method_not_supported_for_channel_type")
    else:
        users = call.listed("users")
        if not users:
            raise SlackError("users_list_not_supplied")
        for user in users:
            workspace.user(user)
        existing = workspace.direct(call.caller.id, *users)
        if existing is None and call.flag("prevent_creation"):
            raise SlackError("channel_not_found")
        channel, existed = channels.open_direct(workspace, call.caller.id, users)
    answer: Json = {"ok": True, "channel": {"id": channel.id}}
    if existed:
        answer |= {"no_op": True, "already_open": True}
    if call.flag("return_im"):
        answer["channel"] = _shown(call, channel)
    return answer


@FAMILY.method("conversations.close")
def close(call: Call) -> Json:
    """Close a direct conversation."""
    channel = call.conversation()
    if channel.is_channel_like:
        raise SlackError("method_not_supported_for_channel_type")
    if call.caller.id in channel.closed_for:
        return {"ok": True, "no_op": True, "already_closed": True}
    channel.closed_for.append(call.caller.id)
    return {"ok": True}


@FAMILY.method("conversations.mark")
def mark_read(call: Call) -> Json:
    """Move the bot's read cursor."""
    channel = call.conversation()
    if call.caller.id not in channel.members:
        raise SlackError("not_in_channel")
    ts = call.text("ts")
    if not TS.fullmatch(ts):
        raise SlackError("invalid_timestamp")
    mark(call.workspace, channel, call.caller.id, ts)
    return {"ok": True}
