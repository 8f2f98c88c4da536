"""What a person would read in a message or view: all its words, with names in place of ids."""

import re
from collections.abc import Iterator
from typing import Any

from slack_sandbox.model import Json
from slack_sandbox.text import unescape
from slack_sandbox.workspace import Workspace

CONTROL = re.compile(r"<([^<>]+)>")
TEXTS = ("text", "title", "fallback", "alt_text", "label", "hint", "pretext", "value", "raw_text")
CONTAINERS = (
    "blocks",
    "elements",
    "fields",
    "accessory",
    "element",
    "attachments",
    "options",
    "rows",
    "text",
    "title",
    "label",
    "hint",
    "submit",
    "close",
    "actions",
    "child_blocks",
)


def words(workspace: Workspace, thing: Json) -> str:
    """Return every word of a message or view, one line per block, names resolved."""
    lines = [part for part in _message_parts(thing) if part]
    return unescape(CONTROL.sub(lambda match: _named(workspace, match[1]), "\n".join(lines)))


def _message_parts(thing: Json) -> Iterator[str]:
    blocks = thing.get("blocks")
    if not blocks:
        yield str(thing.get("text") or "")
    else:
        for part in ("title", "submit", "close"):
            yield _text(thing.get(part))
        for block in blocks:
            yield _text(block)
    for attachment in thing.get("attachments") or []:
        yield _text(attachment)
    for file in thing.get("files") or []:
        yield f"{file.get('title', '')} {file.get('name', '')}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(part for part in map(_text, value) if part)
    if not isinstance(value, dict):
        return ""
    kind = value.get("type")
    if isinstance(kind, str) and kind.startswith("rich_text_"):
        joiner = (
            ""
            if kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted")
            else "\n"
        )
        return joiner.join(_text(element) for element in value.get("elements", []))
    inline = _inline(value)
    if inline is not None:
        return inline
    return "\n".join(
        part
        for key, item in value.items()
        if key in CONTAINERS or (key in TEXTS and isinstance(item, str) and key != "value")
        for part in [_text(item)]
        if part
    )


def _inline(element: Json) -> str | None:
    match element.get("type"):
        case "user":
            return f"<@{element['user_id']}>"
        case "channel":
            return f"<#{element['channel_id']}>"
        case "usergroup":
            return f"<!subteam^{element['usergroup_id']}>"
        case "broadcast":
            return f"@{element['range']}"
        case "emoji":
            return f":{element['name']}:"
        case "link":
            return str(element.get("text") or element["url"])
        case "date":
            return str(element.get("fallback", element["timestamp"]))
        case _:
            return None


def _named(workspace: Workspace, control: str) -> str:
    target, _, label = control.partition("|")
    state = workspace.state
    if target.startswith("@"):
        user = state.users.get(target[1:])
        return f"@{user.name}" if user else f"<{control}>"
    if target.startswith("#"):
        channel = state.conversations.get(target[1:])
        return f"#{channel.name}" if channel else f"<{control}>"
    if target.startswith("!subteam^"):
        group = state.usergroups.get(target.removeprefix("!subteam^"))
        return f"@{group.handle}" if group else f"<{control}>"
    if target.startswith("!"):
        return label or f"@{target[1:]}"
    return label or target
