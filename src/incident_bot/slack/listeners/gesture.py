"""One gesture of a person in Slack, whatever its payload looked like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from incident_bot.slack.answers import Asker


@dataclass(frozen=True, slots=True)
class Gesture:
    """Who did what where. `origin` is the same however often Slack delivers it."""

    user: str
    origin: str
    channel: str | None = None
    trigger: str | None = None
    response_url: str | None = None
    value: str = ""
    message: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def on_home(self) -> bool:
        """Whether it was made on the app's Home."""
        return (self.body.get("view") or {}).get("type") == "home"

    @property
    def asker(self) -> Asker:
        """Where the answer goes."""
        return Asker(self.user, self.channel, self.response_url)


def from_command(body: dict[str, Any]) -> Gesture:
    """A slash command."""
    return Gesture(
        user=str(body["user_id"]),
        origin=f"slash:{body.get('trigger_id', '')}",
        channel=body.get("channel_id"),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
        body=body,
    )


def from_action(body: dict[str, Any]) -> Gesture:
    """A button or a menu: `value` is what was pressed or chosen."""
    action = (body.get("actions") or [{}])[0]
    chosen = action.get("selected_option") or {}
    value = action.get("value") or chosen.get("value") or action.get("selected_user") or ""
    container = body.get("container") or {}
    return Gesture(
        user=str(body["user"]["id"]),
        origin=f"action:{body.get('trigger_id', '')}",
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id"),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
        value=str(value),
        message=body.get("message") or {},
        body=body,
    )


def from_shortcut(body: dict[str, Any]) -> Gesture:
    """A global or message shortcut."""
    return Gesture(
        user=str(body["user"]["id"]),
        origin=f"shortcut:{body.get('trigger_id', '')}",
        channel=(body.get("channel") or {}).get("id"),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
        message=body.get("message") or {},
        body=body,
    )


def from_form(body: dict[str, Any]) -> Gesture:
    """A submitted form: one view is one gesture, however often it is submitted."""
    return Gesture(
        user=str(body["user"]["id"]),
        origin=f"view:{body['view']['id']}",
        trigger=body.get("trigger_id"),
        body=body,
    )
