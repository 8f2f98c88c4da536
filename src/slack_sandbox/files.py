"""Files: announced, uploaded, completed, shared a moment later, deleted."""

import mimetypes
from collections.abc import Sequence

from slack_sandbox.messages import edit, post
from slack_sandbox.model import Conversation, File, Json
from slack_sandbox.shapes import file_shape
from slack_sandbox.workspace import Workspace

LARGEST = 20 * 2**20
FILETYPES = {"md": "markdown", "txt": "text", "py": "python", "jpg": "jpg", "htm": "html"}
MIMETYPES = {"md": "text/markdown", "log": "text/plain", "yaml": "text/yaml", "yml": "text/yaml"}


def announce(workspace: Workspace, name: str, length: int, user: str, alt_text: str = "") -> File:
    """Make room for a file whose bytes are to follow."""
    ending = name.rpartition(".")[2].lower() if "." in name else "txt"
    file = File(
        id=workspace.ids.new("F"),
        name=name,
        title=name,
        user=user,
        mimetype=MIMETYPES.get(ending)
        or mimetypes.guess_type(name)[0]
        or "application/octet-stream",
        filetype=FILETYPES.get(ending, ending),
        created=int(workspace.now()),
        length=length,
        alt_text=alt_text,
    )
    workspace.state.files[file.id] = file
    return file


def share(
    workspace: Workspace,
    files: Sequence[File],
    channel: Conversation,
    message: Json,
) -> Json:
    """Post a message that carries files; ``message`` says from whom, with which words."""
    stored = post(
        workspace,
        channel,
        {**message, "files": [file_shape(workspace, file) for file in files], "upload": False},
    )
    kind = "public" if channel.kind == "public" else "private"
    for file in files:
        file.shares.append((kind, channel.id, stored["ts"]))
    stored["files"] = [file_shape(workspace, file) for file in files]
    workspace.tell("counters_changed", channel, message=stored)
    for file in files:
        workspace.tell("file_shared", channel, user=file.user, file=file.id)
    return stored


def remove(workspace: Workspace, file: File) -> None:
    """Delete a file; messages keep a tombstone of it."""
    del workspace.state.files[file.id]
    for _, channel_id, ts in file.shares:
        channel = workspace.state.conversations.get(channel_id)
        message = channel.history.get(ts) if channel else None
        if channel is not None and message is not None:
            left = [
                shown if shown["id"] != file.id else {"id": file.id, "mode": "tombstone"}
                for shown in message["files"]
            ]
            edit(workspace, channel, message, {"files": left}, file.user)
    workspace.tell("file_deleted", user=file.user, file=file.id)
