"""One Web API call: its arguments, who calls, and what every method needs to look up."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.methods.facts import FACTS
from slack_sandbox.model import Conversation, Json, User
from slack_sandbox.socket import SocketHub
from slack_sandbox.triggers import Triggers
from slack_sandbox.workspace import Workspace

TRUE = ("1", "true", "True", True, 1)
KIND_FAMILY = {"public": "channels:", "private": "groups:", "im": "im:", "mpim": "mpim:"}


@dataclass
class Call:
    """A call being answered.

    Attributes:
        arguments: query, form and JSON merged; absent and null arguments are not in it.
        caller: the bot user on whose behalf the method acts.
    """

    method: str
    arguments: Json
    workspace: Workspace
    hub: SocketHub
    triggers: Triggers

    @property
    def caller(self) -> User:
        return self.workspace.bot

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.arguments.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return an argument as a boolean: ``1``, ``true`` or JSON true."""
        if name not in self.arguments:
            return default
        return self.arguments[name] in TRUE

    def listed(self, name: str) -> list[str]:
        """Return an argument given as a list or joined by commas."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, list):
            return [str(item) for item in value]
        return [item.strip() for item in str(value).split(",") if item.strip()]

    def number(self, name: str, default: int) -> int:
        """Return an argument as an integer.

        Raises:
            SlackError: ``invalid_arguments`` when it is not one.
        """
        try:
            return int(self.arguments.get(name, default))
        except (TypeError, ValueError, OverflowError):
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def instant(self, name: str, default: float) -> float:
        """Return an argument as seconds since the epoch.

        Raises:
            SlackError: ``invalid_arguments`` when it is not a number.
        """
        try:
            return float(self.text(name) or default)
        except ValueError:
            raise invalid_arguments(f"must be a number [json-pointer:/{name}]") from None

    def parsed(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return a structured argument that may be JSON text; None when absent.

        Raises:
            SlackError: ``error`` when it is not JSON.
        """
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def conversation(self, name: str = "channel") -> Conversation:
        """Return the conversation an argument names, if the bot may know of it.

        Raises:
            SlackError: ``channel_not_found``; ``missing_scope`` for this type of conversation.
        """
        channel = self.workspace.conversation(self.text(name))
        if not self.workspace.sees(self.caller.id, channel):
            raise SlackError("channel_not_found")
        self._check_kind(channel)
        return channel

    def _check_kind(self, channel: Conversation) -> None:
        app = self.workspace.app
        family = KIND_FAMILY[channel.kind]
        wanted = [s for s in FACTS[self.method].scopes if s.startswith(family)]
        if app.enforced and wanted and not set(wanted) & set(app.scopes):
            provided = ",".join(app.scopes)
            raise SlackError("missing_scope", needed=preferred(wanted), provided=provided)

    def channel(
        self, name: str = "channel", member: bool = False, writing: bool = False
    ) -> Conversation:
        """Return a named channel, not a direct message.

        Args:
            name: the argument that holds its id.
            member: the bot must be in it.
            writing: it must not be archived.

        Raises:
            SlackError: ``channel_not_found``, ``method_not_supported_for_channel_type``,
                ``is_archived``, ``not_in_channel``.
        """
        channel = self.conversation(name)
        if not channel.is_channel_like:
            raise SlackError("method_not_supported_for_channel_type")
        if writing and channel.is_archived:
            raise SlackError("is_archived")
        if member and self.caller.id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def page(self, rows: list[Any], default: int = 100, most: int = 1000) -> tuple[list[Any], str]:
        """Return one page of rows by ``cursor`` and ``limit``, and the next cursor or "".

        Raises:
            SlackError: ``invalid_cursor``, ``invalid_limit``.
        """
        limit = self.limit(default, most)
        start = read_cursor(self.text("cursor")) if self.text("cursor") else 0
        end = min(start + self.shortened(limit), len(rows))
        cursor = make_cursor(end) if end < len(rows) else ""
        return rows[start:end], cursor

    def limit(self, default: int, most: int) -> int:
        """Return ``limit`` within its bounds.

        Raises:
            SlackError: ``invalid_limit``.
        """
        try:
            limit = int(self.arguments.get("limit", default))
        except (TypeError, ValueError, OverflowError):
            raise SlackError("invalid_limit") from None
        if limit < 0 or limit > most:
            raise SlackError("invalid_limit")
        return limit or default

    def shortened(self, limit: int) -> int:
        """Return how many rows this page really holds (the ``short_pages`` rule)."""
        return max(1, limit // 2) if self.workspace.rules.short_pages else limit


def preferred(scopes: list[str]) -> str:
    """Return the scope to name when any of several would do: the broad one of bot tokens."""
    return "channels:manage" if "channels:manage" in scopes else scopes[0]


def make_cursor(offset: int) -> str:
    """Return an opaque cursor for an offset."""
    return base64.b64encode(f"next:{offset}".encode()).decode()


def read_cursor(cursor: str) -> int:
    """Return a cursor's offset.

    Raises:
        SlackError: ``invalid_cursor``.
    """
    try:
        kind, _, offset = base64.b64decode(cursor, validate=True).decode().partition(":")
        if kind == "next":
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise SlackError("invalid_cursor")
