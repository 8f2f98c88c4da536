"""Finding what a person can click or choose, wherever it is on their screen."""

from collections.abc import Iterable, Iterator
from typing import Any

from slack_sandbox.form import elements
from slack_sandbox.model import Json
from slack_sandbox.testing.message import Message
from slack_sandbox.testing.modal import Modal, entry, option
from slack_sandbox.workspace import Workspace

#: the container an act gesture names, and the blocks in it
Surface = tuple[Json, list[Json]]


def surfaces(messages: Iterable[Message], views: Iterable[Modal | None]) -> Iterator[Surface]:
    """Walk messages and views as places to act in."""
    for message in messages:
        where = {"type": "message", "channel": message.channel.id, "ts": message.ts}
        yield where, message.blocks
    for view in views:
        if view is not None:
            yield {"type": "view", "view_id": view.id}, view.raw["blocks"]


def buttons(places: Iterable[Surface], label: str) -> Iterator[Json]:
    """Yield the act gesture of every button or overflow entry of that name."""
    for container, blocks in places:
        for block, found in elements(blocks):
            act = _act(container, block, found)
            if found["type"] in ("button", "workflow_button") and _called(found, label):
                yield act
            if found["type"] == "overflow":
                for each in found["options"]:
                    if label in (each["text"]["text"], each.get("value")):
                        yield act | {"chosen": {"selected_option": each}}


def menus(workspace: Workspace, places: Iterable[Surface], menu: str, value: Any) -> Iterator[Json]:
    """Yield the act gesture that chooses ``value`` in every element of that name.

    Raises:
        AssertionError: when the element has no such option.
    """
    for container, blocks in places:
        for block, found in elements(blocks):
            if found["type"] == "button" or not _named(block, found, menu):
                continue
            if found["type"] == "overflow":
                chosen = {"selected_option": option(found, str(value))}
            else:
                chosen = entry(workspace, found, value)
            yield _act(container, block, found) | {"chosen": chosen}


def named(places: Iterable[Surface], menu: str) -> Iterator[Json]:
    """Yield where every element of that name is: container, block_id, action_id."""
    for container, blocks in places:
        for block, found in elements(blocks):
            if _named(block, found, menu):
                yield _act(container, block, found)


def _act(container: Json, block: Json, found: Json) -> Json:
    ids = {"block_id": block["block_id"], "action_id": found.get("action_id")}
    return {"container": container, **ids}


def _named(block: Json, found: Json, name: str) -> bool:
    placeholder = found.get("placeholder", {}).get("text")
    label = block.get("label", {}).get("text")
    return name in (found.get("action_id"), placeholder, label)


def _called(button: Json, label: str) -> bool:
    text = button["text"]["text"]
    return label in (text, button.get("action_id")) or text.endswith(f" {label}")
