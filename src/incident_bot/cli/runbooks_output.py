"""Sections and resolutions as a terminal program prints them."""

from enum import StrEnum
from typing import Any

from incident_bot.domain.runbooks.answers import SectionAnswer
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.shelf import Ambiguous, Found, Resolution, Shelf
from incident_bot.domain.runbooks.written import plain_text, safe_html


class ShowForm(StrEnum):
    """What a section is printed as."""

    TEXT = "text"
    BLOCKS = "blocks"
    MARKDOWN = "markdown"
    HTML = "html"


def written(shelf: Shelf, answer: SectionAnswer, form: ShowForm) -> str:
    """Return the sections of an answer as text, Markdown or HTML."""
    runbook, parts = answer.runbook, []
    for one in answer.sections:
        whole = one.index != runbook.root
        if form is ShowForm.MARKDOWN:
            text = runbook.document.markdown(one.index, whole=whole)
            parts.append(f"## {one.title or runbook.title}\n\n{text}")
            continue
        blocks = runbook.document.blocks(one.index) if whole else runbook.document.own_blocks(0)
        if form is ShowForm.HTML:
            parts.append(safe_html(blocks, lambda href: shelf.follow(runbook, href).url))
        else:
            path = " › ".join(runbook.document.heading_path(one.index))
            parts.append(f"{path or runbook.title}\n\n{plain_text(blocks)}")
    return "\n\n".join(parts)


def resolved(query: str, found: Resolution) -> dict[str, Any]:
    """Return what `resolve` prints for one name."""
    if isinstance(found, Found):
        line = {"query": query, **_named(found.runbook), "matched_by": found.matched_by}
        if found.section is not None:
            line["section"] = found.section.title
        if found.also:
            line["also"] = [book.key for book in found.also]
        return line
    if isinstance(found, Ambiguous):
        first = found.choices[0]
        choices = [book.key for book in found.choices]
        return {
            "query": query,
            **_named(first),
            "matched_by": found.matched_by,
            "ambiguous": True,
            "choices": choices,
        }
    return {"query": query, "suggestions": [book.key for book in found.suggestions]}


def _named(runbook: Runbook) -> dict[str, Any]:
    return {
        "runbook": runbook.slug,
        "system": runbook.system,
        "title": runbook.title,
        "path": runbook.path,
        "library": runbook.library,
    }
