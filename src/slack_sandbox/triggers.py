"""Trigger ids: a person's gesture lets the app open one modal, within three seconds."""

from dataclasses import dataclass

from slack_sandbox.errors import SlackError
from slack_sandbox.workspace import Workspace

REMEMBERED = 2000


@dataclass
class Trigger:
    """Who made the gesture, when (epoch seconds), in which view, and whether it was used."""

    user: str
    at: float
    view_id: str | None
    used: bool = False


class Triggers:
    """Issues trigger ids and takes them back, once each."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, view_id: str | None = None) -> str:
        """Return a new trigger id for a gesture made now."""
        ids = self._workspace.ids
        trigger_id = f"{ids.number(11)}.{ids.number(12)}.{ids.hexadecimal(32)}"
        self._issued[trigger_id] = Trigger(user, self._workspace.now(), view_id)
        if len(self._issued) > REMEMBERED:
            del self._issued[next(iter(self._issued))]
        return trigger_id

    def take(self, trigger_id: str) -> Trigger:
        """Use a trigger up.

        Raises:
            SlackError: ``invalid_trigger_id``, ``exchanged_trigger_id``, ``expired_trigger_id``.
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._workspace.now() - trigger.at > self._workspace.rules.trigger_seconds:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
