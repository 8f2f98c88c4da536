"""chat.*: messages are posted, changed and deleted."""

from typing import Any

from slack_sandbox.channels import open_direct
from slack_sandbox.compose import content, pieces, signature
from slack_sandbox.errors import SlackError
from slack_sandbox.messages import delete, edit, find, post, whisper
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Conversation, Json
from slack_sandbox.text import incoming
from slack_sandbox.workspace import Workspace

FAMILY = Family()
LONGEST_UPDATE = 4000


def target(call: Call) -> Conversation:
    """Return where to post: a channel id, a public channel's name, or a user's direct messages.

    Raises:
        SlackError: ``channel_not_found``, ``messages_tab_disabled``.
    """
    workspace, wanted = call.workspace, call.text("channel")
    if wanted in workspace.state.users:
        if not workspace.app.messages_tab_enabled:
            raise SlackError("messages_tab_disabled")
        return open_direct(workspace, call.caller.id, [wanted])[0]
    if wanted not in workspace.state.conversations:
        named = workspace.named(wanted)
        if named is not None and named.kind == "public":
            return named
    channel = workspace.conversation(wanted)
    if not workspace.sees(call.caller.id, channel):
        raise SlackError("channel_not_found")
    return channel


def check_writable(call: Call, channel: Conversation) -> None:
    """Refuse to post where the bot may not.

    Raises:
        SlackError: ``is_archived``, ``not_in_channel``.
    """
    if channel.is_archived:
        raise SlackError("is_archived")
    app = call.workspace.app
    outside = call.caller.id not in channel.members
    if outside and app.enforced and "chat:write.public" not in app.scopes:
        raise SlackError("not_in_channel")


def check_customised(call: Call) -> None:
    """Refuse another name or icon without the scope for it.

    Raises:
        SlackError: ``missing_scope``.
    """
    app, needed = call.workspace.app, "chat:write.customize"
    custom = call.arguments.keys() & {"username", "icon_emoji", "icon_url"}
    if custom and app.enforced and needed not in app.scopes:
        raise SlackError("missing_scope", needed=needed, provided=",".join(app.scopes))


def thread_parent(channel: Conversation, thread_ts: str) -> Json:
    """Return the message a reply belongs to.

    Raises:
        SlackError: ``thread_not_found``; ``cannot_reply_to_message`` when it is a reply itself.
    """
    parent = find(channel, thread_ts, "thread_not_found")
    if parent.get("thread_ts", thread_ts) != thread_ts or parent.get("subtype") == "tombstone":
        raise SlackError("cannot_reply_to_message")
    return parent


@FAMILY.method("chat.postMessage")
def post_message(call: Call) -> Json:
    """Post a message."""
    channel = target(call)
    check_writable(call, channel)
    check_customised(call)
    found = content(call.workspace, call.arguments)
    message = post_content(call.workspace, channel, call.arguments, found.fields())
    return {"ok": True, "channel": channel.id, "ts": message["ts"], "message": shown(message)}


def post_content(
    workspace: Workspace, channel: Conversation, arguments: Json, fields: Json
) -> Json:
    """Post content on the app's behalf; over-long text becomes several messages, the first counts.

    Raises:
        SlackError: ``thread_not_found``, ``cannot_reply_to_message``.
    """
    message = signature(workspace, arguments) | fields
    thread_ts = str(arguments.get("thread_ts") or "")
    if thread_ts:
        thread_parent(channel, thread_ts)
        message["thread_ts"] = thread_ts
        if str(arguments.get("reply_broadcast", "")).lower() in ("1", "true"):
            message["subtype"] = "thread_broadcast"
    posted = [
        post(workspace, channel, {**message, "text": text}) for text in pieces(fields["text"])
    ]
    return posted[0]


def shown(message: Json) -> Json:
    """Return a message as answers carry it."""
    return {key: value for key, value in message.items() if key != "root"}


@FAMILY.method("chat.postEphemeral")
def post_ephemeral(call: Call) -> Json:
    """Show one person a message."""
    workspace = call.workspace
    channel = call.conversation()
    check_writable(call, channel)
    user = workspace.state.users.get(call.text("user"))
    if user is None or user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    if len(call.text("text")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    message = signature(workspace, call.arguments) | content(workspace, call.arguments).fields()
    if call.text("thread_ts"):
        message["thread_ts"] = call.text("thread_ts")
    stored = whisper(workspace, channel, user.id, message)
    return {"ok": True, "message_ts": stored["ts"]}


@FAMILY.method("chat.update")
def update(call: Call) -> Json:
    """Change one of the app's own messages."""
    workspace = call.workspace
    channel = call.conversation()
    if channel.is_archived:
        raise SlackError("is_inactive")
    message = find(channel, call.text("ts"))
    if message.get("bot_id") != workspace.app.bot_id or message.get("subtype") == "tombstone":
        raise SlackError("cant_update_message")
    limit = workspace.rules.edit_own_seconds
    if limit is not None and workspace.now() - float(message["ts"]) > limit:
        raise SlackError("edit_window_closed")
    if len(call.text("text")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    edit(workspace, channel, message, _changes(call, message), call.caller.id)
    return {
        "ok": True,
        "channel": channel.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": shown(message),
    }


def _changes(call: Call, message: Json) -> Json:
    arguments = dict(call.arguments)
    only_metadata = "metadata" in arguments and not (
        arguments.keys() & {"text", "blocks", "attachments", "markdown_text"}
    )
    if only_metadata:
        arguments["text"] = message["text"]
    found = content(call.workspace, arguments)
    changes: Json = {"text": found.text or message["text"], "blocks": found.blocks or None}
    if only_metadata:
        del changes["blocks"]
    if "attachments" in found.given or "text" in found.given:
        changes["attachments"] = found.attachments or None
    if "metadata" in found.given:
        changes["metadata"] = found.metadata or None
    return changes


@FAMILY.method("chat.delete")
def delete_message(call: Call) -> Json:
    """Delete one of the app's own messages."""
    channel = call.conversation()
    message = find(channel, call.text("ts"))
    if message.get("bot_id") != call.workspace.app.bot_id:
        raise SlackError("cant_delete_message")
    delete(call.workspace, channel, message, call.caller.id)
    return {"ok": True, "channel": channel.id, "ts": call.text("ts")}


@FAMILY.method("chat.getPermalink")
def get_permalink(call: Call) -> Json:
    """Give a message's address."""
    channel = call.conversation()
    message = find(channel, call.text("message_ts"))
    link = call.workspace.permalink(channel, message)
    return {"ok": True, "channel": channel.id, "permalink": link}


@FAMILY.method("chat.meMessage")
def me_message(call: Call) -> Json:
    """Post an action in the third person."""
    channel = call.conversation()
    check_writable(call, channel)
    text = call.text("text")
    if not text:
        raise SlackError("no_text")
    fields: dict[str, Any] = {"text": incoming(call.workspace, text), "subtype": "me_message"}
    message = post(call.workspace, channel, signature(call.workspace, {}) | fields)
    return {"ok": True, "channel": channel.id, "ts": message["ts"]}
