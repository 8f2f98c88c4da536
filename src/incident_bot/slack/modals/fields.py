"""Reading the fields of a submitted form, and the metadata that comes back with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

METADATA_LIMIT = 3000

State = Mapping[str, Any]
"""A submitted view's `state`: `{"values": {block_id: {action_id: element}}}`."""


def metadata(**facts: str | int | None) -> str:
    """Compact JSON of what a form is about; what is empty is left out, long texts are shortened."""
    kept = {name: value for name, value in facts.items() if value not in (None, "")}
    text = _dump(kept)
    while len(text) > METADATA_LIMIT:
        longest = max(kept, key=lambda name: len(str(kept[name])))
        kept[longest] = str(kept[longest])[: len(str(kept[longest])) // 2]
        text = _dump(kept)
    return text


def read_metadata(text: str) -> dict[str, Any]:
    """What a form is about; empty for anything that this bot has not written."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def incident_of(text: str) -> int | None:
    """The incident a form is about, by its `private_metadata`."""
    number = read_metadata(text).get("i")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def typed(state: State, block: str) -> str:
    """What was typed in a text field, trimmed."""
    return _text(_element(state, block).get("value"))


def chosen(state: State, block: str) -> str:
    """The value of the option chosen in a menu or among radio buttons; "" when none is."""
    option = _element(state, block).get("selected_option")
    return _text(option.get("value")) if isinstance(option, Mapping) else ""


def ticked(state: State, block: str) -> frozenset[str]:
    """The values of the boxes that are ticked."""
    options = _element(state, block).get("selected_options")
    found = options if isinstance(options, list) else []
    return frozenset(_text(o.get("value")) for o in found if isinstance(o, Mapping))


def picked_user(state: State, block: str) -> str:
    """The id of the person picked in a menu of people; "" when nobody is."""
    return _text(_element(state, block).get("selected_user"))


def blocks_of(state: State) -> tuple[str, ...]:
    """The ids of the fields that the form had."""
    values = state.get("values")
    return tuple(str(block) for block in values) if isinstance(values, Mapping) else ()


def _element(state: State, block: str) -> Mapping[str, Any]:
    values = state.get("values")
    fields = values.get(block) if isinstance(values, Mapping) else None
    element = next(iter(fields.values()), None) if isinstance(fields, Mapping) else None
    return element if isinstance(element, Mapping) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _dump(facts: Mapping[str, object]) -> str:
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=True)
