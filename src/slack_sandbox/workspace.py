"""The workspace: its state, its clock, who may see what, and the news of every change."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from slack_sandbox.clock import Clock
from slack_sandbox.errors import SlackError
from slack_sandbox.ids import Ids
from slack_sandbox.model import App, Conversation, File, Json, State, Team, User, UserGroup
from slack_sandbox.rules import Rules

SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Change:
    """One thing that happened, told to everyone who listens: the app's events, the page, tests.

    Attributes:
        kind: past participle, e.g. ``message_posted``.
        channel: where it happened, if anywhere.
        user: who did it, or whom it concerns.
        message: the message concerned, as it is now.
        previous: the message as it was.
        facts: what else there is to know.
    """

    kind: str
    channel: Conversation | None = None
    user: str | None = None
    message: Json | None = None
    previous: Json | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class Workspace:
    """State plus what is needed to change it: clock, ids, rules, and the listeners.

    Attributes:
        url: where the server answers, without a final slash; permalinks and file addresses use it.
    """

    def __init__(self, state: State, clock: Clock, ids: Ids, rules: Rules) -> None:
        self.state = state
        self.clock = clock
        self.ids = ids
        self.rules = rules
        self.url = "http://127.0.0.1"
        self._listeners: list[Callable[[Change], None]] = []

    @property
    def app(self) -> App:
        return self.state.app

    @property
    def team(self) -> Team:
        return self.state.team

    @property
    def bot(self) -> User:
        """The app's bot user."""
        return self.state.users[self.state.app.bot_user_id]

    def now(self) -> float:
        """Return seconds since the epoch on the sandbox's clock."""
        return self.clock.now()

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Call ``listener`` on every change from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(
        self,
        kind: str,
        channel: Conversation | None = None,
        *,
        user: str | None = None,
        message: Json | None = None,
        previous: Json | None = None,
        **facts: Any,
    ) -> None:
        """Tell every listener about a change."""
        change = Change(kind, channel, user, message, previous, facts)
        for listener in tuple(self._listeners):
            listener(change)

    def user(self, name_or_id: str, error: str = "user_not_found") -> User:
        """Return a user by id or name.

        Raises:
            SlackError: ``error`` when there is nobody like that.
        """
        found = self.state.users.get(name_or_id)
        if found is not None:
            return found
        for user in self.state.users.values():
            if user.name == name_or_id:
                return user
        raise SlackError(error)

    def people(self) -> list[User]:
        """Return the living, active people one can be."""
        return [
            u
            for u in self.state.users.values()
            if not u.is_bot and not u.deleted and u.id != SLACKBOT
        ]

    def conversation(self, channel_id: str) -> Conversation:
        """Return a conversation by id.

        Raises:
            SlackError: ``channel_not_found``.
        """
        found = self.state.conversations.get(channel_id)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def named(self, name: str) -> Conversation | None:
        """Return the channel of that name, archived and private ones too."""
        wanted = name.removeprefix("#")
        for channel in self.state.conversations.values():
            if channel.is_channel_like and channel.name == wanted:
                return channel
        return None

    def sees(self, user_id: str, channel: Conversation) -> bool:
        """Whether the person may look into the conversation."""
        return channel.kind == "public" or user_id in channel.members

    def direct(self, *user_ids: str) -> Conversation | None:
        """Return the direct conversation among exactly these people, if it was ever opened."""
        wanted = sorted(set(user_ids))
        kind = "im" if len(wanted) <= 2 else "mpim"
        for channel in self.state.conversations.values():
            if channel.kind == kind and sorted(channel.members) == wanted:
                return channel
        return None

    def usergroup(self, group_id: str) -> UserGroup:
        """Return a user group by id.

        Raises:
            SlackError: ``no_such_subteam``.
        """
        group = self.state.usergroups.get(group_id)
        if group is None:
            raise SlackError("no_such_subteam")
        return group

    def file(self, file_id: str) -> File:
        """Return a file by id.

        Raises:
            SlackError: ``file_not_found``.
        """
        file = self.state.files.get(file_id)
        if file is None:
            raise SlackError("file_not_found")
        return file

    def permalink(self, channel: Conversation, message: Json) -> str:
        """Return a message's address, with its thread for a reply."""
        link = f"{self.url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
        parent = message.get("thread_ts")
        if parent and parent != message["ts"]:
            link += f"?thread_ts={parent}&cid={channel.id}"
        return link
