"""The Slack app manifest, made from what the code registers and calls.

Format and limits: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from incident_bot.domain.configuration import Commands
from incident_bot.slack import actions
from incident_bot.slack.grammar import usage_hint
from incident_bot.slack.grammar.subcommands import Family
from incident_bot.slack.listeners.bolt import EVENTS

SCOPES: Mapping[str, tuple[str, ...]] = {
    "auth.test": (),
    "apps.connections.open": (),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.create": ("channels:manage", "groups:write"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.invite": ("channels:manage", "groups:write"),
    "conversations.join": ("channels:join",),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "conversations.setTopic": ("channels:manage", "groups:write"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.list": ("files:read",),
    "pins.add": ("pins:write",),
    "reactions.add": ("reactions:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.update": ("usergroups:write",),
    "users.conversations": ("channels:read", "groups:read"),
    "users.info": ("users:read", "users:read.email"),
    "users.lookupByEmail": ("users:read.email",),
    "views.open": (),
    "views.publish": (),
}
"""Every Web API method the bot calls, with the bot scopes it needs."""

_SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": ("app_home_opened",),
    "message": ("message.channels", "message.groups"),
    "reaction_added": ("reaction_added",),
    "reaction_removed": ("reaction_removed",),
}
_EVENT_SCOPES = ("channels:history", "groups:history", "reactions:read", "commands")
_ABOUT: Mapping[Family, str] = {
    "incident": "Declare and run incidents",
    "page": "Page people and escalation policies",
    "oncall": "Who is on call now and next",
    "runbook": "Read runbook sections here",
}


def scopes() -> list[str]:
    """The bot scopes the app needs, sorted."""
    needed = {scope for wanted in SCOPES.values() for scope in wanted}
    return sorted(needed | set(_EVENT_SCOPES))


_SHORTCUTS: Sequence[Mapping[str, str]] = (
    {
        "name": "Declare an incident",
        "type": "global",
        "callback_id": actions.SHORTCUT_DECLARE,
        "description": "Open the form of a new incident",
    },
    {
        "name": "Declare an incident",
        "type": "message",
        "callback_id": actions.SHORTCUT_DECLARE_FROM_MESSAGE,
        "description": "Open the form with this message in it",
    },
    {
        "name": "Add to the timeline",
        "type": "message",
        "callback_id": actions.SHORTCUT_LOG,
        "description": "Put this message on the incident's timeline",
    },
)


def manifest(commands: Commands) -> dict[str, Any]:
    """The manifest as Slack takes it, JSON-shaped."""
    names: dict[str, Family] = {
        commands.incident: "incident",
        commands.page: "page",
        commands.oncall: "oncall",
        commands.runbook: "runbook",
    }
    for alias in commands.incident_aliases:
        names[alias] = "incident"
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Incident Bot",
            "description": "The incident desk: declare, page, follow the runbook, write it up.",
            "background_color": "#1d1c1d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "incident-bot", "always_online": True},
            "slash_commands": [
                {
                    "command": name,
                    "description": _ABOUT[family],
                    "usage_hint": usage_hint(family),
                    "should_escape": True,
                }
                for name, family in names.items()
            ],
            "shortcuts": [dict(shortcut) for shortcut in _SHORTCUTS],
        },
        "oauth_config": {"scopes": {"bot": scopes()}},
        "settings": {
            "event_subscriptions": {
                "bot_events": sorted(name for kind in EVENTS for name in _SUBSCRIPTIONS[kind])
            },
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
