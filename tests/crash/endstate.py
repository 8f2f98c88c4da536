"""What people see in a workspace, in a form in which two runs can be compared."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import Any

from incident_bot.database.connection import Database
from slack_sandbox.testing import Message, SandboxWorkspace

_SPAN = r"\d+(\.\d+)? ?(s|seconds?|min|m|minutes?|h|hours?)"
_NUMBERS = (
    (re.compile(r"\d{4}-\d\d-\d\d"), "DATE"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?\b( UTC)?"), "TIME"),
    (re.compile(r"\b\d{10}(\.\d+)?\b"), "INSTANT"),
    (re.compile(r"(?i)\b(inc)-\d+"), r"\1-N"),  # a number may be left out, never used twice
    (re.compile(r"\bp\d{16}\b"), "LINK"),
    (re.compile(rf"\b{_SPAN}( {_SPAN})*\b"), "SPAN"),
    (re.compile(r"\b[CDGUFTB]0?[A-Z0-9]{8,11}\b"), "ID"),
    (re.compile(r"\b(just now|a moment ago|less than a minute|under a minute)\b"), "SPAN"),
)
_NOTICES = ("channel_topic",)


def plain(text: str) -> str:
    """A text without what differs from run to run: times, spans, ids."""
    for pattern, word in _NUMBERS:
        text = pattern.sub(word, text)
    return " ".join(text.split())


def _direct(text: str) -> str:
    """A page may be sent before or after its room is there; then it does not, or does, name it."""
    return re.sub(r" · #inc-N\S*", "", text)


def _message(message: Message) -> str:
    names = message.workspace.state.users
    author = names[message.user].name if message.user in names else str(message.user)
    pinned = " (pinned)" if message.is_pinned else ""
    marks = "".join(f" :{name}:{len(who)}" for name, who in sorted(message.reactions.items()))
    thread = " (reply)" if message.thread_ts not in (None, message.ts) else ""
    files = "".join(f" [file of {len(f) > 0}]" for f in message.files)
    buttons = f" {message.buttons}" if message.buttons else ""
    return f"{author}{thread}: {plain(message.text)}{buttons}{files}{pinned}{marks}"


def seen(slack: SandboxWorkspace) -> dict[str, Any]:
    """Every channel and direct message as a person finds it; order within a channel is not kept."""
    state = slack.sandbox.workspace.state
    names = {user.id: user.name for user in state.users.values()}
    found: dict[str, Any] = {}
    for channel in state.conversations.values():
        spoken = slack.messages(channel.id)
        said = [m for m in spoken if m.raw.get("subtype") not in _NOTICES]
        topics = [m.text for m in spoken if m.raw.get("subtype") == "channel_topic"]
        if not spoken and not channel.is_channel_like:
            continue
        who = sorted(names.get(user, user) for user in channel.members)
        found[plain(channel.name) or "+".join(who)] = {
            "members": who,
            "private": channel.is_private,
            "archived": channel.is_archived,
            "topic": plain(channel.topic.value),
            "topic said twice running": any(a == b for a, b in itertools.pairwise(topics)),
            "bookmarks": sorted(str(b.get("link")) for b in channel.bookmarks),
            "pins": len(channel.pins),
            "messages": Counter(
                _message(m) if channel.is_channel_like else _direct(_message(m)) for m in said
            ),
        }
    return found


async def recorded(database: Database) -> dict[str, Any]:
    """The timeline, and what has gone wrong."""
    async with database.read() as tx:
        incidents = await tx.incidents.recent()
        entries = [entry for one in incidents for entry in await tx.timeline.of(one.id)]
        dead = await tx.jobs.dead()
    return {
        "incidents": [str(incident.status) for incident in incidents],
        "timeline": Counter(f"{e.kind}/{e.actor}: {plain(e.text)}" for e in entries),
        "dead": [(letter.kind, letter.error) for letter in dead],
    }


def differences(wanted: Any, found: Any, where: str = "") -> list[str]:
    """What is missing, surplus or different, a line each."""
    if isinstance(wanted, Counter):
        lines = [f"{where}: missing {n} × {w}" for w, n in (wanted - found).items()]
        return lines + [f"{where}: surplus {n} × {w}" for w, n in (found - wanted).items()]
    if isinstance(wanted, dict):
        lines = []
        for key in sorted(wanted.keys() | found.keys()):
            below = f"{where}/{key}"
            if key not in found or key not in wanted:
                lines.append(f"{below}: {'missing' if key in wanted else 'surplus'}")
            else:
                lines += differences(wanted[key], found[key], below)
        return lines
    return [] if wanted == found else [f"{where}: {wanted!r} became {found!r}"]
