"""A workspace written by hand: people, groups, channels and history in one YAML file."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from slack_sandbox.channels import open_direct
from slack_sandbox.errors import SlackError
from slack_sandbox.furniture import bookmark, react
from slack_sandbox.messages import count_replies
from slack_sandbox.model import Conversation, Json, Note, User, UserGroup
from slack_sandbox.naming import check_name
from slack_sandbox.rich_text import rich_text
from slack_sandbox.text import typed
from slack_sandbox.validation import explained
from slack_sandbox.workspace import Workspace

AGO = re.compile(r"-(\d{1,6})([smhd])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
PAUSE = 60.0
"""Seconds between messages that do not say when they were written."""


class SeedError(ValueError):
    """A seed file that cannot be used; says where and why."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name} is no IANA time zone")
    return name


def _ago(text: str) -> str:
    if not AGO.fullmatch(text):
        raise ValueError("write an age such as -15m, -2h or -3d, or a date and time with its zone")
    return text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Person(_Part):
    """Somebody in the workspace."""

    real_name: str
    display_name: str = ""
    title: str = ""
    email: str = ""
    tz: Annotated[str, AfterValidator(_zone)] = "Etc/UTC"
    admin: bool = False
    deactivated: bool = False
    status: str = ""


class Group(_Part):
    """A user group; the key it stands under is its handle."""

    name: str
    users: list[str] = []
    description: str = ""


class Said(_Part):
    """One message. ``at`` is an age (``-2h``) or a date and time with its zone."""

    who: Annotated[str, Field(alias="from")]
    text: str
    at: AwareDatetime | Annotated[str, AfterValidator(_ago)] | None = None
    thread: list["Said"] = []
    reactions: dict[str, list[str]] = {}
    pinned: bool = False


class Channel(_Part):
    """A channel; the key it stands under is its name."""

    private: bool = False
    archived: bool = False
    topic: str = ""
    purpose: str = ""
    members: list[str] | Literal["everyone"] = "everyone"
    app: bool = False
    bookmarks: dict[str, str] = {}
    history: list[Said] = []


class Direct(_Part):
    """A conversation between people, or a person and the app."""

    between: Annotated[list[str], Field(min_length=1, max_length=9)]
    history: list[Said] = []


class Named(_Part):
    """What the workspace is called."""

    name: str
    domain: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]


class Seed(_Part):
    """A whole seed file."""

    team: Named | None = None
    people: dict[str, Person] = {}
    groups: dict[str, Group] = {}
    channels: dict[str, Channel] = {}
    direct: list[Direct] = []


def read_seed(path: Path) -> Seed:
    """Read a seed file.

    Raises:
        SeedError: the file is missing, is not YAML or does not fit.
    """
    try:
        return Seed.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except ValidationError as error:
        raise SeedError(f"{path}: {explained(error)}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SeedError(f"{path}: {error}") from error


def plant(workspace: Workspace, seed: Seed) -> None:
    """Put a seed's people, groups, channels and history into the workspace.

    People and channels that are there already are brought up to date.

    Raises:
        SeedError: a name that nobody bears, or one that Slack would refuse.
    """
    if seed.team is not None:
        workspace.team.name, workspace.team.domain = seed.team.name, seed.team.domain
    try:
        for name, person in seed.people.items():
            _person(workspace, name, person)
        for handle, group in seed.groups.items():
            _group(workspace, handle, group)
        for name, channel in seed.channels.items():
            _channel(workspace, name, channel)
        for direct in seed.direct:
            first, *others = [workspace.user(name).id for name in direct.between]
            conversation, _ = open_direct(workspace, first, others)
            _history(workspace, conversation, direct.history)
    except SlackError as error:
        raise SeedError(f"the seed does not fit: {error.code} {error.details or ''}") from error


def _person(workspace: Workspace, name: str, person: Person) -> None:
    users = workspace.state.users
    user = next((u for u in users.values() if u.name == name), None)
    if user is None:
        user = User(workspace.ids.new("U"), name, person.real_name)
        users[user.id] = user
    user.real_name = person.real_name
    user.display_name = person.display_name or name
    user.title, user.email, user.tz = person.title, person.email, person.tz
    user.is_admin, user.deleted = person.admin, person.deactivated
    user.status_text = person.status
    user.updated = int(workspace.now())


def _group(workspace: Workspace, handle: str, group: Group) -> None:
    groups = workspace.state.usergroups
    found = next((g for g in groups.values() if g.handle == handle), None)
    if found is None:
        found = UserGroup(workspace.ids.new("S"), group.name, handle)
        found.date_create = int(workspace.now())
        groups[found.id] = found
    found.name, found.description = group.name, group.description
    found.users = [workspace.user(name).id for name in group.users]


def _channel(workspace: Workspace, name: str, seed: Channel) -> None:
    channel = workspace.named(name)
    members = _members(workspace, seed)
    now = int(workspace.now())
    if channel is None:
        check_name(workspace, name)
        creator = members[0] if members else workspace.app.bot_user_id
        channel = Conversation(workspace.ids.new("C"), "public", name, creator, now)
        workspace.state.conversations[channel.id] = channel
    channel.kind = "private" if seed.private else "public"
    channel.members = members
    channel.topic = Note(seed.topic, channel.creator, now) if seed.topic else channel.topic
    channel.purpose = Note(seed.purpose, channel.creator, now) if seed.purpose else channel.purpose
    channel.is_archived = seed.archived
    for title, link in seed.bookmarks.items():
        bookmark(workspace, channel, channel.creator, title, link)
    _history(workspace, channel, seed.history)


def _members(workspace: Workspace, seed: Channel) -> list[str]:
    if seed.members == "everyone":
        members = [user.id for user in workspace.people()]
    else:
        members = [workspace.user(name).id for name in seed.members]
    if seed.app:
        members.append(workspace.app.bot_user_id)
    return list(dict.fromkeys(members))


def _history(workspace: Workspace, channel: Conversation, history: list[Said]) -> None:
    """Write messages down without telling anybody: they were there before the app came."""
    now = workspace.now()
    for index, said in enumerate(history):
        written = _instant(said, now, now - (len(history) - index) * PAUSE)
        message = _message(workspace, channel, said, written)
        for number, reply in enumerate(said.thread, start=1):
            at = _instant(reply, now, written + number * PAUSE / (len(said.thread) + 1))
            _message(workspace, channel, reply, at, message["ts"])
        if said.thread:
            count_replies(workspace, channel, message)
        if said.pinned:
            by = channel.creator
            channel.pins.insert(0, {"ts": message["ts"], "by": by, "at": int(written)})
            message["pinned_to"] = [channel.id]


def _instant(said: Said, now: float, otherwise: float) -> float:
    if isinstance(said.at, datetime):
        return said.at.astimezone(UTC).timestamp()
    match = AGO.fullmatch(said.at or "")
    return now - int(match[1]) * SECONDS[match[2]] if match else otherwise


def _message(
    workspace: Workspace, channel: Conversation, said: Said, at: float, parent: str | None = None
) -> Json:
    author = workspace.user(said.who)
    text = typed(workspace, said.text)
    message: Json = {
        "type": "message",
        "user": author.id,
        "text": text,
        "ts": _free_ts(channel, at),
        "team": workspace.team.id,
    }
    if author.is_bot:
        message |= {"bot_id": author.bot_id, "app_id": author.app_id}
    else:
        message["blocks"] = [rich_text(text, workspace.ids.word())]
    if parent is not None:
        message |= {
            "thread_ts": parent,
            "parent_user_id": channel.history.messages[parent]["user"],
        }
    channel.history.add(message)
    for name, users in said.reactions.items():
        for user in users:
            react(workspace, channel, message, workspace.user(user).id, name)
    return message


def _free_ts(channel: Conversation, at: float) -> str:
    microseconds = int(at * 1_000_000)
    while True:
        ts = f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"
        if ts not in channel.history.messages:
            return ts
        microseconds += 1
