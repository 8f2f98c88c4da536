"""The section tree of a file: real headings, bold pseudo-headings, anchors, emptiness."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from incident_bot.domain.runbooks.anchors import AnchorMaker, anchor_key
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.inlines import build_inlines
from incident_bot.domain.runbooks.kinds import KindMatch, classify, is_lead
from incident_bot.domain.runbooks.markup import is_comment
from incident_bot.domain.runbooks.nodes import inline_text
from incident_bot.domain.runbooks.repair import Repaired
from incident_bot.domain.runbooks.syntax import References, inline_tokens

MAX_SECTIONS = 2_000
_EXPLICIT = re.compile(r"\s*\{#([\w:.-]{1,100})\}\s*$")
_NAMED = re.compile(r"<a\s+(?:name|id)\s*=\s*[\"']?([\w:.-]{1,100})", re.IGNORECASE)
_LEAD = re.compile(r"^\s{0,3}(?:\*\*|__)([^*_\n]{2,60})(?:\*\*|__)[ \t]*(:?)")
_MIXED_LEAD = re.compile(r"^\s{0,3}([^\n]{2,80}):\s*$")
_PLAIN = re.compile(r"^[\w ,.;:()/'\u2019-]*$")
_EMPTY_WORDS = frozenset({"todo", "tbd", "fixme", "n a", "na", "none", ""})
_CONTENT = frozenset({"inline", "fence", "code_block", "html_block", "hr"})


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a section starts, before the tree is known."""

    title: str
    level: int
    line: int
    body: int
    lead: int = 0
    pseudo: bool = False
    explicit: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree and where its anchors lead."""

    title: str | None
    sections: tuple[Section, ...]
    anchors: Mapping[str, int]


def build_outline(repaired: Repaired) -> Outline:
    """Cut a repaired text into sections, the whole file first."""
    marks = list(_marks(repaired))
    marks.sort(key=lambda mark: mark.line)
    title = next((mark.title for mark in marks if mark.level == 1), None)
    first = next((mark for mark in marks if not mark.pseudo), None)
    merged = first if first is not None and first.level == 1 else None
    kept = [mark for mark in marks if mark is not merged][: MAX_SECTIONS - 1]
    filled = _filled_lines(repaired)
    sections = _tree(kept, merged, len(repaired.lines), filled)
    return Outline(title, sections, _anchors(repaired.lines, sections))


def _marks(repaired: Repaired) -> Iterator[_Mark]:
    tokens = repaired.tokens
    level = 0
    for at, token in enumerate(tokens):
        if token.level != 0 or token.map is None:
            continue
        if token.type == "heading_open":
            level = int(token.tag[1:])
            source = tokens[at + 1].content
            explicit = _EXPLICIT.search(source)
            shown = _EXPLICIT.sub("", source)
            title = _plain_title(shown, repaired.references)
            name = explicit.group(1) if explicit else ""
            rest = shown if "]" in shown or "<" in shown else ""
            yield _Mark(title, level, token.map[0], token.map[1], explicit=name, source=rest)
        elif token.type == "paragraph_open":
            yield from _leads(repaired.lines, token.map[0], token.map[1], level)


def _plain_title(source: str, references: References) -> str:
    if _PLAIN.match(source):
        return source.strip()
    text = inline_text(build_inlines(inline_tokens(source, references)))
    return " ".join(text.split())


def _leads(lines: Sequence[str], start: int, stop: int, level: int) -> Iterator[_Mark]:
    """Yield bold lines that stand for headings: ``**Symptoms**:`` or ``How to **fix** it:``."""
    for number in range(start, stop):
        line = lines[number]
        if "**" not in line and "__" not in line:
            continue
        lead = _LEAD.match(line)
        if lead is not None:
            inner, colon = lead.group(1), lead.group(2)
            rest = line[lead.end() :].strip()
            standing = bool(colon) or inner.rstrip().endswith(":") or not rest
            if standing and is_lead(inner):
                yield _pseudo(inner.strip().rstrip(":"), level, number, lead.end())
                continue
        mixed = _MIXED_LEAD.match(line)
        if mixed is not None:
            words = mixed.group(1).replace("**", "").replace("__", "")
            if is_lead(words):
                yield _pseudo(words.strip(), level, number, len(line))


def _pseudo(title: str, level: int, line: int, lead: int) -> _Mark:
    return _Mark(title, max(level, 1) + 1, line, line, lead, pseudo=True)


def _tree(
    marks: Sequence[_Mark], merged: _Mark | None, total: int, filled: Sequence[int]
) -> tuple[Section, ...]:
    """Hang every mark under the nearest heading of a lower level; skipped levels are tolerated."""
    # Text above the title belongs to the file's own text, and so does the title line then.
    body = merged.body if merged and not _any(filled, 0, merged.line) else 0
    top = _Mark(merged.title if merged else "", 0, 0, body, source=merged.source if merged else "")
    sections = [_section(top, 0, None)]
    ends = [total]
    open_sections = [0]
    maker = AnchorMaker()
    root_anchor = (merged.explicit or maker.make(merged.title)) if merged else ""
    for number, mark in enumerate(marks, start=1):
        while sections[open_sections[-1]].level >= mark.level:
            ends[open_sections.pop()] = mark.line
        section = _section(mark, number, open_sections[-1])
        sections.append(replace(section, anchor=mark.explicit or maker.make(mark.title)))
        ends.append(total)
        open_sections.append(number)
    stops = [section.line for section in sections[1:]] + [total]
    done = [
        replace(section, stop=stop, end=end, filled=_any(filled, section.body, stop))
        for section, stop, end in zip(sections, stops, ends, strict=True)
    ]
    done[0] = replace(done[0], anchor=root_anchor)
    return _with_overview(tuple(done))


def _section(mark: _Mark, index: int, parent: int | None) -> Section:
    kinds = classify(mark.title, tokens=mark.level > 1) if index else ()
    return Section(
        index=index,
        title=mark.title,
        level=mark.level,
        anchor=mark.explicit,
        kinds=kinds,
        parent=parent,
        line=mark.line,
        body=mark.body,
        stop=mark.body,
        end=mark.body,
        filled=False,
        lead=mark.lead,
        pseudo=mark.pseudo,
        source=mark.source,
    )


def _with_overview(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Let the text before the first heading serve as overview when nothing else does."""
    if not sections[0].filled or any(section.grade("overview") for section in sections):
        return sections
    return (replace(sections[0], kinds=(KindMatch("overview", "exact"),)), *sections[1:])


def _filled_lines(repaired: Repaired) -> list[int]:
    """Return, sorted, the lines at which something worth reading starts."""
    heading = False
    found: list[int] = []
    for token in repaired.tokens:
        if token.type == "heading_open":
            heading = token.level == 0
        elif token.type == "heading_close":
            heading = False
        elif token.type in _CONTENT and token.map and not heading and _says_something(token):
            found.extend(_telling_lines(repaired.lines, token))
    return sorted(found)


def _telling_lines(lines: Sequence[str], token: Token) -> Iterator[int]:
    start, stop = token.map or (0, 0)
    if token.type != "inline":
        yield start
        return
    # A paragraph may hold pseudo-headings: each of its lines counts for its own section.
    for number in range(start, stop):
        lead = _LEAD.match(lines[number]) or _MIXED_LEAD.match(lines[number])
        is_head = lead is not None and is_lead(lead.group(1).replace("**", ""))
        if not is_head or (lead is not None and lines[number][lead.end() :].strip(" :")):
            yield number


def _says_something(token: Token) -> bool:
    if token.type == "html_block":
        return not is_comment(token.content)
    if token.type == "hr":
        return False
    words = token.content.strip().strip("*_:.`").lower().replace("/", " ")
    return words not in _EMPTY_WORDS


def _any(sorted_lines: Sequence[int], start: int, stop: int) -> bool:
    at = bisect_left(sorted_lines, start)
    return at < len(sorted_lines) and sorted_lines[at] < stop


def _anchors(lines: Sequence[str], sections: Sequence[Section]) -> dict[str, int]:
    found: dict[str, int] = {}
    for section in sections:
        if section.anchor:
            found.setdefault(anchor_key(section.anchor), section.index)
    if any("<a" in line for line in lines):
        starts = [section.line for section in sections]
        for number, line in enumerate(lines):
            for name in _NAMED.findall(line) if "<a" in line else ():
                found.setdefault(anchor_key(name), _governing(lines, starts, number))
    return found


def _governing(lines: Sequence[str], starts: Sequence[int], line: int) -> int:
    """Return the section an ``<a name>`` stands in, or the one right below it."""
    following = line + 1
    while following < len(lines) and not lines[following].strip():
        following += 1
    inside = bisect_right(starts, line) - 1
    below = bisect_right(starts, following) - 1
    return below if below > 0 and starts[below] == following else inside
