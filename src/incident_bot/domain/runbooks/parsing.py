"""One file in, one document out; whatever the author wrote."""

import posixpath

from incident_bot.domain.runbooks.document import Document, Removed
from incident_bot.domain.runbooks.findings import Finding
from incident_bot.domain.runbooks.frontmatter import read_front_matter
from incident_bot.domain.runbooks.outline import build_outline
from incident_bot.domain.runbooks.repair import repair
from incident_bot.domain.runbooks.source import clean


def parse(text: str, path: str) -> Document:
    """Parse one Markdown file.

    Never raises over content: what is wrong is repaired where the author's meaning is plain,
    and reported in ``Document.findings`` either way. Pure and deterministic.

    Args:
        text: The decoded file.
        path: Its path within the library, with forward slashes.
    """
    cleaned, findings = clean(text)
    front = read_front_matter(cleaned)
    removed: tuple[Removed, ...] = ()
    if front.lines:
        removed = (Removed(1, front.raw),)
        rest = cleaned.split("\n")[front.lines :]
        cleaned = "\n".join([""] * front.lines + rest)
    repaired = repair(cleaned)
    outline = build_outline(repaired)
    title = _front_title(front.values.get("title")) or outline.title or _stem(path)
    all_findings: list[Finding] = [*findings, *front.findings, *repaired.findings]
    return Document(
        path=path,
        text="\n".join(repaired.lines),
        title=title,
        front_matter=front.values,
        sections=outline.sections,
        anchors=outline.anchors,
        references=dict(repaired.references),
        findings=tuple(sorted(all_findings)),
        removed=removed + tuple(repaired.removed),
        inserted=tuple(sorted(repaired.inserted)),
        lines=tuple(repaired.lines),
    )


def _front_title(value: object) -> str:
    return " ".join(value.split())[:300] if isinstance(value, str) else ""


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0] or path
