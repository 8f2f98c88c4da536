"""People write, edit, delete, react, pin, bookmark and upload."""

from collections.abc import Sequence

from slack_sandbox import furniture, messages
from slack_sandbox.errors import SlackError
from slack_sandbox.files import announce, share
from slack_sandbox.gestures.hands import Gesture
from slack_sandbox.model import File, Json
from slack_sandbox.rich_text import rich_text
from slack_sandbox.shapes import file_shape
from slack_sandbox.text import typed


def say(gesture: Gesture) -> Json:
    """Write a message, perhaps into a thread."""
    workspace, channel = gesture.workspace, gesture.channel()
    if channel.is_archived:
        raise SlackError("is_archived", message="This channel has been archived.")
    message = _worded(gesture, gesture.text("text"))
    thread_ts = _thread(gesture)
    if thread_ts:
        parent = messages.find(channel, thread_ts, "thread_not_found")
        message["thread_ts"] = parent.get("thread_ts", parent["ts"])
        if gesture.fields.get("broadcast"):
            message["subtype"] = "thread_broadcast"
    stored = messages.post(workspace, channel, message)
    return {"ok": True, "ts": stored["ts"]}


def _thread(gesture: Gesture) -> str:
    return str(gesture.fields.get("thread_ts") or "")


def _worded(gesture: Gesture, text: str) -> Json:
    workspace = gesture.workspace
    if not text.strip():
        raise SlackError("no_text", message="There is nothing to send.")
    stored = typed(workspace, text)
    return {
        "user": gesture.user.id,
        "client_msg_id": workspace.ids.uuid(),
        "text": stored,
        "blocks": [rich_text(stored, workspace.ids.word())],
    }


def edit(gesture: Gesture) -> Json:
    """Change one's own message."""
    channel = gesture.channel()
    message = gesture.message(channel)
    if message.get("user") != gesture.user.id or message.get("subtype") not in (
        None,
        "thread_broadcast",
    ):
        raise SlackError("cant_update_message", message="One can edit one's own messages only.")
    worded = _worded(gesture, gesture.text("text"))
    changes = {key: worded[key] for key in ("text", "blocks")}
    messages.edit(gesture.workspace, channel, message, changes, gesture.user.id)
    return {"ok": True, "ts": message["ts"]}


def delete(gesture: Gesture) -> Json:
    """Delete a message: one's own, or anybody's for an admin."""
    channel = gesture.channel()
    message = gesture.message(channel)
    if message.get("user") != gesture.user.id and not gesture.user.is_admin:
        raise SlackError("cant_delete_message", message="One can delete one's own messages only.")
    messages.delete(gesture.workspace, channel, message, gesture.user.id)
    return {"ok": True}


def dismiss(gesture: Gesture) -> Json:
    """Put an ephemeral message away."""
    channel = gesture.channel(member=False)
    messages.unwhisper(gesture.workspace, channel, gesture.user.id, gesture.text("ts"))
    return {"ok": True}


def react(gesture: Gesture) -> Json:
    """Put an emoji on a message."""
    channel = gesture.channel()
    name = gesture.text("name").strip(":")
    message = gesture.message(channel)
    furniture.react(gesture.workspace, channel, message, gesture.user.id, name)
    return {"ok": True}


def unreact(gesture: Gesture) -> Json:
    """Take one's emoji off a message."""
    channel = gesture.channel()
    name = gesture.text("name").strip(":")
    message = gesture.message(channel)
    furniture.unreact(gesture.workspace, channel, message, gesture.user.id, name)
    return {"ok": True}


def pin(gesture: Gesture) -> Json:
    """Pin a message to the channel."""
    channel = gesture.channel()
    furniture.pin(gesture.workspace, channel, gesture.message(channel), gesture.user.id)
    return {"ok": True}


def unpin(gesture: Gesture) -> Json:
    """Unpin a message."""
    channel = gesture.channel()
    furniture.unpin(gesture.workspace, channel, gesture.message(channel), gesture.user.id)
    return {"ok": True}


def bookmark(gesture: Gesture) -> Json:
    """Add a link to the channel's bookmarks."""
    entry = furniture.bookmark(
        gesture.workspace,
        gesture.channel(),
        gesture.user.id,
        gesture.text("title"),
        gesture.text("link"),
        gesture.text("emoji", ""),
    )
    return {"ok": True, "bookmark_id": entry["id"]}


def unbookmark(gesture: Gesture) -> Json:
    """Remove a bookmark."""
    channel, wanted = gesture.channel(), gesture.text("bookmark_id")
    furniture.unbookmark(gesture.workspace, channel, gesture.user.id, wanted)
    return {"ok": True}


def upload(gesture: Gesture, parts: Sequence[tuple[str, bytes]]) -> Json:
    """Share files, as (name, content) parts; without a channel, keep them for a modal's input."""
    if not parts:
        raise SlackError("no_file_data", message="There is no file to upload.")
    if not gesture.fields.get("channel"):
        stored_files = [_stored(gesture, name, body) for name, body in parts]
        shapes = [file_shape(gesture.workspace, file) for file in stored_files]
        return {"ok": True, "files": [file.id for file in stored_files], "uploaded": shapes}
    workspace, channel = gesture.workspace, gesture.channel()
    message: Json = {"user": gesture.user.id}
    message["text"] = typed(workspace, gesture.text("text", ""))
    thread_ts = _thread(gesture)
    if thread_ts:
        messages.find(channel, thread_ts, "thread_not_found")
        message["thread_ts"] = thread_ts
    complete = [_stored(gesture, name, body) for name, body in parts]
    stored = share(workspace, complete, channel, message)
    return {"ok": True, "files": [file.id for file in complete], "ts": stored["ts"]}


def _stored(gesture: Gesture, name: str, body: bytes) -> File:
    file = announce(gesture.workspace, name, len(body), gesture.user.id)
    file.content, file.is_complete = body, True
    gesture.workspace.tell("file_created", user=gesture.user.id, file=file.id)
    return file
