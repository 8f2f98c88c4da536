"""The workspace as plain data: people, conversations, files. No behaviour beyond lookups."""

from dataclasses import dataclass, field
from typing import Any, Literal

from slack_sandbox.history import History

Json = dict[str, Any]
Kind = Literal["public", "private", "im", "mpim"]


@dataclass
class User:
    """A person or a bot user. ``email`` is empty for bots; ``tz`` is an IANA name."""

    id: str
    name: str
    real_name: str
    display_name: str = ""
    title: str = ""
    email: str = ""
    tz: str = "Etc/UTC"
    color: str = "9f69e7"
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    deleted: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    status_text: str = ""
    status_emoji: str = ""
    presence: Literal["active", "away"] = "active"
    snooze_until: int = 0
    updated: int = 0


@dataclass
class Note:
    """A topic or purpose: text, who set it and when (epoch seconds)."""

    value: str = ""
    creator: str = ""
    last_set: int = 0


@dataclass
class Conversation:
    """A channel or a direct message with everything that hangs in it.

    ``read`` maps a user id to the ts read up to; ``ephemeral`` maps a user id to the messages only
    that person sees, in order; ``mentions`` to the ts of messages that call for them;
    ``closed_for`` are people who closed the direct message.
    """

    id: str
    kind: Kind
    name: str
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    topic: Note = field(default_factory=Note)
    purpose: Note = field(default_factory=Note)
    is_general: bool = False
    is_archived: bool = False
    previous_names: list[str] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    ephemeral: dict[str, list[Json]] = field(default_factory=dict)
    mentions: dict[str, list[str]] = field(default_factory=dict)
    closed_for: list[str] = field(default_factory=list)
    canvas_id: str | None = None
    updated: int = 0
    history: History = field(default_factory=History)

    @property
    def is_channel_like(self) -> bool:
        """Whether it has a name, a topic and members that come and go."""
        return self.kind in ("public", "private")

    @property
    def is_private(self) -> bool:
        return self.kind != "public"


@dataclass
class UserGroup:
    """A user group (``@oncall``); ``date_delete`` is 0 while it is enabled."""

    id: str
    name: str
    handle: str
    description: str = ""
    users: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    created_by: str = ""
    updated_by: str = ""
    deleted_by: str = ""
    date_create: int = 0
    date_update: int = 0
    date_delete: int = 0


@dataclass
class File:
    """A file or a canvas. ``shares`` are ``[kind, channel, ts]`` rows; ``content`` is its bytes."""

    id: str
    name: str
    title: str
    user: str
    mimetype: str
    filetype: str
    created: int
    content: bytes = b""
    length: int = 0
    alt_text: str = ""
    is_complete: bool = False
    is_canvas: bool = False
    sections: list[Json] = field(default_factory=list)
    shares: list[tuple[str, str, str]] = field(default_factory=list)
    access: Json = field(default_factory=dict)


@dataclass
class App:
    """The one app installed in the workspace and what its manifest declares.

    ``enforced`` says whether the manifest binds: commands, scopes and event subscriptions.
    """

    id: str
    name: str
    bot_id: str
    bot_user_id: str
    bot_token: str
    app_token: str
    client_token: str
    enforced: bool = False
    commands: list[Json] = field(default_factory=list)
    shortcuts: list[Json] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    home_tab_enabled: bool = True
    messages_tab_enabled: bool = True


@dataclass
class Team:
    """The workspace itself."""

    id: str
    name: str
    domain: str


@dataclass
class State:
    """Everything the workspace remembers, as plain data that can be written down as JSON.

    ``modals`` maps a user id to that person's stack of open views, bottom first; ``homes`` to the
    published Home view; ``values`` maps a view id to the current content of its inputs.
    """

    team: Team
    app: App
    users: dict[str, User] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    usergroups: dict[str, UserGroup] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    modals: dict[str, list[Json]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    values: dict[str, Json] = field(default_factory=dict)
    emoji: dict[str, str] = field(default_factory=dict)
    scheduled: dict[str, Json] = field(default_factory=dict)
    reminders: list[Json] = field(default_factory=list)
