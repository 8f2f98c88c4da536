"""What every gesture needs: the workspace, the app's sockets, triggers and response URLs."""

from dataclasses import dataclass
from typing import Any

from slack_sandbox.errors import SlackError
from slack_sandbox.model import Conversation, Json, User
from slack_sandbox.response_url import ResponseUrls
from slack_sandbox.socket import Envelope, Outcome, SocketHub
from slack_sandbox.triggers import Triggers
from slack_sandbox.workspace import Workspace


@dataclass
class Hands:
    """One sandbox, as seen from the people's side."""

    workspace: Workspace
    hub: SocketHub
    triggers: Triggers
    response_urls: ResponseUrls


@dataclass
class Gesture:
    """Something a person does: who, with which fields of the page contract."""

    hands: Hands
    user: User
    fields: Json

    @property
    def workspace(self) -> Workspace:
        return self.hands.workspace

    def text(self, name: str, default: str | None = None) -> str:
        """Return a field as text.

        Raises:
            SlackError: ``missing_field``.
        """
        value = self.fields.get(name, default)
        if not isinstance(value, str):
            raise SlackError("missing_field", message=f"The gesture needs the field {name}.")
        return value

    def mapping(self, name: str) -> Json:
        """Return a field that is an object; empty when it is absent.

        Raises:
            SlackError: ``missing_field`` when it is something else.
        """
        value = self.fields.get(name) or {}
        if not isinstance(value, dict):
            raise SlackError("missing_field", message=f"The field {name} must be an object.")
        return value

    def channel(self, member: bool = True) -> Conversation:
        """Return the conversation of the gesture.

        Raises:
            SlackError: ``channel_not_found``, ``not_in_channel``, ``is_archived``.
        """
        channel = self.workspace.conversation(self.text("channel"))
        if not self.workspace.sees(self.user.id, channel):
            raise SlackError("channel_not_found")
        if member and self.user.id not in channel.members:
            who = self.user.real_name
            message = f"{who} is not in #{channel.name}."
            raise SlackError("not_in_channel", message=message)
        return channel

    def message(self, channel: Conversation) -> Json:
        """Return the message of the gesture's ``ts``.

        Raises:
            SlackError: ``message_not_found``.
        """
        message = channel.history.get(self.text("ts"))
        if message is None:
            raise SlackError("message_not_found")
        return message


async def settled(envelope: Envelope) -> Outcome:
    """Wait until an envelope was acknowledged or given up."""
    return await envelope.settled


def outcome_answer(outcome: Outcome, **more: Any) -> Json:
    """Return the page's answer for a gesture that reached the app, or did not."""
    answer: Json = {"ok": True, "delivered": outcome.error != "dispatch_failed"}
    answer |= {"acked": outcome.acked, **more}
    if outcome.latency_ms is not None:
        answer["latency_ms"] = round(outcome.latency_ms, 2)
    if outcome.error:
        answer["error"] = outcome.error
    return answer
