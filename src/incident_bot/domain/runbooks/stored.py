"""A parsed document as JSON values and back, for a cache keyed by the file's content.

Only what parsing costs is stored: the outline, front matter and findings. The text itself is
stored only when repair changed it; nodes are built when shown. The search index of a whole
library is stored beside it, see ``SearchIndex.dump``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from incident_bot.domain.runbooks.document import Document, Removed, Section
from incident_bot.domain.runbooks.findings import Finding
from incident_bot.domain.runbooks.kinds import GRADES, KindMatch

FORMAT = 5
"""Raise it whenever parsing or this layout changes; older caches are then ignored."""


def dump(document: Document, source: str) -> dict[str, Any]:
    """Return a document as JSON values.

    Args:
        document: The parsed file.
        source: The decoded text the document was parsed from.
    """
    return {
        "title": document.title,
        "text": None if document.text == source else document.text,
        "front": dict(document.front_matter),
        "sections": [_dump_section(section) for section in document.sections],
        "anchors": dict(document.anchors),
        "references": {key: dict(value) for key, value in document.references.items()},
        "findings": [[one.line, one.code, one.message] for one in document.findings],
        "removed": [[one.line, one.text] for one in document.removed],
        "inserted": list(document.inserted),
    }


def load(stored: Mapping[str, Any], path: str, source: str) -> Document:
    """Return a document from its stored form.

    Raises:
        KeyError, TypeError, ValueError, IndexError: The stored form is damaged; parse again.
    """
    text = source if stored["text"] is None else str(stored["text"])
    return Document(
        path=path,
        text=text,
        title=stored["title"],
        front_matter=stored["front"],
        sections=tuple(_load_section(index, row) for index, row in enumerate(stored["sections"])),
        anchors=stored["anchors"],
        references=stored["references"],
        findings=tuple(Finding(*one) for one in stored["findings"]),
        removed=tuple(Removed(*one) for one in stored["removed"]),
        inserted=tuple(stored["inserted"]),
        lines=tuple(text.split("\n")),
    )


def _dump_section(one: Section) -> list[Any]:
    kinds = [[match.kind, GRADES.index(match.grade)] for match in one.kinds]
    flags = int(one.filled) + 2 * int(one.pseudo)
    return [
        one.title,
        one.level,
        one.anchor,
        kinds,
        one.parent,
        one.line,
        one.body,
        one.stop,
        one.end,
        flags,
        one.lead,
        one.source,
    ]


def _load_section(index: int, row: Sequence[Any]) -> Section:
    title, level, anchor, kinds, parent, line, body, stop, end, flags, lead, source = row
    return Section(
        index,
        title,
        level,
        anchor,
        tuple(KindMatch(kind, GRADES[grade]) for kind, grade in kinds),
        parent,
        line,
        body,
        stop,
        end,
        bool(flags & 1),
        lead,
        bool(flags & 2),
        source,
    )
