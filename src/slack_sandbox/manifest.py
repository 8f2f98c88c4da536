"""An app manifest: which commands, shortcuts, scopes and events the app declares."""

from typing import Any

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Json
from slack_sandbox.workspace import Workspace

#: events subscribed under another name than they are delivered
COMMAND_KEYS = ("command", "description", "usage_hint", "should_escape")
SHORTCUT_KEYS = ("name", "type", "callback_id", "description")


def apply_manifest(workspace: Workspace, manifest: Any, enforce: bool) -> None:
    """Teach the workspace what the app declares; with ``enforce`` hold the app to it.

    Raises:
        SlackError: ``invalid_manifest`` when it is not a mapping of mappings.
    """
    if not isinstance(manifest, dict):
        raise SlackError("invalid_manifest", message="A manifest is an object.")
    app = workspace.app
    features = _part(manifest, "features")
    commands = features.get("slash_commands") or []
    shortcuts = features.get("shortcuts") or []
    app.commands = [_row(command, COMMAND_KEYS) for command in commands]
    app.shortcuts = [_row(shortcut, SHORTCUT_KEYS) for shortcut in shortcuts]
    home = _part(features, "app_home")
    app.home_tab_enabled = bool(home.get("home_tab_enabled", True))
    app.messages_tab_enabled = bool(home.get("messages_tab_enabled", True))
    app.name = str(_part(manifest, "display_information").get("name") or app.name)
    workspace.bot.real_name = app.name
    scopes = _part(_part(manifest, "oauth_config"), "scopes").get("bot") or []
    events = _part(_part(manifest, "settings"), "event_subscriptions").get("bot_events") or []
    if enforce:
        app.enforced = True
        app.scopes = [str(scope) for scope in scopes]
        app.events = [str(event) for event in events]
    workspace.tell("commands_changed")
    workspace.tell("user_changed", user=app.bot_user_id)


def _part(mapping: Json, key: str) -> Json:
    value = mapping.get(key) or {}
    if not isinstance(value, dict):
        raise SlackError("invalid_manifest", message=f"{key} must be an object.")
    return value


def _row(given: Any, keys: tuple[str, ...]) -> Json:
    if not isinstance(given, dict):
        raise SlackError("invalid_manifest", message="Commands and shortcuts are objects.")
    return {key: given.get(key, "") for key in keys}
