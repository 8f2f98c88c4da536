"""Buttons of the runbook cards and the values they carry.

A value is compact JSON: ``r`` the runbook's key, ``s`` a section query, ``p`` the page (from 0)
and whatever context the caller adds, such as the incident. Ids of buttons that repeat in one row
carry a suffix after the action's name: ``runbook.section.3``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.nodes import Block as Node
from incident_bot.domain.runbooks.nodes import Text, inlines_in, walk
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.slack import actions
from incident_bot.slack.blockkit import BUTTON_VALUE, Block, button, shorten

RATINGS = (("worked", "👍 Worked"), ("failed", "👎 Didn't work"), ("outdated", "🕰 Outdated"))
MAX_SECTION_BUTTONS = 10
MAX_LINKS = 5
_LABEL = 32


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a pressed runbook button said."""

    runbook: str
    section: str = ""
    page: int = 0
    rating: str = ""
    context: Mapping[str, str] | None = None


def pack(
    key: str, section: str = "", page: int = 0, *, rating: str = "", context: Mapping[str, str]
) -> str:
    """Return a button value; context that does not fit is left out rather than cut."""
    value: dict[str, object] = {"r": key}
    if section:
        value["s"] = section
    if page:
        value["p"] = page
    if rating:
        value["v"] = rating
    full = json.dumps({**value, **({"c": dict(context)} if context else {})}, separators=(",", ":"))
    if len(full) <= BUTTON_VALUE:
        return full
    value["s"] = section[:300]
    return json.dumps(value, separators=(",", ":"))[:BUTTON_VALUE]


def unpack(value: str) -> Pressed | None:
    """Read a button value; None when it is not one of ours."""
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or not isinstance(read.get("r"), str):
        return None
    page, context = read.get("p", 0), read.get("c", {})
    return Pressed(
        runbook=read["r"],
        section=str(read.get("s", "")),
        page=page if isinstance(page, int) and page >= 0 else 0,
        rating=str(read.get("v", "")),
        context={str(k): str(v) for k, v in context.items()} if isinstance(context, dict) else {},
    )


def section_query(section: Section) -> str:
    """Return the query that leads to exactly this section."""
    return f"#{section.anchor}" if section.anchor else section.title


def section_buttons(
    runbook: Runbook, shown: Sequence[Section], context: Mapping[str, str]
) -> list[Block]:
    """Return a button for each main section that holds something and is not on screen."""
    on_screen = {section.index for section in shown}
    main = [s for s in main_sections(runbook) if s.index not in on_screen]
    buttons = [
        button(
            shorten(section.title or "Section", _LABEL),
            f"{actions.RUNBOOK_SECTION}.{number}",
            pack(runbook.key, section_query(section), context=context),
        )
        for number, section in enumerate(main[:MAX_SECTION_BUTTONS])
    ]
    if len(main) > MAX_SECTION_BUTTONS:
        value = pack(runbook.key, context=context)
        buttons.append(button("All sections", actions.RUNBOOK_OPEN, value))
    return buttons


def main_sections(runbook: Runbook) -> tuple[Section, ...]:
    """Return the sections to offer: the runbook's direct ones, or theirs when there is only one."""
    document = runbook.document
    root = runbook.root
    direct = document.children(root)
    while len(direct) == 1 and document.children(direct[0].index):
        direct = document.children(direct[0].index)
    return tuple(section for section in direct if document.is_filled(section.index))


def linked_runbooks(
    shelf: Shelf, runbook: Runbook, nodes: Sequence[Node]
) -> list[tuple[Runbook, str]]:
    """Return the other runbooks a text links to, then those its front matter relates to."""
    found: dict[str, tuple[Runbook, str]] = {}
    for node in walk(nodes):
        for inline in inlines_in(node):
            if isinstance(inline, Text) and inline.url:
                target = shelf.follow(runbook, inline.url)
                if target.runbook is not None and target.runbook.key != runbook.key:
                    query = section_query(target.section) if target.section else ""
                    found.setdefault(target.runbook.key, (target.runbook, query))
    for name in runbook.facts.related:
        related = shelf.get(name) or shelf.get(f"{runbook.system}/{name}")
        if related is not None and related.key != runbook.key:
            found.setdefault(related.key, (related, ""))
    return list(found.values())[:MAX_LINKS]


def open_button(
    runbook: Runbook, number: int, context: Mapping[str, str], *, section: str = "", label: str = ""
) -> Block:
    """Return a button that opens a runbook, at a section when one is named."""
    text = shorten(label or f"📖 {runbook.title}", 60)
    value = pack(runbook.key, section, context=context)
    return button(text, f"{actions.RUNBOOK_OPEN}.{number}", value)


def link_buttons(shelf: Shelf, runbook: Runbook) -> list[Block]:
    """Return the dashboards, log views and the file itself as links."""
    facts = runbook.facts
    named = [("📈", link) for link in facts.dashboards] + [("🧾", link) for link in facts.logs]
    buttons = [
        button(shorten(f"{sign} {link.title}", 60), f"{actions.LINK}.{number}", url=link.url)
        for number, (sign, link) in enumerate(named[:MAX_LINKS])
        if safe_link(link.url)
    ]
    address = shelf.file_url(runbook)
    if safe_link(address):
        buttons.append(button("✏️ Edit on Git", f"{actions.LINK}.edit", url=address))
    return buttons


def safe_link(url: str) -> bool:
    """Return whether a button may open an address."""
    return url.startswith(("https://", "http://")) and len(url) <= 3000 and " " not in url


def feedback_buttons(runbook: Runbook, section: str, context: Mapping[str, str]) -> list[Block]:
    """Return step done, the ratings, report gap and escalate."""
    value = pack(runbook.key, section, context=context)
    return [
        button("✔ Step done", actions.RUNBOOK_STEP_DONE, value),
        *rating_buttons(runbook.key, section, context),
        button("🕳 Report a gap", actions.RUNBOOK_GAP, value),
        button("🚨 Escalate", actions.RUNBOOK_ESCALATE, value, style="danger"),
    ]


def rating_buttons(key: str, section: str, context: Mapping[str, str]) -> list[Block]:
    """Return a button for each way to rate a runbook."""
    return [
        button(
            label,
            f"{actions.RUNBOOK_RATE}.{rating}",
            pack(key, section, rating=rating, context=context),
        )
        for rating, label in RATINGS
    ]
