"""How words from people, and from outside, are set in a card: readable, bounded, never pinging."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from incident_bot.domain.durations import say_duration
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.readmodels import Board
from incident_bot.slack.blockkit import escape, mention, shorten

_TOKEN = re.compile(
    r"<@(?P<person>[UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>"
    r"|<#(?P<channel>[CGD][A-Z0-9]{2,20})(?:\|[^<>]*)?>"
    r"|<(?P<link>https?://[^|<>\s]{1,2000})(?:\|[^<>]*)?>"
)
_HANDLE = re.compile(r"(?<!\w)@(?=\w)")
_BROADCAST = re.compile(r"(?<!\w)@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
_JOINED = "@\u2060"
"""A word joiner after `@`: Slack links `@here` in plain mrkdwn text by itself unless it is broken.

Source: https://docs.slack.dev/reference/block-kit/composition-objects/text-object (`verbatim`)
"""
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}$")
SHOWN_QUEUED = 5
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{2,20}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


def said(text: str, limit: int = 2800) -> str:
    """What a person wrote, as mrkdwn of at most `limit` characters.

    Mentions of people and channels that Slack made stay mentions, links become bare addresses;
    everything else is escaped, so that `<!channel>`, `@here` and groups ping nobody.
    """
    return _fit(_pieces(text.strip()), limit)


def line(text: str, limit: int = 300) -> str:
    """Words from outside on one line, as mrkdwn: no line breaks, no mentions."""
    return _fit([_defused(" ".join(text.split()))], limit)


def one_line(text: str, limit: int = 300) -> str:
    """What a person wrote, as `said`, on one line."""
    return said(" ".join(text.split()), limit)


def quoted(text: str, limit: int = 2800) -> str:
    """What a person wrote, set as a quotation."""
    most_lines = 40
    lines = said(text, limit - 2 * most_lines - 2).split("\n")
    more = ["…"] if len(lines) > most_lines else []
    return "\n".join(f"> {part}" for part in [*lines[:most_lines], *more])


def code(text: str, limit: int = 300) -> str:
    """Something to type, as a code span, in which Slack links nothing by itself.

    `@here` is broken nevertheless: backticks in the words before may have undone the span.
    """
    words = _BROADCAST.sub(_JOINED, escape(" ".join(text.replace("`", "'").split())))
    return f"`{_fit([words], limit)}`" if words else ""


def person(user_id: str | None, nobody: str = "incident-bot") -> str:
    """A mention of a person by id; ids that Slack cannot have made are shown as words."""
    if user_id is None:
        return nobody
    return mention(user_id) if _USER_ID.fullmatch(user_id) else line(user_id, 40)


def people(user_ids: Iterable[str], most: int = 12) -> str:
    """Mentions of people, in order, each once."""
    known = list(dict.fromkeys(user_ids))
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return " ".join(person(user) for user in known[:most]) + more


def room(incident: Incident) -> str:
    """A link to the incident's channel; empty until it has one."""
    known = incident.channel_id
    return f"<#{known}>" if known and _CHANNEL_ID.fullmatch(known) else ""


def marks(incident: Incident) -> str:
    """What sets the incident apart, for small print: drill, private."""
    kinds = [("Drill", incident.drill), ("Private", incident.private)]
    return " · ".join(f"*{word}*" for word, holds in kinds if holds)


def headline(incident: Incident, emoji: str = "") -> str:
    """`:fire: SEV2 · checkout 5xx`, for a header of plain text."""
    drill = "DRILL · " if incident.drill else ""
    title = incident.title.strip() or incident.ref
    words = f"{emoji} {drill}{incident.severity} · {title}"
    return shorten(" ".join(words.split()), 150)


def still_to_do(board: Board) -> str:
    """What waits for its turn, for how long, and behind how many others; "" when nothing does."""
    told = []
    for queued in board.queued[:SHOWN_QUEUED]:
        before = f"{queued.before} before it" if queued.before else ""
        waits = joined([line(queued.why, 120), _again(queued.after), before], ", ")
        told.append(f"{line(queued.what, 80)} ({waits})")
    return f":hourglass: Still to do: {'; '.join(told)}" if told else ""


def _again(after: float | None) -> str:
    return "" if after is None else f"again in {say_duration(timedelta(seconds=math.ceil(after)))}"


def joined(parts: Iterable[str], by: str = " · ") -> str:
    """Join what is not empty."""
    return by.join(part for part in parts if part)


def count(number: int, thing: str) -> str:
    """`1 page`, `3 pages`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for token in _TOKEN.finditer(text):
        yield _defused(text[start : token.start()])
        if token["person"]:
            yield mention(token["person"])
        elif token["channel"]:
            yield f"<#{token['channel']}>"
        else:
            yield escape(token["link"])
        start = token.end()
    yield _defused(text[start:])


def _defused(text: str) -> str:
    # Messages arrive from Slack with entities, forms without: both are shown as they were typed.
    typed = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _HANDLE.sub(_JOINED, escape(typed))


def _fit(pieces: Iterable[str], limit: int) -> str:
    """Put pieces together up to a length; mentions and entities are never cut in two."""
    out: list[str] = []
    left = limit - 1
    for piece in pieces:
        if len(piece) > left:
            cut = "" if piece.startswith(("<@", "<#")) else piece[:left]
            out += [_HALF_ENTITY.sub("", cut).rstrip(), "…"]
            break
        out.append(piece)
        left -= len(piece)
    return "".join(out)
