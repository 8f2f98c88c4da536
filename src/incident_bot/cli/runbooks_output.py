"""Sections and resolutions as a terminal program prints them."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

from incident_bot.domain.runbooks.answers import SectionAnswer
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.firing import FiringAlert, alerts_in
from incident_bot.domain.runbooks.shelf import Ambiguous, Found, Resolution, Shelf
from incident_bot.domain.runbooks.written import plain_text, safe_html
from incident_bot.errors import Refused

MAX_PAYLOAD = 5_000_000
"""Characters of a file of alerts."""


class ShowForm(StrEnum):
    """What a section is printed as."""

    TEXT = "text"
    BLOCKS = "blocks"
    MARKDOWN = "markdown"
    HTML = "html"


def written(shelf: Shelf, answer: SectionAnswer, form: ShowForm) -> str:
    """Return the sections of an answer as text, Markdown or HTML."""
    if form is ShowForm.MARKDOWN:
        return answer.markdown()
    runbook, parts = answer.runbook, []
    for one in answer.sections:
        whole = one.index != runbook.root
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


def alert_lines(shelf: Shelf, path: Path) -> list[dict[str, Any]]:
    """Return what `resolve --alert` prints for each alert of a file (``-``: standard input).

    Raises:
        Refused: The file cannot be read, or holds no alert.
    """
    hint = "Give the JSON body of an Alertmanager webhook."
    try:
        raw = sys.stdin.read(MAX_PAYLOAD + 1) if str(path) == "-" else _text(path)
        if len(raw) > MAX_PAYLOAD:
            raise Refused(f"{path} is larger than 5 MB.", hint)
        found = alerts_in(json.loads(raw))
    except (OSError, ValueError, RecursionError) as fault:
        raise Refused(f"{path}: {str(fault)[:200]}", hint) from fault
    if not found:
        raise Refused(f"{path} holds no alert.", hint)
    return [_matched(shelf, alert) for alert in found]


def _text(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(MAX_PAYLOAD + 1)


def _matched(shelf: Shelf, alert: FiringAlert) -> dict[str, Any]:
    match = shelf.for_alert(alert.labels, alert.annotations, alert.generator_url)
    line: dict[str, Any] = {"alert": alert.name, "matched_by": match.rule}
    line |= {"fingerprint": alert.fingerprint} if alert.fingerprint else {}
    line |= {"runbook_url": match.url} if match.url else {}
    if match.runbook is not None or match.choices:
        line |= _named(match.runbook or match.choices[0])
        line |= {"section": match.section.title} if match.section else {}
        if match.runbook is None:
            line |= {"ambiguous": True, "choices": [book.key for book in match.choices]}
        return line
    near = shelf.suggest(alert.labels, alert.labels.get("service", ""), alert.name, 5)
    return {**line, "suggestions": [one.runbook.key for one in near]}


def _named(runbook: Runbook) -> dict[str, Any]:
    return {
        "runbook": runbook.slug,
        "system": runbook.system,
        "title": runbook.title,
        "path": runbook.path,
        "library": runbook.library,
    }
