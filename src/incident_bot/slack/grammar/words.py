"""Taking a typed line apart: words, quotes, people, options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from incident_bot.slack.grammar.orders import Mention

_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_MENTION = r"<@(?P<id>[UW][A-Z0-9]{2,20})(?:\|(?P<label>[^<>]*))?>"
_PERSON = re.compile(_MENTION + r"|(?<![\w@<])@(?P<name>\w[\w.\-]{0,79})")
_REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_OPTION = re.compile(r"(?:--|—|–)(?P<name>[A-Za-z][\w-]*)(?:=(?P<value>.*))?")
_QUOTES = {'"': '"', "'": "'", "“": "”", "”": "”", "„": "“", "‘": "’", "«": "»", "`": "`"}
NEAR = 55
"""How alike (0–100) a word must be to be suggested."""


def tidy(text: str) -> str:
    """Undo Slack's entities and drop invisible characters; the rest stays as it was typed.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    visible = _INVISIBLE.sub("", text).strip()
    return visible.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def first_word(text: str) -> tuple[str, str]:
    """The first word and the rest, whose line breaks stay; both empty for an empty text."""
    parts = text.split(None, 1)
    return (parts[0] if parts else "", parts[1].strip() if len(parts) > 1 else "")


def first_name(text: str) -> tuple[str, str]:
    """The first word or quoted phrase without its quotes, and the rest."""
    closing = _QUOTES.get(text[:1])
    end = text.find(closing, 1) if closing else -1
    if end > 1 and (end + 1 == len(text) or text[end + 1].isspace()):
        return text[1:end].strip(), text[end + 1 :].strip()
    return first_word(text)


def unquoted(text: str) -> str:
    """A text without the quotes that enclose all of it."""
    stripped = text.strip()
    inner = stripped[1:-1]
    encloses = len(stripped) > 1 and _QUOTES.get(stripped[0]) == stripped[-1]
    whole = encloses and stripped[0] not in inner and stripped[-1] not in inner
    return inner.strip() if whole else stripped


def as_words(text: str) -> str:
    """One line of plain words: mentions, channels and links as people read them."""
    return " ".join(_REFERENCE.sub(_spoken, text).split())


def leading_person(text: str) -> tuple[Mention | None, str]:
    """Somebody named at the beginning, and the rest."""
    found = _PERSON.match(text)
    return (_mention(found), text[found.end() :].strip(" \t,:")) if found else (None, text)


def any_person(text: str) -> tuple[Mention | None, str]:
    """Somebody named anywhere, and the words around."""
    found = _PERSON.search(text)
    if found is None:
        return None, text
    return _mention(found), f"{text[: found.start()]} {text[found.end() :]}".strip()


def nearest(word: str, known: Sequence[str], least: float = NEAR) -> str | None:
    """The known word most like the one typed, or None when none is alike."""
    best = process.extractOne(word.casefold(), known, scorer=fuzz.ratio, score_cutoff=least)
    return best[0] if best else None


@dataclass(frozen=True, slots=True)
class Options:
    """The options found in a line: switches, values, and near misses as they were typed."""

    switches: frozenset[str]
    values: dict[str, str]
    misspelt: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    """The other words, in order."""


def take_options(text: str, switches: Sequence[str], valued: Sequence[str]) -> Options:
    """Find `--switch`, `--name value` and `--name=value` anywhere; phones write `—switch`.

    An option without its value is in `values` as "". Other words with dashes stay words.
    """
    found: set[str] = set()
    values: dict[str, str] = {}
    misspelt: list[tuple[str, str]] = []
    words: list[str] = []
    rest = text.split()[::-1]
    while rest:
        word = rest.pop()
        option = _OPTION.fullmatch(word)
        name = option["name"].casefold() if option else ""
        if option is None:
            words.append(word)
        elif name in switches:
            found.add(name)
        elif name in valued:
            follows = rest.pop() if option["value"] is None and _is_value(rest) else ""
            values[name] = unquoted(option["value"] or follows)
        elif meant := _meant(name, [*switches, *valued]):
            misspelt.append((word, meant))
        else:
            words.append(word)
    return Options(frozenset(found), values, tuple(misspelt), tuple(words))


def _is_value(rest: list[str]) -> bool:
    return bool(rest) and _OPTION.fullmatch(rest[-1]) is None


def _meant(name: str, known: Sequence[str]) -> str | None:
    """The option a misspelt one means: at most two slips for long names, one for short ones."""
    for option in known:
        slips = 2 if len(option) > 5 else 1
        if OSA.distance(name, option, score_cutoff=slips) <= slips:
            return option
    return None


def _mention(found: re.Match[str]) -> Mention:
    if found["id"]:
        return Mention(found["id"], found["label"] or "")
    return Mention(None, found["name"].rstrip("."))


def _spoken(reference: re.Match[str]) -> str:
    sign, target, label = reference[1], reference[2], reference[3]
    if sign == "@":
        return "@" + (label or target).lstrip("@")
    if sign == "#":
        return "#" + (label or target).lstrip("#")
    if sign == "!":
        return "@" + (label or target.partition("^")[0]).lstrip("@")
    is_link = re.match(r"(https?://|mailto:)", target) is not None
    return target.removeprefix("mailto:") if is_link else reference[0]
