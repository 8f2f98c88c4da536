"""Seven spellings of "Note:", one node."""

import re
from dataclasses import replace

from incident_bot.domain.runbooks.nodes import (
    Admonition,
    Block,
    Inline,
    Paragraph,
    Quote,
    Text,
    inline_text,
)

KINDS = frozenset(
    [
        "note",
        "notes",
        "info",
        "tip",
        "hint",
        "important",
        "warning",
        "caution",
        "danger",
        "attention",
        "example",
        "bug",
        "success",
        "question",
        "failure",
        "abstract",
        "summary",
        "disclaimer",
        "details",
    ]
)
_CANONICAL = {"notes": "note", "attention": "warning", "disclaimer": "note"}
_PLAIN_LEAD = re.compile(r"^(NOTES?|INFO|TIP|HINT|IMPORTANT|WARNING|CAUTION|DANGER|ATTENTION):\s*")
_ALERT_MARK = re.compile(r"^\[!([A-Za-z]{2,20})\][+-]?[ \t]*")
_CONTAINER = re.compile(r"^\s*([\w-]{1,40})\s*(?:\[([^\]]{0,200})\]|[\"']?([^\"'{]{0,200}))")


def canonical(kind: str) -> str:
    """Return the name under which a kind of admonition is shown."""
    kind = kind.lower()
    return _CANONICAL.get(kind, kind)


def from_container(info: str, blocks: tuple[Block, ...]) -> Admonition:
    """Read ``:::caution[Title]`` and ``::: note Title``."""
    match = _CONTAINER.match(info)
    if match is None:
        return Admonition("note", info.strip(), blocks)
    title = (match.group(2) or match.group(3) or "").strip()
    return Admonition(canonical(match.group(1)), title, blocks)


def from_quote(blocks: tuple[Block, ...]) -> Block:
    """Read ``> [!NOTE]`` and ``> **Note**``; any other quote stays one."""
    if not blocks or not isinstance(blocks[0], Paragraph | Admonition):
        return Quote(blocks)
    if isinstance(blocks[0], Admonition):
        first = blocks[0]
        return replace(first, blocks=first.blocks + blocks[1:])
    lead = _alert_lead(blocks[0].inlines)
    if lead is None:
        return Quote(blocks)
    kind, rest = lead
    body = (Paragraph(rest), *blocks[1:]) if rest else blocks[1:]
    return Admonition(kind, "", body)


def from_paragraph(inlines: tuple[Inline, ...]) -> Block:
    """Read ``**Note:** …``, ``**Note**: …`` and ``NOTE: …``; any other paragraph stays one."""
    lead = _bold_lead(inlines) or _plain_lead(inlines)
    if lead is None:
        return Paragraph(inlines)
    kind, rest = lead
    return Admonition(kind, "", (Paragraph(rest),) if rest else ())


def _bold_lead(inlines: tuple[Inline, ...]) -> tuple[str, tuple[Inline, ...]] | None:
    first = inlines[0] if inlines else None
    if not isinstance(first, Text) or not (first.bold or first.italic) or first.url:
        return None
    word = first.text.strip().rstrip(":").strip().lower()
    if word not in KINDS:
        return None
    rest = inlines[1:]
    colon = first.text.rstrip().endswith(":")
    if not colon and rest:
        following = rest[0]
        if not isinstance(following, Text) or not following.text.lstrip().startswith(":"):
            return None
        rest = (replace(following, text=following.text.lstrip()[1:]), *rest[1:])
    return canonical(word), _left_trim(rest)


def _plain_lead(inlines: tuple[Inline, ...]) -> tuple[str, tuple[Inline, ...]] | None:
    first = inlines[0] if inlines else None
    if not isinstance(first, Text) or first.code or first.url:
        return None
    match = _PLAIN_LEAD.match(first.text)
    if match is None:
        return None
    rest = (replace(first, text=first.text[match.end() :]), *inlines[1:])
    return canonical(match.group(1)), _left_trim(rest)


def _alert_lead(inlines: tuple[Inline, ...]) -> tuple[str, tuple[Inline, ...]] | None:
    first = inlines[0] if inlines else None
    if not isinstance(first, Text):
        return None
    match = _ALERT_MARK.match(inline_text(inlines)[:40])
    if match is not None and match.end() <= len(first.text):
        rest = (replace(first, text=first.text[match.end() :]), *inlines[1:])
        return canonical(match.group(1)), _left_trim(rest)
    word = first.text.strip().rstrip(":").lower()
    if first.bold and word in KINDS:
        return canonical(word), _left_trim(inlines[1:])
    return None


def _left_trim(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    runs = list(inlines)
    while runs and isinstance(runs[0], Text):
        stripped = runs[0].text.lstrip()
        if stripped:
            runs[0] = replace(runs[0], text=stripped)
            break
        runs.pop(0)
    return tuple(runs)
