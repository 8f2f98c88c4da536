"""files.*: the three-step upload, and what is known about files."""

from slack_sandbox import files
from slack_sandbox.compose import read_blocks, signature
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.chat import thread_parent
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Conversation, File, Json
from slack_sandbox.shapes import file_shape
from slack_sandbox.text import incoming

FAMILY = Family()
LONGEST_ALT = 1000
KINDS = ("all", "spaces", "snippets", "images", "gdocs", "zips", "pdfs", "canvas")


@FAMILY.method("files.getUploadURLExternal")
def get_upload_url(call: Call) -> Json:
    """Announce a file and give the address its bytes go to."""
    length = call.number("length", 0)
    if length < 1:
        raise invalid_arguments("must be greater than 1 [json-pointer:/length]")
    if length > files.LARGEST:
        raise SlackError("file_upload_size_restricted")
    if len(call.text("alt_txt")) > LONGEST_ALT:
        raise SlackError("alt_txt_too_large")
    name, alt = call.text("filename"), call.text("alt_txt")
    file = files.announce(call.workspace, name, length, call.caller.id, alt)
    url = f"{call.workspace.url}/upload/v1/{file.id}"
    return {"ok": True, "upload_url": url, "file_id": file.id}


@FAMILY.method("files.completeUploadExternal")
def complete_upload(call: Call) -> Json:
    """Finish an upload; sharing into channels follows a moment later."""
    rows = call.parsed("files")
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise invalid_arguments("must be a valid JSON array [json-pointer:/files]")
    complete = [_completed(call, row) for row in rows]
    wanted = call.listed("channels") or call.listed("channel_id")
    targets = [_target(call, channel_id) for channel_id in wanted]
    message = _message(call)
    thread_ts = call.text("thread_ts")
    if thread_ts:
        for channel in targets:
            thread_parent(channel, thread_ts)
        message["thread_ts"] = thread_ts
    for file in complete:
        file.is_complete = True
        call.workspace.tell("file_created", user=file.user, file=file.id)
    answer = {"ok": True, "files": [_unshared(call, file) for file in complete]}
    if targets:
        call.workspace.clock.call_later(
            call.workspace.rules.file_delay_seconds,
            lambda: _share(call, complete, targets, message),
        )
    return answer


def _completed(call: Call, row: Json) -> File:
    file = call.workspace.file(str(row.get("id", "")))
    if not file.content:
        raise SlackError("file_update_failed")
    if row.get("title"):
        file.title = str(row["title"])
    return file


def _target(call: Call, channel_id: str) -> Conversation:
    channel = call.workspace.state.conversations.get(channel_id)
    if channel is None or not call.workspace.sees(call.caller.id, channel):
        raise SlackError("channel_not_found")
    if call.caller.id not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("posting_to_channel_denied")
    return channel


def _message(call: Call) -> Json:
    workspace = call.workspace
    message = signature(workspace, call.arguments)
    message["text"] = incoming(workspace, call.text("initial_comment"))
    blocks = read_blocks(workspace, call.arguments.get("blocks"))
    if blocks:
        message["blocks"] = blocks
    return message


def _unshared(call: Call, file: File) -> Json:
    shape = file_shape(call.workspace, file)
    return shape | {"mimetype": "", "filetype": "", "shares": {}, "channels": []}


def _share(call: Call, complete: list[File], targets: list[Conversation], message: Json) -> None:
    for channel in targets:
        files.share(call.workspace, complete, channel, dict(message))


def _known(call: Call) -> File:
    file = call.workspace.file(call.text("file"))
    if not file.is_complete:
        raise SlackError("file_not_found")
    return file


@FAMILY.method("files.info")
def info(call: Call) -> Json:
    """Describe a file."""
    shape = file_shape(call.workspace, _known(call))
    return {"ok": True, "file": shape, "comments": [], "response_metadata": {"next_cursor": ""}}


@FAMILY.method("files.list")
def list_all(call: Call) -> Json:
    """List files, newest first, by page number."""
    kinds = call.listed("types") or ["all"]
    if any(kind not in KINDS for kind in kinds):
        raise SlackError("unknown_type")
    user = call.text("user")
    if user and user not in call.workspace.state.users:
        raise SlackError("user_not_found")
    channel = call.text("channel")
    start, end = call.instant("ts_from", 0), call.instant("ts_to", 1e12)
    rows = [
        file_shape(call.workspace, file)
        for file in reversed(call.workspace.state.files.values())
        if file.is_complete
        and (not user or file.user == user)
        and (not channel or any(share[1] == channel for share in file.shares))
        and start <= file.created <= end
        and _is_kind(file, kinds)
    ]
    count, page = max(1, call.number("count", 100)), max(1, call.number("page", 1))
    shown = rows[(page - 1) * count : page * count]
    pages = -(-len(rows) // count)
    paging = {"count": count, "total": len(rows), "page": page, "pages": pages}
    return {"ok": True, "files": shown, "paging": paging}


def _is_kind(file: File, kinds: list[str]) -> bool:
    if "all" in kinds:
        return True
    own = "canvas" if file.is_canvas else "snippets"
    if file.mimetype.startswith("image/"):
        own = "images"
    elif file.filetype in ("pdf", "zip"):
        own = file.filetype + "s"
    return own in kinds


@FAMILY.method("files.delete")
def delete(call: Call) -> Json:
    """Delete one of the bot's own files."""
    file = _known(call)
    if file.user != call.caller.id:
        raise SlackError("cant_delete_file")
    files.remove(call.workspace, file)
    return {"ok": True}
