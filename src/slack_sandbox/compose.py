"""From the arguments of a chat method to the content of a message, refusing what Slack refuses."""

import json
from dataclasses import dataclass, field
from typing import Any

from block_kit import normalised, problems, too_long
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json, User
from slack_sandbox.text import incoming
from slack_sandbox.workspace import Workspace

LONGEST_TEXT = 40_000
LONGEST_UNSPLIT = 4_040
PIECE = 4_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
LARGEST_METADATA = 16_000


@dataclass
class Content:
    """What a message says; ``given`` names the arguments that were present."""

    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None
    given: set[str] = field(default_factory=set)

    def fields(self) -> Json:
        """Return the keys of a message that carry content."""
        out: Json = {"text": self.text}
        if self.blocks:
            out["blocks"] = self.blocks
        if self.attachments:
            out["attachments"] = self.attachments
        if self.metadata:
            out["metadata"] = self.metadata
        return out


def content(workspace: Workspace, arguments: Json, budget: bool = True) -> Content:
    """Read ``text, blocks, attachments, markdown_text, metadata`` of a request.

    Args:
        workspace: for names and links in the text.
        arguments: merged arguments; ``blocks`` and the like may be JSON text.
        budget: hold the cumulative limit of a message's blocks (not for response URLs).

    Raises:
        SlackError: ``no_text``, ``invalid_blocks``, ``invalid_blocks_format``,
            ``msg_blocks_too_long``, ``markdown_text_conflict``, ``invalid_attachments``,
            ``too_many_attachments``, ``invalid_metadata_format``, ``invalid_metadata_schema``,
            ``metadata_too_large``.
    """
    found = Content(given={key for key, value in arguments.items() if value is not None})
    markdown = arguments.get("markdown_text")
    if markdown is not None:
        markdown = str(markdown)
        if found.given & {"text", "blocks"}:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > LONGEST_MARKDOWN:
            raise SlackError("msg_too_long")
        found.text = incoming(workspace, markdown)
        found.blocks = normalised([{"type": "markdown", "text": markdown}])
        found.given |= {"text", "blocks"}
    else:
        link_names = str(arguments.get("link_names", "")).lower() in ("1", "true")
        full = arguments.get("parse") == "full"
        found.text = incoming(workspace, str(arguments.get("text") or ""), link_names or full)
        found.blocks = read_blocks(workspace, arguments.get("blocks"), budget=budget)
    found.attachments = _attachments(workspace, arguments.get("attachments"))
    found.metadata = read_metadata(arguments.get("metadata"))
    if not (found.text.strip() or found.blocks or found.attachments):
        raise SlackError("no_text")
    return found


def read_blocks(workspace: Workspace, value: Any, budget: bool = True) -> list[Json] | None:
    """Return the blocks of a request with ids, defaults and rewritten text; None when absent.

    Raises:
        SlackError: ``invalid_blocks_format``, ``invalid_blocks``, ``msg_blocks_too_long``.
    """
    if value is None or value == "":
        return None
    blocks = _parsed(value, "invalid_blocks_format")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    found = problems(blocks)
    if found:
        raise invalid_blocks(found)
    if budget and too_long(blocks):
        raise SlackError("msg_blocks_too_long")
    rewritten: list[Json] = rewrite(workspace, normalised(blocks))
    return rewritten


def invalid_blocks(found: list[str], code: str = "invalid_blocks") -> SlackError:
    """Return the refusal of blocks, with Slack's sentences in both places."""
    messages = [f"[ERROR] {sentence}" for sentence in found]
    return SlackError(code, errors=found, response_metadata={"messages": messages})


def rewrite(workspace: Workspace, value: Any) -> Any:
    """Rewrite the text objects inside normalised blocks as Slack does on the way in."""
    if isinstance(value, list):
        return [rewrite(workspace, item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if kind == "mrkdwn" and isinstance(value.get("text"), str):
        loose = not value.get("verbatim")
        return {**value, "text": incoming(workspace, value["text"], link_names=loose)}
    if kind == "rich_text":
        return value
    return {key: rewrite(workspace, item) for key, item in value.items()}


def _attachments(workspace: Workspace, value: Any) -> list[Json] | None:
    if value is None or value == "":
        return None
    attachments = _parsed(value, "invalid_attachments")
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    out = []
    for number, attachment in enumerate(attachments):
        shown = {"id": number + 1, "fallback": "[no preview available]", **attachment}
        if "blocks" in attachment:
            blocks = attachment["blocks"]
            found = problems(blocks, pointer=f"/attachments/{number}/blocks")
            if found:
                raise invalid_blocks(found, "invalid_attachments")
            shown["blocks"] = rewrite(workspace, normalised(blocks))
        out.append(shown)
    return out


def read_metadata(value: Any) -> Json | None:
    """Return message metadata; ``{}`` means none, which on an update removes it.

    Raises:
        SlackError: ``invalid_metadata_format``, ``invalid_metadata_schema``,
            ``metadata_too_large``.
    """
    if value is None or value == "":
        return None
    metadata = _parsed(value, "invalid_metadata_format")
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not metadata:
        return {}
    if not isinstance(metadata.get("event_type"), str) or not isinstance(
        metadata.get("event_payload"), dict
    ):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _parsed(value: Any, error: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(error) from None


def signature(workspace: Workspace, arguments: Json) -> Json:
    """Return who a message of the app says it is from: the bot, or a customised name."""
    app, bot = workspace.app, workspace.bot
    common: Json = {"bot_id": app.bot_id, "app_id": app.id, "team": workspace.team.id}
    custom = {key: arguments.get(key) for key in ("username", "icon_emoji", "icon_url")}
    if any(custom.values()):
        icons = {}
        if custom["icon_emoji"]:
            icons = {"emoji": custom["icon_emoji"]}
        elif custom["icon_url"]:
            icons = {"image_48": custom["icon_url"]}
        name = custom["username"] or bot.real_name
        return {"subtype": "bot_message", "username": name, "icons": icons, **common}
    return {"user": bot.id, **common, "bot_profile": bot_profile(workspace)}


def bot_profile(workspace: Workspace) -> Json:
    """Return the ``bot_profile`` of the app's messages."""
    bot: User = workspace.bot
    size = {f"image_{n}": f"{workspace.url}/_sandbox/avatar/{bot.id}?s={n}" for n in (36, 48, 72)}
    return {
        "id": workspace.app.bot_id,
        "app_id": workspace.app.id,
        "name": workspace.app.name,
        "icons": size,
        "deleted": False,
        "updated": bot.updated,
        "team_id": workspace.team.id,
    }


def pieces(text: str) -> list[str]:
    """Split an over-long text as chat.postMessage does; above 40,000 characters it is cut off."""
    if len(text) <= LONGEST_UNSPLIT:
        return [text]
    text = text[:LONGEST_TEXT]
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
