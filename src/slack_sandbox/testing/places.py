"""Finding conversations by the names tests give them, and reading them out."""

from slack_sandbox.channels import open_direct
from slack_sandbox.model import Conversation, User
from slack_sandbox.testing.message import Message
from slack_sandbox.workspace import Workspace


class NoSuchPlace(LookupError):
    """There is no conversation of that name (yet)."""


def place(workspace: Workspace, user: User, name: str) -> Conversation:
    """Return a channel by name or id, ``dm`` for the app's messages, ``@bo`` for a person's.

    Raises:
        NoSuchPlace: when there is none.
    """
    found = workspace.state.conversations.get(name) or workspace.named(name)
    if found is not None:
        return found
    if name == "dm":
        return open_direct(workspace, user.id, [workspace.app.bot_user_id])[0]
    if name.startswith("@"):
        return open_direct(workspace, user.id, [workspace.user(name[1:]).id])[0]
    channels = [c.name for c in workspace.state.conversations.values() if c.name]
    raise NoSuchPlace(f"there is no channel {name!r}; there are {channels}")


def spoken(workspace: Workspace, channel: Conversation, user: str | None) -> list[Message]:
    """Return every message of a conversation, with one person's ephemerals, oldest first."""
    stored = [*channel.history.messages.values()]
    if user is not None:
        stored.extend(channel.ephemeral.get(user, []))
    return [Message(m, channel, workspace) for m in sorted(stored, key=lambda m: str(m["ts"]))]


def transcript(messages: list[Message], last: int = 15) -> str:
    """Return the last messages as lines for a failing test."""
    lines = []
    for message in messages[-last:]:
        users = message.workspace.state.users
        author = users[message.user].name if message.user in users else "?"
        mark = " (only you)" if message.is_ephemeral else ""
        lines.append(f"  {author}{mark}: {message.text}  {message.buttons or ''}")
    return "\n".join(lines) or "  nothing"
