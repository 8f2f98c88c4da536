"""Slack's text notation, read once: mentions, links, dates and entities become words.

The notation is Slack's (docs.slack.dev, “Formatting text”): control sequences in angle
brackets, and exactly three escaped characters.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from incident_bot.domain.postmortems.transcript import People

TokenKind = Literal["text", "user", "channel", "group", "broadcast", "date", "link"]

_CONTROL = re.compile(r"<([^<>\n]{1,4000})>")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a message: ``ref`` is the id or address, ``label`` what Slack wrote beside it.

    For plain text ``label`` is the text, already unescaped, and ``ref`` is empty.
    """

    kind: TokenKind
    label: str
    ref: str = ""


def tokenize(text: str) -> Iterator[Token]:
    """Split Slack text into tokens, in one pass; what is no control sequence stays text."""
    start = 0
    for match in _CONTROL.finditer(text):
        token = _control(match[1])
        if token is None:
            continue
        if match.start() > start:
            yield Token("text", unescape(text[start : match.start()]))
        yield token
        start = match.end()
    if start < len(text):
        yield Token("text", unescape(text[start:]))


def plain(text: str, people: People) -> str:
    """The words a reader saw: every person, channel and group named, entities unescaped.

    The result is plain text, not Markdown: escape it with ``markdown.inline`` before printing.
    """
    return clean("".join(_words(token, people) for token in tokenize(text)))


def clean(text: str) -> str:
    """Drop control characters and direction overrides; keep emoji joiners and RTL letters."""
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Collapse every run of white space to one space."""
    return _SPACES.sub(" ", text).strip()


def excerpt(text: str, limit: int) -> str:
    """At most ``limit`` characters on one line, cut at a word end, with an ellipsis when cut."""
    line = one_line(text)
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    word_end = head.rfind(" ")
    if word_end > limit // 2:
        head = head[:word_end]
    return head.rstrip() + "…"


def unescape(text: str) -> str:
    """Undo Slack's three entities, each once: ``&amp;lt;`` was typed as ``&lt;``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _control(inner: str) -> Token | None:
    body, _, label = inner.partition("|")
    sign, ref = body[:1], body[1:]
    label = unescape(label)
    if sign == "@" and ref:
        return Token("user", label, ref)
    if sign == "#" and ref:
        return Token("channel", label, ref)
    if sign == "!" and ref:
        return _special(ref, label)
    if _SCHEME.match(body):
        return Token("link", label, unescape(body))
    return None


def _special(ref: str, label: str) -> Token:
    name, _, rest = ref.partition("^")
    if name == "subteam":
        return Token("group", label, rest)
    if name == "date":
        return Token("date", label, rest)
    return Token("broadcast", label, name)


def _words(token: Token, people: People) -> str:
    return _SPEAKERS[token.kind](token, people)


def _user(token: Token, people: People) -> str:
    return people.name(token.ref, token.label)


def _channel(token: Token, people: People) -> str:
    return "#" + (people.channels.get(token.ref) or token.label or token.ref).lstrip("#")


def _group(token: Token, people: People) -> str:
    return (people.groups.get(token.ref) or token.label or token.ref).lstrip("@")


def _date(token: Token, _people: People) -> str:
    return token.label or token.ref.partition("^")[0]


def _link(token: Token, _people: People) -> str:
    address = token.ref
    if address.startswith(("mailto:", "tel:")):
        return token.label or address.partition(":")[2]
    label = token.label.strip()
    if not label or label == address or address.endswith("://" + label):
        return address
    return f"{label} ({address})"


_SPEAKERS: dict[TokenKind, Callable[[Token, People], str]] = {
    "text": lambda token, _people: token.label,
    "user": _user,
    "channel": _channel,
    "group": _group,
    "broadcast": lambda token, _people: f"@{token.ref}",
    "date": _date,
    "link": _link,
}
