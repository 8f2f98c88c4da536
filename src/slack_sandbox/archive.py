"""A workspace's history out of a Slack export archive, as a zip file or the folder in it.

The format is Slack's own: `users.json`, `channels.json` and, in fuller exports, `groups.json`,
`dms.json` and `mpims.json`; beside them one folder per conversation with one file per day.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from slack_sandbox.model import Conversation, Json, Kind, Note, User
from slack_sandbox.workspace import Workspace

LARGEST = 1 << 30
"""Bytes of JSON, unpacked, that one import reads at most: a guard against zip bombs."""

LISTS: tuple[tuple[str, Kind], ...] = (
    ("channels.json", "public"),
    ("groups.json", "private"),
    ("mpims.json", "mpim"),
    ("dms.json", "im"),
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
TS = re.compile(r"\d{10}\.\d{6}")


class ArchiveError(ValueError):
    """An archive that is none, or a file in it that does not fit; names the file."""


@dataclass(frozen=True)
class Imported:
    """How much an import brought."""

    people: int
    conversations: int
    messages: int


class _Files:
    """The JSON files of an archive by their path, in a zip file or a folder alike."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path) if path.is_file() else None
        self._root = path
        self._read = 0
        self.names = frozenset(self._listed())

    def _listed(self) -> Iterator[str]:
        if self._zip is not None:
            yield from (name for name in self._zip.namelist() if name.endswith(".json"))
        else:
            for found in self._root.glob("*.json"):
                yield found.name
            for found in self._root.glob("*/*.json"):
                yield f"{found.parent.name}/{found.name}"

    def rows(self, name: str) -> list[Json]:
        """Return the objects of a file, none if it is absent."""
        if name not in self.names:
            return []
        try:
            rows = json.loads(self._bytes(name))
        except (OSError, ValueError, RecursionError, zipfile.BadZipFile) as error:
            raise ArchiveError(f"{name}: {error}") from error
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ArchiveError(f"{name}: expected a list of objects")
        return rows

    def _bytes(self, name: str) -> bytes:
        if self._zip is None:
            size = (self._root / name).stat().st_size
        else:
            size = self._zip.getinfo(name).file_size
        self._read += size
        if self._read > LARGEST:
            raise ArchiveError(f"{name}: the archive holds more than {LARGEST >> 20} MiB")
        if self._zip is None:
            return (self._root / name).read_bytes()
        with self._zip.open(name) as file:
            return file.read(size)

    def days(self, folder: str) -> list[str]:
        """Return the day files of a conversation, oldest first."""
        return sorted(
            name
            for name in self.names
            if name.rpartition("/")[0] == folder and DAY.fullmatch(name.rpartition("/")[2])
        )


def import_archive(workspace: Workspace, path: Path) -> Imported:
    """Put an archive's people, conversations and messages into the workspace.

    Ids and timestamps stay what they were. People and conversations of the same id are replaced;
    the app becomes a member of nothing.

    Raises:
        ArchiveError: the path is no archive, or a file in it is malformed.
    """
    try:
        files = _Files(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"{path}: {error}") from error
    if "channels.json" not in files.names:
        raise ArchiveError(f"{path}: no channels.json, so this is no Slack export")
    people = [_user(row, "users.json") for row in files.rows("users.json")]
    workspace.state.users.update({user.id: user for user in people})
    conversations = messages = 0
    for listing, kind in LISTS:
        for row in files.rows(listing):
            channel = _conversation(row, kind, listing)
            _keep_known_people(workspace, channel)
            workspace.state.conversations[channel.id] = channel
            conversations += 1
            messages += _messages(files, channel)
    return Imported(len(people), conversations, messages)


def _text(row: Json, key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise ArchiveError(f"{where}: an entry without {key}")
    return value


def _user(row: Json, where: str) -> User:
    profile: Json = row.get("profile") or {}
    name = _text(row, "name", where)
    return User(
        id=_text(row, "id", where),
        name=name,
        real_name=row.get("real_name") or profile.get("real_name") or name,
        display_name=profile.get("display_name") or "",
        title=profile.get("title") or "",
        email=profile.get("email") or "",
        tz=_zone(row.get("tz")),
        color=row.get("color") or "9f69e7",
        is_bot=bool(row.get("is_bot")),
        is_admin=bool(row.get("is_admin")),
        is_owner=bool(row.get("is_owner")),
        deleted=bool(row.get("deleted")),
        bot_id=profile.get("bot_id"),
        app_id=profile.get("api_app_id"),
        updated=_number(row.get("updated")),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _zone(name: object) -> str:
    return name if isinstance(name, str) and name in available_timezones() else "Etc/UTC"


def _conversation(row: Json, kind: Kind, where: str) -> Conversation:
    members = [member for member in row.get("members") or [] if isinstance(member, str)]
    return Conversation(
        id=_text(row, "id", where),
        kind=kind,
        name="" if kind == "im" else _text(row, "name", where),
        creator=row.get("creator") or (members[0] if members else ""),
        created=_number(row.get("created")),
        members=members,
        topic=_note(row.get("topic")),
        purpose=_note(row.get("purpose")),
        is_general=bool(row.get("is_general")),
        is_archived=bool(row.get("is_archived")),
        pins=[_pin(pin) for pin in row.get("pins") or [] if isinstance(pin, dict)],
    )


def _note(value: Any) -> Note:
    if not isinstance(value, dict):
        return Note()
    return Note(
        str(value.get("value") or ""),
        str(value.get("creator") or ""),
        _number(value.get("last_set")),
    )


def _pin(pin: Json) -> Json:
    return {
        "ts": str(pin.get("id")),
        "by": str(pin.get("user")),
        "at": _number(pin.get("created")),
    }


def _keep_known_people(workspace: Workspace, channel: Conversation) -> None:
    """Leave out members that `users.json` does not name, such as people of other workspaces."""
    channel.members = [member for member in channel.members if member in workspace.state.users]


def _messages(files: _Files, channel: Conversation) -> int:
    for day in files.days(channel.name or channel.id):
        for message in files.rows(day):
            ts = message.get("ts")
            if not isinstance(ts, str) or not TS.fullmatch(ts):
                raise ArchiveError(f"{day}: a message without a ts")
            channel.history.add(message)
    channel.pins = [pin for pin in channel.pins if pin["ts"] in channel.history.messages]
    return len(channel.history.messages)
