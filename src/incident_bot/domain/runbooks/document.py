"""One parsed file: its outline now, its bodies on demand.

The outline (sections with kinds, anchors and line ranges) is cheap and cached; nodes of a
section are built from its own lines when it is shown, which keeps a library of a thousand files
quick to load and a 250 kB file quick to answer from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from incident_bot.domain.runbooks.blocks import build_blocks
from incident_bot.domain.runbooks.findings import Finding
from incident_bot.domain.runbooks.inlines import build_inlines
from incident_bot.domain.runbooks.kinds import KindMatch
from incident_bot.domain.runbooks.nodes import Block, Heading, Inline, Text, inline_text
from incident_bot.domain.runbooks.syntax import inline_tokens


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what it governs.

    Lines count from 0 in ``Document.text``: the heading stands at ``line``, its own text is
    ``[body, stop)`` and its subtree ``[line, end)``. ``lead`` is how many characters of the
    first body line belong to a bold pseudo-heading. ``filled`` says whether the own text holds
    words (``TODO`` alone does not count). ``source`` is the heading's Markdown where it says more
    than ``title`` does, such as a link.
    """

    index: int
    title: str
    level: int
    anchor: str
    kinds: tuple[KindMatch, ...]
    parent: int | None
    line: int
    body: int
    stop: int
    end: int
    filled: bool
    lead: int = 0
    pseudo: bool = False
    source: str = ""

    def grade(self, kind: str) -> str | None:
        """Return how certainly this section is of a kind, or None when it is not."""
        return next((match.grade for match in self.kinds if match.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Removed:
    """Text taken out of sight on purpose: front matter, a table of contents, a shortcode."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file. ``sections[0]`` is the file as a whole; the rest follow in reading order.

    ``inserted`` lists the lines of ``text`` that are not in the file (repaired fences).
    """

    path: str
    text: str
    title: str
    front_matter: Mapping[str, Any]
    sections: tuple[Section, ...]
    anchors: Mapping[str, int]
    references: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    removed: tuple[Removed, ...] = ()
    inserted: tuple[int, ...] = ()
    lines: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def children(self, index: int) -> tuple[Section, ...]:
        """Return the direct subsections of a section."""
        return tuple(s for s in self.subtree(index)[1:] if s.parent == index)

    def subtree(self, index: int) -> tuple[Section, ...]:
        """Return a section and everything below it, in reading order."""
        stop = index + 1
        end = self.sections[index].end
        while stop < len(self.sections) and self.sections[stop].line < end:
            stop += 1
        return self.sections[index:stop]

    def heading_path(self, index: int) -> tuple[str, ...]:
        """Return the titles from the outermost heading down to a section, the file's excluded."""
        titles: list[str] = []
        at: int | None = index
        while at:
            titles.append(self.sections[at].title)
            at = self.sections[at].parent
        return tuple(reversed(titles))

    def is_filled(self, index: int) -> bool:
        """Return whether a section or anything below it holds words."""
        return any(section.filled for section in self.subtree(index))

    def source_line(self, line: int) -> int:
        """Return the line number, from 1, in the file as its author sees it."""
        return line + 1 - sum(1 for added in self.inserted if added < line)

    def markdown(self, index: int, *, whole: bool = True) -> str:
        """Return the source of a section, without its own heading."""
        section = self.sections[index]
        lines = list(self.lines[section.body : section.end if whole else section.stop])
        if lines and section.lead:
            lines[0] = lines[0][section.lead :].lstrip()
        return "\n".join(lines).strip("\n")

    def heading(self, index: int) -> tuple[Inline, ...]:
        """Return a section's heading with its links and styles."""
        section = self.sections[index]
        if not section.source:
            return (Text(section.title),) if section.title else ()
        return build_inlines(inline_tokens(section.source, dict(self.references)))

    def own_blocks(self, index: int) -> tuple[Block, ...]:
        """Return the nodes of a section's own text."""
        blocks = build_blocks(self.markdown(index, whole=False), dict(self.references))
        return blocks if index else _without_title(blocks, self.sections[0].title)

    def blocks(self, index: int) -> tuple[Block, ...]:
        """Return the nodes of a section with its subsections as headings, its own heading left out."""
        found: list[Block] = []
        for section in self.subtree(index):
            if section.index != index and section.title:
                found.append(Heading(max(1, section.level), self.heading(section.index)))
            found.extend(self.own_blocks(section.index))
        return tuple(found)


def _without_title(blocks: tuple[Block, ...], title: str) -> tuple[Block, ...]:
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            same = block.level == 1 and " ".join(inline_text(block.inlines).split()) == title
            return blocks[:at] + blocks[at + 1 :] if same else blocks
    return blocks
