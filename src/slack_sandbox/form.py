"""Inputs of a view or message: which there are, what they hold at first, what a client refuses."""

import re
from collections.abc import Iterator
from typing import Any

from slack_sandbox.model import Json

PLAIN_VALUES = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "checkboxes": ("selected_options", "initial_options"),
    "radio_buttons": ("selected_option", "initial_option"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
MANY = {name for name in PLAIN_VALUES if name.startswith("multi_")} | {"checkboxes", "file_input"}
COMPLETE = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://[^\s/]+\S*")


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Walk ``(block, element)`` over every interactive element, wherever a block keeps it."""
    for block in blocks:
        kind = block.get("type")
        if kind == "input":
            yield block, block["element"]
        elif kind == "section" and "accessory" in block:
            yield block, block["accessory"]
        elif kind in ("actions", "context_actions"):
            for element in block["elements"]:
                yield block, element
        elif kind in ("card", "carousel", "container"):
            yield from _nested(block)


def _nested(block: Json) -> Iterator[tuple[Json, Json]]:
    for action in block.get("actions", []):
        yield block, action
    for child in (*block.get("elements", []), *block.get("child_blocks", [])):
        if isinstance(child, dict):
            yield from elements([child])


def element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """Return the block and element of these ids, or None."""
    for block, found in elements(blocks):
        if block.get("block_id") == block_id and found.get("action_id") == action_id:
            return block, found
    return None


def initial_values(blocks: list[Json], kept: Json | None = None) -> Json:
    """Return ``state.values`` for blocks: what was ``kept`` under the same ids, else the initials."""
    values: Json = {}
    for block, found in elements(blocks):
        if found["type"] not in PLAIN_VALUES:
            continue
        block_id, action_id = block["block_id"], found["action_id"]
        before = (kept or {}).get(block_id, {}).get(action_id)
        if before is not None and before.get("type") == found["type"]:
            entry = before
        else:
            entry = _initial(found)
        values.setdefault(block_id, {})[action_id] = entry
    return values


def _initial(found: Json) -> Json:
    key, initial = PLAIN_VALUES[found["type"]]
    empty: object = [] if found["type"] in MANY else None
    return {"type": found["type"], key: found.get(initial, empty)}


def merged_values(blocks: list[Json], known: Json, sent: Json) -> Json:
    """Return the values of every element: as sent, else as known; unknown ids are dropped."""
    values = initial_values(blocks, known)
    for block, found in elements(blocks):
        own = sent.get(block["block_id"])
        entry = own.get(found.get("action_id")) if isinstance(own, dict) else None
        if found["type"] in PLAIN_VALUES and isinstance(entry, dict):
            key, _ = PLAIN_VALUES[found["type"]]
            empty: object = [] if found["type"] in MANY else None
            value = entry.get(key, empty)
            if value == "":
                value = None
            values[block["block_id"]][found["action_id"]] = {"type": found["type"], key: value}
    return values


def refusals(blocks: list[Json], values: Json) -> dict[str, str]:
    """Return, by block id, what a Slack client would say instead of submitting these values."""
    out: dict[str, str] = {}
    for block, found in elements(blocks):
        if block["type"] != "input" or found["type"] not in PLAIN_VALUES:
            continue
        key, _ = PLAIN_VALUES[found["type"]]
        value = values.get(block["block_id"], {}).get(found["action_id"], {}).get(key)
        problem = _refusal(block, found, value)
        if problem:
            out[block["block_id"]] = problem
    return out


def _refusal(block: Json, found: Json, value: object) -> str | None:
    if value is None or value == []:
        return None if block.get("optional") else COMPLETE
    kind = found["type"]
    if kind in MANY and isinstance(value, list):
        return _list_refusal(found, value)
    text = str(value)
    if kind == "number_input":
        return _number_refusal(found, text)
    if kind == "email_text_input" and not EMAIL.fullmatch(text):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not URL.fullmatch(text):
        return "Please enter a valid URL."
    if kind == "plain_text_input":
        if len(text) < found.get("min_length", 0):
            return f"Please enter at least {found['min_length']} characters."
        if len(text) > found.get("max_length", 3000):
            return f"Please enter no more than {found.get('max_length', 3000)} characters."
    return None


def _list_refusal(found: Json, chosen: list[Any]) -> str | None:
    most = found.get("max_selected_items") or found.get("max_files") or len(chosen)
    if len(chosen) > most:
        return f"You can select up to {most} items."
    # Types of files go by the end of the name, as they do in a browser.
    endings = tuple(f".{kind.lower().lstrip('.')}" for kind in found.get("filetypes", []))
    names = [str(file.get("name", "")) for file in chosen if isinstance(file, dict)]
    if endings and not all(name.lower().endswith(endings) for name in names):
        return f"Please choose files of these types: {', '.join(endings)}."
    return None


def _number_refusal(found: Json, text: str) -> str | None:
    pattern = r"-?\d+(?:\.\d+)?" if found["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(pattern, text):
        return "Please enter a valid number."
    if "min_value" in found and float(text) < float(found["min_value"]):
        return f"Please enter a number of at least {found['min_value']}."
    if "max_value" in found and float(text) > float(found["max_value"]):
        return f"Please enter a number of at most {found['max_value']}."
    return None
