"""Small pure builders of Block Kit that know Slack's limits and shorten in one place.

Limits: https://docs.slack.dev/reference/block-kit (section text 3,000; header 150; button text 75;
button value 2,000; context elements 10; actions elements 25; message blocks 50).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Block = dict[str, Any]
Style = Literal["primary", "danger"]

SECTION_TEXT = 3000
HEADER_TEXT = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
MODAL_TITLE = 24
FALLBACK_TEXT = 3000
CONTEXT_ELEMENTS = 10
ACTION_ELEMENTS = 25


@dataclass(frozen=True, slots=True)
class Card:
    """One message: `text` is the notification fallback, `blocks` what is shown (at most 50)."""

    text: str
    blocks: list[Block] = field(default_factory=list)


_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def showable(text: str) -> str:
    """Drop what no message can show or send: control characters, halves of surrogate pairs,
    and bidirectional overrides, which could make the text around them read backwards.
    """
    return _UNSHOWABLE.sub("", text)


def escape(text: str) -> str:
    """Make outside text harmless in mrkdwn: nothing links, nothing pings.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return showable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """Cut at a word, with an ellipsis, so that the result has at most `limit` characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if space > limit * 0.6:
        cut = cut[:space]
    return cut.rstrip() + "…"


def shorten_escaped(text: str, limit: int) -> str:
    """Escape outside text and shorten it without cutting an entity in two."""
    escaped = escape(text)
    if len(escaped) <= limit:
        return escaped
    keep = min(len(text), limit)
    while keep and len(escape(text[:keep])) > limit - 1:
        keep -= max(1, (len(escape(text[:keep])) - limit) // 5)
    return escape(text[:keep].rstrip()) + "…"


def plain(text: str, limit: int = SECTION_TEXT) -> Block:
    """A plain_text object; empty text becomes one space, as Slack refuses the empty string."""
    return {"type": "plain_text", "text": shorten(showable(text), limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int = SECTION_TEXT) -> Block:
    """A mrkdwn object. The caller has escaped what came from outside.

    `verbatim`: only what is written `<…>` links or pings, never a bare `@here` or `#name` in words
    from outside. Source: https://docs.slack.dev/messaging/formatting-message-text
    """
    return {"type": "mrkdwn", "text": shorten(text, limit) or " ", "verbatim": True}


def header(text: str) -> Block:
    """A header of at most 150 characters."""
    return {"type": "header", "text": plain(text, HEADER_TEXT)}


def section(text: str, *, accessory: Block | None = None, block_id: str | None = None) -> Block:
    """A section of mrkdwn text."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if accessory is not None:
        block["accessory"] = accessory
    if block_id is not None:
        block["block_id"] = block_id
    return block


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """A section of up to ten label/value fields; values are already escaped mrkdwn."""
    shown = [mrkdwn(f"*{escape(name)}*\n{value}", 2000) for name, value in pairs[:10]]
    return {"type": "section", "fields": shown}


def context(*texts: str) -> Block:
    """Small print of up to ten mrkdwn texts."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:CONTEXT_ELEMENTS]]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: Style | None = None,
    url: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """A button; `action_id` must be unique within its block."""
    element: Block = {"type": "button", "text": plain(text, BUTTON_TEXT), "action_id": action_id}
    if value:
        element["value"] = value[:BUTTON_VALUE]
    if style is not None:
        element["style"] = style
    if url is not None:
        element["url"] = url[:3000]
    if confirm is not None:
        element["confirm"] = confirm
    return element


def without_images(card: Card) -> Card:
    """The same with a link in the place of each picture.

    Slack loads pictures before it shows a message, and refuses all of it over one that fails.
    """
    blocks = [_linked(block) if block["type"] == "image" else block for block in card.blocks]
    return Card(card.text, blocks)


def has_images(card: Card) -> bool:
    """Whether a card holds pictures."""
    return any(block["type"] == "image" for block in card.blocks)


def _linked(image: Block) -> Block:
    link = {"type": "link", "url": image["image_url"], "text": f"🖼 {image['alt_text']}"}
    line = {"type": "rich_text_section", "elements": [link]}
    return {"type": "rich_text", "elements": [line]}


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> Block:
    """A confirmation dialog for a button."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }


def actions(elements: Iterable[Block], *, block_id: str | None = None) -> Block:
    """A row of up to 25 elements."""
    block: Block = {"type": "actions", "elements": list(elements)[:ACTION_ELEMENTS]}
    if block_id is not None:
        block["block_id"] = block_id
    return block


def option(text: str, value: str, description: str | None = None) -> Block:
    """An option of a select; `value` has at most 150 characters."""
    made: Block = {"text": plain(text, OPTION_TEXT), "value": value[:150]}
    if description:
        made["description"] = plain(description, OPTION_TEXT)
    return made


def user_select(action_id: str, placeholder: str, *, initial: str | None = None) -> Block:
    """A menu of people."""
    element: Block = {
        "type": "users_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
    }
    if initial is not None:
        element["initial_user"] = initial
    return element


def option_group(label: str, options: Sequence[Block]) -> Block:
    """A named group of up to 100 options of a menu."""
    return {"label": plain(label, OPTION_TEXT), "options": list(options)[:100]}


def grouped_select(action_id: str, placeholder: str, groups: Sequence[Block]) -> Block:
    """A menu of up to 100 groups of options."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "option_groups": list(groups)[:100],
    }


def radio_buttons(
    action_id: str, options: Sequence[Block], *, initial: Block | None = None
) -> Block:
    """Up to ten options, of which one is chosen."""
    element: Block = {
        "type": "radio_buttons",
        "action_id": action_id,
        "options": list(options)[:10],
    }
    if initial is not None:
        element["initial_option"] = initial
    return element


def checkboxes(action_id: str, options: Sequence[Block], *, initial: Sequence[Block] = ()) -> Block:
    """Up to ten options, of which any are chosen."""
    element: Block = {"type": "checkboxes", "action_id": action_id, "options": list(options)[:10]}
    if initial:
        element["initial_options"] = list(initial)
    return element


def static_select(
    action_id: str, placeholder: str, options: Sequence[Block], *, initial: Block | None = None
) -> Block:
    """A menu of up to 100 options."""
    element: Block = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "options": list(options)[:100],
    }
    if initial is not None:
        element["initial_option"] = initial
    return element


def text_input(
    action_id: str, *, multiline: bool = False, initial: str = "", limit: int = 3000
) -> Block:
    """A text field of a form."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": multiline,
        "max_length": limit,
    }
    if shown := showable(initial):
        element["initial_value"] = shown[:limit]
    return element


def form_field(
    block_id: str, label: str, element: Block, *, optional: bool = False, hint: str | None = None
) -> Block:
    """An input block; errors of the form are keyed by its `block_id`."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def modal(
    title: str, callback_id: str, blocks: Sequence[Block], *, submit: str, metadata: str = ""
) -> Block:
    """A form; `metadata` comes back with the submission (at most 3,000 characters)."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, MODAL_TITLE),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": metadata[:3000],
        "blocks": list(blocks)[:100],
    }


def instant(moment: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """A moment in the reader's own time zone, with UTC as the fallback."""
    fallback = moment.strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{style}|{fallback}>"


def clock_time(moment: datetime) -> str:
    """The time of day in the reader's own time zone."""
    return instant(moment, "{time}")


def mention(user_id: str) -> str:
    """A mention of a person by id."""
    return f"<@{user_id}>"
