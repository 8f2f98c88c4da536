"""Blocks, by type, and the surfaces each may stand on."""

from collections.abc import Iterable
from typing import Literal

from block_kit import limits
from block_kit.composition import SLACK_FILE, at_least_one, exactly_one, mrkdwn, plain, text
from block_kit.elements import (
    ELEMENTS,
    IMAGE_ELEMENT,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from block_kit.rich_text import RICH_TEXT
from block_kit.schema import (
    Anything,
    Arr,
    Bool,
    Fault,
    Int,
    JsonObject,
    Node,
    Nullable,
    Number,
    Obj,
    OneOf,
    Rule,
    Str,
)

Surface = Literal["message", "modal", "home"]

_HTTPS = Str(limits.URL, pattern="^https://")


def _distinct_actions(block: JsonObject) -> Iterable[Fault]:
    """An `action_id` names one element of its block."""
    elements = block.get("elements")
    seen: set[str] = set()
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        action = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(action, str):
            continue
        if action in seen:
            yield f'`action_id` "{action}" already exists', f"/elements/{index}/action_id"
        seen.add(action)


def _block(
    kind: str,
    required: dict[str, Node] | None = None,
    optional: dict[str, Node] | None = None,
    rules: tuple[Rule, ...] = (),
) -> Obj:
    return Obj(
        {"type": Str(choices=(kind,)), **(required or {})},
        {"block_id": Str(limits.BLOCK_ID), **(optional or {})},
        rules,
    )


def _one_of(allowed: frozenset[str]) -> OneOf:
    return OneOf(ELEMENTS, allowed)


_BASIC: dict[str, Node] = {
    "section": _block(
        "section",
        {},
        {
            "text": text(limits.SECTION_TEXT),
            "fields": Arr(text(limits.SECTION_FIELD_TEXT), limits.SECTION_FIELDS, 1),
            "accessory": _one_of(IN_SECTION),
            "expand": Bool(),
        },
        (at_least_one("text", "fields"),),
    ),
    "header": _block("header", {"text": plain(limits.HEADER_TEXT)}),
    "divider": _block("divider"),
    "context": _block(
        "context",
        {
            "elements": Arr(
                OneOf(
                    {
                        "image": IMAGE_ELEMENT,
                        "plain_text": plain(),
                        "mrkdwn": mrkdwn(),
                    }
                ),
                limits.CONTEXT_ELEMENTS,
                1,
            )
        },
    ),
    "actions": _block(
        "actions",
        {"elements": Arr(_one_of(IN_ACTIONS), limits.ACTIONS_ELEMENTS, 1)},
        rules=(_distinct_actions,),
    ),
    "image": _block(
        "image",
        {"alt_text": Str(limits.IMAGE_ALT_TEXT)},
        {
            "image_url": Str(limits.URL, 1),
            "slack_file": SLACK_FILE,
            "title": plain(limits.IMAGE_TITLE),
        },
        (exactly_one("image_url", "slack_file"),),
    ),
    "input": _block(
        "input",
        {"label": plain(limits.INPUT_LABEL), "element": _one_of(IN_INPUT)},
        {"hint": plain(limits.INPUT_HINT), "optional": Bool(), "dispatch_action": Bool()},
    ),
    "rich_text": RICH_TEXT,
    "video": _block(
        "video",
        {
            "alt_text": Str(limits.IMAGE_ALT_TEXT, 1),
            "title": plain(limits.VIDEO_TITLE),
            "video_url": _HTTPS,
            "thumbnail_url": Str(limits.URL, 1),
        },
        {
            "title_url": _HTTPS,
            "description": plain(limits.VIDEO_DESCRIPTION),
            "provider_icon_url": Str(limits.URL),
            "provider_name": Str(),
            "author_name": Str(limits.VIDEO_AUTHOR),
        },
    ),
}

_CELL = OneOf(
    {
        "rich_text": RICH_TEXT,
        "raw_text": Obj({"type": Str(choices=("raw_text",)), "text": Str(least=1)}),
        "raw_number": Obj(
            {"type": Str(choices=("raw_number",)), "value": Number()}, {"text": Str(least=1)}
        ),
    }
)
_HEADER_CELL = OneOf(_CELL.variants, frozenset({"raw_text", "raw_number"}))
_ROW = Arr(_CELL, limits.TABLE_CELLS, 1)


def _even_rows(block: JsonObject) -> Iterable[Fault]:
    """A data table is a rectangle under a header of plain cells."""
    rows = block["rows"]
    if not isinstance(rows, list):
        return
    for index, cell in enumerate(rows[0]):
        found: list[str] = []
        _HEADER_CELL.check(cell, "", found)
        if found:
            yield f"unsupported type: {cell['type']}", f"/rows/0/{index}/type"
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield f"must have {len(rows[0])} items", f"/rows/{index}"


_TABLES: dict[str, Node] = {
    "table": _block(
        "table",
        {"rows": Arr(_ROW, limits.TABLE_ROWS, 1)},
        {
            "column_settings": Arr(
                Nullable(
                    Obj(
                        optional={
                            "align": Str(choices=("left", "center", "right")),
                            "is_wrapped": Bool(),
                        }
                    )
                ),
                limits.TABLE_CELLS,
            )
        },
    ),
    "data_table": _block(
        "data_table",
        {
            "rows": Arr(_ROW, limits.DATA_TABLE_ROWS, limits.DATA_TABLE_ROWS_LEAST),
            "caption": Str(least=1),
        },
        {"page_size": Int(1, limits.DATA_TABLE_PAGE), "row_header_column_index": Int(0)},
        (_even_rows,),
    ),
}

_CARD = _block(
    "card",
    {},
    {
        "hero_image": IMAGE_ELEMENT,
        "icon": IMAGE_ELEMENT,
        "title": text(limits.CARD_TITLE),
        "subtitle": text(limits.CARD_SUBTITLE),
        "body": text(limits.CARD_BODY),
        "actions": Arr(_one_of(frozenset({"button", "workflow_button"})), limits.CARD_ACTIONS, 1),
    },
    (at_least_one("hero_image", "title", "actions", "body"),),
)
_URL_SOURCE = Obj({"type": Str(choices=("url",)), "url": Str(limits.URL, 1), "text": Str(least=1)})
_TASK: dict[str, Node] = {
    "task_id": Str(least=1),
    "title": Str(least=1),
    "status": Str(choices=("pending", "in_progress", "complete", "error")),
}
_TASK_DETAILS: dict[str, Node] = {
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": Arr(OneOf({"url": _URL_SOURCE})),
}
_PLANNED_TASK = Obj(
    _TASK, {**_TASK_DETAILS, "type": Str(choices=("task_card",)), "block_id": Str(limits.BLOCK_ID)}
)
"""A task inside a plan, which need not say that it is a task_card."""


def _header_divider(block: JsonObject) -> Iterable[Fault]:
    if block.get("is_collapsible") and "has_header_divider" in block:
        yield "cannot be set when `is_collapsible` is true", "/has_header_divider"
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield "requires `is_collapsible` to be true", "/default_collapsed"


BLOCKS: dict[str, Node] = {
    **_BASIC,
    **_TABLES,
    "markdown": _block("markdown", {"text": Str(limits.MARKDOWN_TEXT, 1)}),
    "file": _block("file", {"external_id": Str(least=1), "source": Str(choices=("remote",))}),
    "call": _block(
        "call", {"call_id": Str(least=1)}, {"api_decoration_available": Bool(), "call": Anything()}
    ),
    "context_actions": _block(
        "context_actions",
        {"elements": Arr(_one_of(IN_CONTEXT_ACTIONS), limits.CONTEXT_ACTIONS_ELEMENTS, 1)},
        rules=(_distinct_actions,),
    ),
    "alert": _block(
        "alert",
        {"text": text(limits.ALERT_TEXT)},
        {"level": Str(choices=("default", "info", "warning", "error", "success"))},
    ),
    "card": _CARD,
    "carousel": _block(
        "carousel", {"elements": Arr(OneOf({"card": _CARD}), limits.CAROUSEL_CARDS, 1)}
    ),
    "task_card": _block("task_card", _TASK, _TASK_DETAILS),
    "plan": _block("plan", {"title": Str(least=1)}, {"tasks": Arr(_PLANNED_TASK)}),
}
"""Every block, by its type."""

_NESTABLE = frozenset({*_BASIC, "table", "file"})
"""What a container may hold, and what may stand in for an auth_provider: nothing that nests."""

BLOCKS["container"] = _block(
    "container",
    {"child_blocks": Arr(OneOf(BLOCKS, _NESTABLE), limits.CONTAINER_CHILDREN, 1)},
    {
        "title": plain(limits.CONTAINER_TITLE),
        "rich_text_title": RICH_TEXT,
        "subtitle": text(limits.CONTAINER_TITLE),
        "icon": IMAGE_ELEMENT,
        "width": Str(choices=("narrow", "standard", "wide", "full")),
        "is_collapsible": Bool(),
        "default_collapsed": Bool(),
        "has_header_divider": Bool(),
    },
    (at_least_one("title", "rich_text_title"), _header_divider),
)
BLOCKS["auth_provider"] = _block(
    "auth_provider",
    {
        "value": Str(limits.PROVIDER_VALUE, 1),
        "name": plain(limits.PROVIDER_NAME),
        "is_connected": Bool(),
    },
    {
        "description": plain(limits.PROVIDER_DESCRIPTION),
        "connected_identity": plain(limits.PROVIDER_IDENTITY),
        "connected_context": plain(limits.PROVIDER_IDENTITY),
        "icon_url": _HTTPS,
        "auth_url": _HTTPS,
        "disconnect_url": _HTTPS,
        "accessory": _one_of(frozenset({"overflow"})),
        "fallback": Arr(OneOf(BLOCKS, _NESTABLE)),
    },
)

_MESSAGES_ONLY = frozenset(
    {"markdown", "table", "data_table", "file", "call", "context_actions", "task_card", "plan"}
)
_MODALS_ONLY = frozenset({"alert"})

ON_SURFACE: dict[Surface, Node] = {
    "message": OneOf(BLOCKS, frozenset(BLOCKS) - _MODALS_ONLY),
    "modal": OneOf(BLOCKS, frozenset(BLOCKS) - _MESSAGES_ONLY),
    "home": OneOf(BLOCKS, frozenset(BLOCKS) - _MESSAGES_ONLY - _MODALS_ONLY),
}
"""The schema of one block on each surface."""
