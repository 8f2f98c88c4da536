"""People arrive, change what is known of them, and are deactivated."""

from typing import Any

from slack_sandbox.channels import add_member
from slack_sandbox.errors import SlackError
from slack_sandbox.model import User
from slack_sandbox.workspace import Workspace

COLORS = ("9f69e7", "e7392d", "2b6836", "4bbe2e", "684b6c", "e96699", "4ec0d6", "df3dc0")


def add(workspace: Workspace, name: str, real_name: str = "", **known: Any) -> User:
    """Let somebody join the workspace and its #general.

    Args:
        workspace: which they join.
        name: their handle, unique.
        real_name: shown beside it; the name when left out.
        known: further fields of :class:`slack_sandbox.model.User`, e.g. ``tz`` and ``title``.

    Raises:
        SlackError: ``name_taken``.
    """
    if any(user.name == name for user in workspace.state.users.values()):
        raise SlackError("name_taken")
    fields: dict[str, Any] = {
        "display_name": name,
        "email": f"{name}@example.com",
        "color": COLORS[len(workspace.state.users) % len(COLORS)],
        "updated": int(workspace.now()),
        **known,
    }
    user = User(id=workspace.ids.new("U"), name=name, real_name=real_name or name, **fields)
    workspace.state.users[user.id] = user
    workspace.tell("user_added", user=user.id)
    for channel in workspace.state.conversations.values():
        if channel.is_general:
            add_member(workspace, channel, user.id)
    return user


def change(workspace: Workspace, user: User, **known: Any) -> None:
    """Change what is known of somebody, e.g. ``status_text``, ``tz``, ``snooze_until``."""
    for field, value in known.items():
        setattr(user, field, value)
    user.updated = int(workspace.now())
    workspace.tell("user_changed", user=user.id)


def deactivate(workspace: Workspace, user: User) -> None:
    """Close somebody's account: no messages, no invitations, no user groups."""
    for group in workspace.state.usergroups.values():
        if user.id in group.users:
            before, group.date_update = group.date_update, int(workspace.now())
            group.users.remove(user.id)
            facts: dict[str, Any] = {"group": group.id, "before": before, "removed": [user.id]}
            workspace.tell("usergroup_changed", user=user.id, **facts)
    for channel in workspace.state.conversations.values():
        if channel.is_channel_like and user.id in channel.members:
            channel.members.remove(user.id)
            workspace.tell("channel_changed", channel)
    change(workspace, user, deleted=True)
