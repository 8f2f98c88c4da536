"""canvases.* and conversations.canvases.create."""

from slack_sandbox import canvas
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import File, Json

FAMILY = Family()
LEVELS = ("read", "write", "owner")


def _markdown(call: Call) -> str:
    document = call.parsed("document_content")
    if document is None:
        return ""
    if not isinstance(document, dict) or document.get("type") != "markdown":
        raise invalid_arguments("unsupported type [json-pointer:/document_content/type]")
    return str(document.get("markdown", ""))


def _known(call: Call) -> File:
    file = call.workspace.state.files.get(call.text("canvas_id"))
    if file is None or not file.is_canvas:
        raise SlackError("canvas_not_found")
    return file


@FAMILY.method("canvases.create")
def create(call: Call) -> Json:
    """Make a canvas, in a channel's tab when one is named."""
    channel = call.conversation("channel_id") if call.text("channel_id") else None
    file = canvas.create(call.workspace, call.text("title"), _markdown(call), call.caller.id)
    if channel is not None:
        kind = "public" if channel.kind == "public" else "private"
        file.shares.append((kind, channel.id, f"{call.workspace.now():.6f}"))
    return {"ok": True, "canvas_id": file.id}


@FAMILY.method("conversations.canvases.create")
def create_in_channel(call: Call) -> Json:
    """Make a channel's own canvas."""
    channel = call.conversation("channel_id")
    if channel.canvas_id is not None:
        raise SlackError("channel_canvas_already_exists")
    title = call.text("title") or channel.name
    file = canvas.create(call.workspace, title, _markdown(call), call.caller.id)
    channel.canvas_id = file.id
    call.workspace.tell("channel_changed", channel)
    return {"ok": True, "canvas_id": file.id}


@FAMILY.method("canvases.edit")
def edit(call: Call) -> Json:
    """Change a canvas: exactly one change per call."""
    file, changes = _known(call), call.parsed("changes")
    if not isinstance(changes, list) or not all(isinstance(change, dict) for change in changes):
        raise invalid_arguments("must be a valid JSON array [json-pointer:/changes]")
    if len(changes) != 1:
        raise invalid_arguments("no more than 1 items allowed [json-pointer:/changes]")
    canvas.edit(call.workspace, file, changes[0])
    return {"ok": True}


@FAMILY.method("canvases.delete")
def delete(call: Call) -> Json:
    """Delete a canvas."""
    file = _known(call)
    del call.workspace.state.files[file.id]
    for channel in call.workspace.state.conversations.values():
        if channel.canvas_id == file.id:
            channel.canvas_id = None
            call.workspace.tell("channel_changed", channel)
    return {"ok": True}


@FAMILY.method("canvases.access.set")
def access_set(call: Call) -> Json:
    """Say who may read or write a canvas."""
    file, level = _known(call), call.text("access_level")
    users, channels = call.listed("user_ids"), call.listed("channel_ids")
    if level not in LEVELS or bool(users) == bool(channels):
        raise SlackError("invalid_parameters")
    for user in users:
        if user not in call.workspace.state.users:
            raise SlackError("user_not_found")
    for channel in channels:
        call.workspace.conversation(channel)
    file.access |= dict.fromkeys([*users, *channels], level)
    return {"ok": True}


@FAMILY.method("canvases.sections.lookup")
def sections_lookup(call: Call) -> Json:
    """Find sections by heading level and words."""
    file, criteria = _known(call), call.parsed("criteria")
    if not isinstance(criteria, dict) or not criteria:
        raise invalid_arguments("must provide an object [json-pointer:/criteria]")
    kinds = [str(kind) for kind in criteria.get("section_types", [])]
    found = canvas.lookup(file, kinds, str(criteria.get("contains_text", "")))
    return {"ok": True, "sections": found}
