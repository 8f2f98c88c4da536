"""Blocks as Slack gives them back: with generated ids and the defaults written out."""

import base64
import hashlib
import json

from block_kit.elements import INTERACTIVE
from block_kit.schema import JsonObject

_TEXT_DEFAULTS: dict[str, tuple[str, bool]] = {
    "plain_text": ("emoji", True),
    "mrkdwn": ("verbatim", False),
}
_ID_LENGTH = 5


def normalised(blocks: list[JsonObject]) -> list[JsonObject]:
    """A deep copy of valid blocks with `block_id`, `action_id` and defaults filled in.

    Ids that Slack would draw at random are derived from the content and the position, so that
    equal input gives equal output; they are unique within the list.

    Args:
        blocks: blocks without `problems`.
    """
    taken = {block["block_id"] for block in blocks if block.get("block_id")}
    result: list[JsonObject] = []
    for index, block in enumerate(blocks):
        filled = _filled_object(block, (index,))
        if not block.get("block_id"):
            filled["block_id"] = _fresh_id(block, (index,), taken)
        result.append(filled)
    return result


def _filled_object(value: JsonObject, path: tuple[int, ...]) -> JsonObject:
    filled = {key: _filled(item, path) for key, item in value.items()}
    kind = value.get("type")
    if not isinstance(kind, str):
        return filled
    if kind in _TEXT_DEFAULTS and isinstance(value.get("text"), str):
        key, default = _TEXT_DEFAULTS[kind]
        filled.setdefault(key, default)
    elif kind == "input" and "element" in value:
        filled.setdefault("optional", False)
        filled.setdefault("dispatch_action", False)
    elif kind in INTERACTIVE and not value.get("action_id"):
        filled["action_id"] = _fresh_id(value, path, set())
    return filled


def _filled(value: object, path: tuple[int, ...]) -> object:
    if isinstance(value, dict):
        return _filled_object(value, path)
    if isinstance(value, list):
        return [_filled(item, (*path, index)) for index, item in enumerate(value)]
    return value


def _fresh_id(value: JsonObject, path: tuple[int, ...], taken: set[object]) -> str:
    """An id in Slack's style that is not `taken`, which it joins."""
    seed = json.dumps([path, value], sort_keys=True)
    while True:
        digest = hashlib.blake2s(seed.encode()).digest()
        candidate = base64.b64encode(digest, b"xy").decode()[:_ID_LENGTH]
        if candidate not in taken:
            taken.add(candidate)
            return candidate
        seed += "."
