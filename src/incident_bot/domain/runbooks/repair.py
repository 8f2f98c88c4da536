"""Broken Markdown seen in published runbooks, made whole before sections are cut.

A fence that is never closed swallows every heading after it; an HTML comment that is never
closed swallows the rest of the file. Both are repaired and reported, line numbers are kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from incident_bot.domain.runbooks.document import Removed
from incident_bot.domain.runbooks.findings import Finding
from incident_bot.domain.runbooks.kinds import exact_kind
from incident_bot.domain.runbooks.syntax import Definition, References, block_tokens

_MAX_REPAIRS = 8
_HEADING = re.compile(r"^ {0,3}(#{2,6})[ \t]+(\S.*?)[ \t#]*$")
_HTML_RUNAWAYS = (
    ("<!--", "-->"),
    ("<?", "?>"),
    ("<![CDATA[", "]]>"),
    ("<!", ">"),
    ("<script", "</script>"),
    ("<pre", "</pre>"),
    ("<style", "</style>"),
    ("<textarea", "</textarea>"),
)
_SHORTCODE = re.compile(r"\{\{([<%])([^{}\n]{0,300}?)[>%]\}\}")
_REF = re.compile(r"^\s*(?:rel)?ref\s+[\"']?([^\"'\s]+)")
_LIQUID = re.compile(r"\{%[^{}\n]{0,300}%\}")
_CLASS = re.compile(r"\{:[ \t]*[.#][^{}\n]{0,100}\}")
_TOC = re.compile(r"^\s*(?:\[\[_TOC_\]\]|\[TOC\]|\{:toc\}|\$\{toc\})\s*$", re.IGNORECASE)
_SNIPPET = re.compile(r"^\s*--8<--")
_DOCTOC = ("<!-- START doctoc", "<!-- END doctoc")
_HINTS = ("{{<", "{{%", "{%", "{:", "[[_", "[toc]", "[TOC]", "${toc}", "--8<--", "doctoc")


@dataclass(slots=True)
class Repaired:
    """A text that parses as its author meant, and what had to be done to it."""

    lines: list[str]
    tokens: list[Token]
    references: References
    findings: list[Finding]
    removed: list[Removed]
    inserted: list[int]
    repeated: list[Definition]


def repair(text: str) -> Repaired:
    """Strip generator syntax, close runaway fences and comments, and parse the block structure."""
    state = Repaired(text.split("\n"), [], {}, [], [], [], [])
    _reparse(state)
    if any(hint in text for hint in _HINTS) and _strip(state):
        _reparse(state)
    for _ in range(_MAX_REPAIRS):
        if not (_repair_fence(state) or _repair_html(state)):
            break
        _reparse(state)
    state.removed += [Removed(one.line + 1, one.text) for one in state.repeated]
    return state


def _reparse(state: Repaired) -> None:
    state.tokens, state.references, state.repeated = block_tokens("\n".join(state.lines))


def code_lines(tokens: Sequence[Token]) -> set[int]:
    """Return the lines that stand inside code."""
    found: set[int] = set()
    for token in tokens:
        if token.type in {"fence", "code_block"} and token.map:
            found.update(range(token.map[0], token.map[1]))
    return found


def _strip(state: Repaired) -> bool:
    code = code_lines(state.tokens)
    changed = False
    in_doctoc = False
    for number, line in enumerate(state.lines):
        if number in code:
            continue
        starts, ends = (mark in line for mark in _DOCTOC)
        hidden = in_doctoc or starts
        in_doctoc = (in_doctoc or starts) and not ends
        hidden = bool(hidden or _TOC.match(line) or _SNIPPET.match(line))
        kept = "" if hidden else _strip_line(line)
        if kept != line:
            state.removed.append(Removed(number + 1, line))
            state.lines[number] = kept
            changed = True
    return changed


def _strip_line(line: str) -> str:
    if not any(hint in line for hint in _HINTS):
        return line
    # Odd parts stand between backticks and are left as they are.
    parts = line.split("`")
    for at in range(0, len(parts), 2):
        plain = _SHORTCODE.sub(_shortcode, parts[at])
        parts[at] = _CLASS.sub("", _LIQUID.sub("", plain))
    return "`".join(parts)


def _shortcode(match: re.Match[str]) -> str:
    reference = _REF.match(match.group(2))
    return reference.group(1) if reference else ""


def _repair_fence(state: Repaired) -> bool:
    for token in state.tokens:
        if token.type != "fence" or token.map is None:
            continue
        start, end = token.map
        closed = end - 1 > start and _closes(state.lines[end - 1], token.markup)
        at = _swallowed_heading(state.lines, start + 1, end)
        if at is None:
            continue
        if closed and not _reopened(state.lines, at, end, token):
            continue
        state.findings.append(
            Finding(_source(state, start), "RB004", "this code fence is never closed")
        )
        _insert(state, at, token.markup)
        return True
    return False


def _swallowed_heading(lines: Sequence[str], start: int, end: int) -> int | None:
    for number in range(start, min(end, len(lines))):
        heading = _HEADING.match(lines[number]) if lines[number].lstrip().startswith("##") else None
        if heading and exact_kind(heading.group(2)):
            return number
    return None


def _reopened(lines: Sequence[str], at: int, end: int, token: Token) -> bool:
    """Return whether another fence with a language opens after the heading inside this one."""
    if token.info.strip().lower().startswith(("markdown", "md")):
        return False
    opener = token.markup[:3]
    return any(
        lines[number].lstrip().startswith(opener) and lines[number].strip().strip(opener[0])
        for number in range(at, end - 1)
    )


def _closes(line: str, markup: str) -> bool:
    stripped = line.strip().lstrip("> ")
    return len(stripped) >= len(markup) and not stripped.strip(markup[0])


def _insert(state: Repaired, at: int, markup: str) -> None:
    # A blank line before the heading becomes the closing fence; otherwise a line is added.
    if at > 0 and not state.lines[at - 1].strip():
        state.lines[at - 1] = markup
        return
    state.lines.insert(at, markup)
    state.inserted = [line + 1 if line >= at else line for line in state.inserted] + [at]


def _repair_html(state: Repaired) -> bool:
    for token in state.tokens:
        if token.type != "html_block" or token.map is None:
            continue
        content = token.content.lstrip()
        lowered = content[:12].lower()
        for opening, closing in _HTML_RUNAWAYS:
            if lowered.startswith(opening.lower()):
                if closing in content.lower():
                    break
                line = token.map[0]
                at = state.lines[line].find("<")
                state.lines[line] = state.lines[line][:at] + "\\" + state.lines[line][at:]
                state.findings.append(
                    Finding(_source(state, line), "RB004", f"{opening} is never closed")
                )
                return True
    return False


def _source(state: Repaired, line: int) -> int:
    return line + 1 - sum(1 for added in state.inserted if added < line)
