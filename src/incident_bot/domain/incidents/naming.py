"""Names of incident rooms: legal in Slack for any title in any language."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

CHANNEL_NAME_LIMIT = 80  # https://docs.slack.dev/reference/methods/conversations.create
_WORDS = re.compile(r"[^a-z0-9]+")


def slug(title: str) -> str:
    """Lower-case ASCII words joined by `-`; empty when nothing can be spelled.

    Emoji and symbols are dropped rather than spelled out; letters of any script are transliterated.
    """
    spelled = "".join(
        anyascii(char) if unicodedata.category(char)[0] in "LNM" else " "
        for char in unicodedata.normalize("NFKC", title[:400])
    )
    return _WORDS.sub("-", spelled.lower()).strip("-")


def room_name(prefix: str, incident: int, title: str, attempt: int = 0) -> str:
    """A channel name of at most 80 characters: `inc-42-checkout-5xx`.

    `attempt` counts the names already taken by somebody else's channel and adds a suffix.
    """
    head = f"{prefix}-{incident}"
    tail = f"-{attempt + 1}" if attempt else ""
    words = slug(title)
    room = CHANNEL_NAME_LIMIT - len(head) - len(tail) - 1
    if len(words) > room:
        cut = words[:room]
        words = cut.rsplit("-", 1)[0] if "-" in cut[room // 2 :] else cut
    return f"{head}-{words}".rstrip("-") + tail if words else head + tail
