"""A message as tests look at it."""

from dataclasses import dataclass

from slack_sandbox.form import elements
from slack_sandbox.model import Conversation, Json
from slack_sandbox.reading import words
from slack_sandbox.workspace import Workspace


@dataclass(frozen=True)
class Message:
    """A message in its conversation; ``raw`` is the Slack object, which stays up to date."""

    raw: Json
    channel: Conversation
    workspace: Workspace

    @property
    def ts(self) -> str:
        return str(self.raw["ts"])

    @property
    def thread_ts(self) -> str | None:
        return self.raw.get("thread_ts")

    @property
    def user(self) -> str | None:
        """The author's user id."""
        return self.raw.get("user")

    @property
    def text(self) -> str:
        """Everything a person reads in it: blocks, attachments, file names; ids as names."""
        return words(self.workspace, self.raw)

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, those of attachments too."""
        found = list(self.raw.get("blocks", []))
        for attachment in self.raw.get("attachments", []):
            found.extend(attachment.get("blocks", []))
        return found

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [e["text"]["text"] for _, e in elements(self.blocks) if e["type"] == "button"]

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.raw.get("is_ephemeral"))

    @property
    def reactions(self) -> dict[str, list[str]]:
        """User ids by emoji name."""
        return {r["name"]: list(r["users"]) for r in self.raw.get("reactions", [])}

    @property
    def is_pinned(self) -> bool:
        return any(pin["ts"] == self.ts for pin in self.channel.pins)

    @property
    def replies(self) -> "list[Message]":
        """The thread below it, oldest first."""
        history = self.channel.history
        order = history.thread(self.ts)
        return [Message(history.messages[ts], self.channel, self.workspace) for ts in order]

    @property
    def files(self) -> list[bytes]:
        """The contents of its files."""
        stored = self.workspace.state.files
        return [stored[file["id"]].content for file in self.raw.get("files", [])]

    @property
    def permalink(self) -> str:
        return self.workspace.permalink(self.channel, self.raw)

    def __contains__(self, text: str) -> bool:
        return text in self.text
