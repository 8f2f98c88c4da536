"""An open modal as tests look at it, and how values are put into its inputs."""

from dataclasses import dataclass
from typing import Any

from slack_sandbox.form import MANY, PLAIN_VALUES, elements
from slack_sandbox.model import Json
from slack_sandbox.reading import words
from slack_sandbox.workspace import Workspace

NAMED = ("user", "conversation", "channel")


@dataclass(frozen=True)
class Modal:
    """A view on a person's screen; ``raw`` is the Slack object, which stays up to date."""

    raw: Json
    workspace: Workspace

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def title(self) -> str:
        return str(self.raw["title"]["text"])

    @property
    def callback_id(self) -> str:
        return str(self.raw["callback_id"])

    @property
    def text(self) -> str:
        """Everything a person reads in it."""
        return words(self.workspace, self.raw)

    @property
    def values(self) -> Json:
        """The current ``state.values``."""
        return self.workspace.state.values.get(self.id, {})

    @property
    def labels(self) -> list[str]:
        """The labels of its inputs."""
        return [b["label"]["text"] for b, _ in elements(self.raw["blocks"]) if b["type"] == "input"]

    def input(self, name: str) -> tuple[Json, Json]:
        """Return the block and element of a label, block_id or action_id.

        Raises:
            AssertionError: when there is none, with the names there are.
        """
        for block, found in elements(self.raw["blocks"]):
            label = block.get("label", {}).get("text")
            if name in (label, block["block_id"], found.get("action_id")):
                return block, found
        raise AssertionError(
            f"the modal “{self.title}” has no input {name!r}; it has {self.labels}"
        )


def entry(workspace: Workspace, element: Json, value: Any) -> Json:
    """Return the ``state.values`` entry that puts a value into an element.

    Options may be given by their text or value, people and channels by name; lists for elements
    that take several.
    """
    kind = element["type"]
    key, _ = PLAIN_VALUES[kind]
    if isinstance(value, dict):
        return {"type": kind, **value}
    if kind in MANY:
        chosen = value if isinstance(value, list | tuple) else [value]
        return {"type": kind, key: [_one(workspace, element, each) for each in chosen]}
    return {"type": kind, key: None if value is None else _one(workspace, element, value)}


def _one(workspace: Workspace, element: Json, value: Any) -> Any:
    kind = element["type"]
    if "static_select" in kind or kind in ("checkboxes", "radio_buttons", "overflow"):
        return option(element, str(value))
    if "external_select" in kind or kind == "file_input":
        return value
    if "users_select" in kind:
        return workspace.user(str(value).removeprefix("@")).id
    if "channels_select" in kind or "conversations_select" in kind:
        named = workspace.named(str(value))
        return named.id if named else str(value)
    if kind == "datetimepicker":
        return int(value)
    return str(value)


def option(element: Json, wanted: str) -> Json:
    """Return the option with that text or value.

    Raises:
        AssertionError: when there is none, with the options there are.
    """
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *(o for g in groups for o in g["options"])]
    for found in options:
        if wanted in (found["text"]["text"], found.get("value")):
            return dict(found)
    names = [found["text"]["text"] for found in options]
    raise AssertionError(f"there is no option {wanted!r}; there are {names}")
