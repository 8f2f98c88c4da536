"""What was said: messages, the people who said them, and what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, NamedTuple

NameStyle = Literal["display", "real"]


class Reaction(NamedTuple):
    """One emoji under a message, with everybody who chose it."""

    name: str
    user_ids: tuple[str, ...]


class SharedFile(NamedTuple):
    """A file attached to a message; its bytes are never read here."""

    name: str
    mimetype: str = ""
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message in its last edited version.

    ``ts`` is Slack's id and time at once: seconds, a dot, six digits. ``text`` is Slack's
    own notation (``<@U1>``, ``&amp;``); a message made of blocks is flattened by the caller.
    """

    channel: str
    ts: str
    text: str
    user_id: str | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    edited: bool = False
    reactions: tuple[Reaction, ...] = ()
    reply_count: int = 0
    permalink: str | None = None
    pinned: bool = False
    files: tuple[SharedFile, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Channel and ts: what makes a message the same message when Slack sends it twice."""
        return (self.channel, self.ts)

    @property
    def at(self) -> datetime:
        """When it was first said, in UTC."""
        return instant(self.ts)

    @property
    def is_reply(self) -> bool:
        """Whether it was said inside a thread, rather than starting one."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message its author took back: that it was there is kept, what it said is not."""

    channel: str
    ts: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything read from the incident's channels, and an honest account of what was not.

    ``channels`` maps channel id to name. ``unread_threads`` counts threads whose replies
    Slack did not give; ``failures`` says in words what else went wrong.
    """

    messages: tuple[Message, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    channels: Mapping[str, str] = field(default_factory=dict)
    unread_threads: int = 0
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace, as Slack's ``users.info`` last described them."""

    user_id: str
    display_name: str = ""
    real_name: str = ""
    tz: str | None = None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """Ids to names: people, and the channels and user groups that text may mention."""

    known: Mapping[str, Person] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    style: NameStyle = "display"

    def name(self, user_id: str, said: str | None = None) -> str:
        """The name to print; ``said`` is the label that came with the mention, if any."""
        person = self.known.get(user_id)
        if person is not None:
            first, second = person.display_name.strip(), person.real_name.strip()
            if self.style == "real":
                first, second = second, first
            if first or second:
                return first or second
        if said and said.strip():
            return said.strip().lstrip("@")
        return f"user-{sha256(user_id.encode()).hexdigest()[:4]}"

    def is_bot(self, user_id: str | None) -> bool:
        """Whether this id is known to be a bot; an unknown id is taken for a person."""
        person = self.known.get(user_id) if user_id else None
        return person is not None and person.is_bot


def instant(ts: str) -> datetime:
    """The UTC time of a Slack ts.

    Raises:
        ValueError: ``ts`` is not seconds with an optional fraction.
    """
    seconds, _, fraction = ts.partition(".")
    micros = int((fraction + "000000")[:6])
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=micros)
