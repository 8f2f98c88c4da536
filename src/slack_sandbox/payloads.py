"""The payloads of slash commands, interactions and events, in Slack's shapes."""

from typing import Any

from slack_sandbox.model import Conversation, Json, User
from slack_sandbox.views import with_values
from slack_sandbox.workspace import Workspace

VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 - deprecated field, never checked


def channel_name(channel: Conversation) -> str:
    """Return the name payloads give a conversation."""
    special = {"im": "directmessage", "private": "privategroup", "mpim": channel.name}
    return special.get(channel.kind, channel.name)


def _person(workspace: Workspace, user: User) -> Json:
    name = user.name
    return {"id": user.id, "username": name, "name": name, "team_id": workspace.team.id}


def _common(workspace: Workspace, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "team": {"id": workspace.team.id, "domain": workspace.team.domain},
        "user": _person(workspace, user),
        "api_app_id": workspace.app.id,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def slash(
    workspace: Workspace,
    user: User,
    channel: Conversation,
    command: str,
    text: str,
    trigger_id: str,
    response_url: str,
) -> Json:
    """Return the payload of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def message_container(channel: Conversation, message: Json) -> Json:
    """Return the ``container`` of an interaction in a message."""
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": bool(message.get("is_ephemeral")),
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    return container


def block_actions_in_message(
    workspace: Workspace,
    user: User,
    channel: Conversation,
    message: Json,
    action: Json,
    values: Json,
    trigger_id: str,
    response_url: str,
) -> Json:
    """Return block_actions for an element of a message; ephemeral ones carry no message."""
    payload = _common(workspace, "block_actions", user)
    payload |= {
        "container": message_container(channel, message),
        "trigger_id": trigger_id,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": values},
        "response_url": response_url,
        "actions": [action],
    }
    if not message.get("is_ephemeral"):
        payload["message"] = message
    return payload


def block_actions_in_view(
    workspace: Workspace, user: User, view: Json, action: Json, trigger_id: str
) -> Json:
    """Return block_actions for an element of a modal or Home view."""
    payload = _common(workspace, "block_actions", user)
    payload |= {
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": trigger_id,
        "view": with_values(workspace, view),
        "actions": [action],
    }
    return payload


def view_submission(
    workspace: Workspace, user: User, view: Json, trigger_id: str, response_urls: list[Json]
) -> Json:
    """Return view_submission."""
    payload = _common(workspace, "view_submission", user)
    payload |= {
        "trigger_id": trigger_id,
        "view": with_values(workspace, view),
        "response_urls": response_urls,
    }
    return payload


def view_closed(workspace: Workspace, user: User, view: Json, is_cleared: bool) -> Json:
    """Return view_closed."""
    payload = _common(workspace, "view_closed", user)
    return payload | {"view": view, "is_cleared": is_cleared}


def block_suggestion(
    workspace: Workspace, user: User, where: Json, block_id: str, action_id: str, value: str
) -> Json:
    """Return block_suggestion; ``where`` is ``container`` with ``view`` or ``message, channel``."""
    payload = _common(workspace, "block_suggestion", user)
    return payload | where | {"block_id": block_id, "action_id": action_id, "value": value}


def shortcut(workspace: Workspace, user: User, callback_id: str, trigger_id: str) -> Json:
    """Return a global shortcut."""
    payload = _common(workspace, "shortcut", user)
    del payload["api_app_id"]
    return payload | {
        "action_ts": f"{workspace.now():.6f}",
        "callback_id": callback_id,
        "trigger_id": trigger_id,
    }


def message_action(
    workspace: Workspace,
    user: User,
    channel: Conversation,
    message: Json,
    callback_id: str,
    trigger_id: str,
    response_url: str,
) -> Json:
    """Return a message shortcut."""
    payload = _common(workspace, "message_action", user)
    return payload | {
        "action_ts": f"{workspace.now():.6f}",
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "response_url": response_url,
        "message_ts": message["ts"],
        "message": message,
        "channel": {"id": channel.id, "name": channel_name(channel)},
    }


def event_callback(workspace: Workspace, event: Json) -> Json:
    """Wrap an inner event as events_api delivers it."""
    now = workspace.now()
    event.setdefault("event_ts", f"{now:.6f}")
    payload: dict[str, Any] = {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team.id,
        "context_team_id": workspace.team.id,
        "context_enterprise_id": None,
        "api_app_id": workspace.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.ids.new("Ev"),
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team.id,
                "user_id": workspace.app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{workspace.ids.hexadecimal(24)}",
    }
    return payload
