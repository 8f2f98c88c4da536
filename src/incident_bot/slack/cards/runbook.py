"""A runbook's section as messages: what was asked, how it was found, the text, what to do next."""

from collections.abc import Mapping, Sequence

from incident_bot.domain.runbooks.answers import SectionAnswer
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.kinds import label
from incident_bot.domain.runbooks.nodes import Block as Node
from incident_bot.domain.runbooks.nodes import Heading, Paragraph, Text
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.domain.runbooks.written import plain_text
from incident_bot.slack import actions, richtext
from incident_bot.slack.blockkit import (
    FALLBACK_TEXT,
    Block,
    Card,
    button,
    context,
    escape,
    section,
    shorten,
    shorten_escaped,
)
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.runbook_buttons import (
    feedback_buttons,
    link_buttons,
    linked_runbooks,
    main_sections,
    open_button,
    pack,
    section_buttons,
    section_query,
)
from incident_bot.slack.cards.runbook_pages import PAGE_SIZE, pages

MAX_TOGETHER = 3
"""Sections of one answer shown together; more become a chooser."""
MANY_PAGES = 3
"""Pages of an answer beyond which all of it is offered as a file."""
_NO_CONTEXT: Mapping[str, str] = {}


def runbook_card(
    runbook: Runbook,
    shelf: Shelf,
    asked: str | None,
    page: int = 0,
    *,
    about: Mapping[str, str] = _NO_CONTEXT,
) -> Card:
    """Return one page of the section that was asked for, or (None) the outline."""
    if asked is None:
        return outline_card(runbook, shelf, about=about)
    found = section_message(shelf.section(runbook, asked), shelf, about=about)
    return found[min(page, len(found) - 1)]


def section_message(
    answer: SectionAnswer,
    shelf: Shelf,
    *,
    about: Mapping[str, str] = _NO_CONTEXT,
    size: int = PAGE_SIZE,
) -> list[Card]:
    """Return the pages of an answer; post the first, the others on "Show more".

    Args:
        answer: What ``Shelf.section`` returned. Without sections the outline is shown instead.
        shelf: Where links lead.
        about: Context every button carries back, such as ``{"incident": "42"}``.
        size: Characters per page; halve it when Slack answers ``msg_blocks_too_long``.
    """
    if not answer.found:
        return [outline_card(answer.runbook, shelf, notice=_missing(answer), about=about)]
    if len(answer.sections) > MAX_TOGETHER:
        return [_choose_section(answer, about)]
    nodes = _nodes(answer)
    pieces = richtext.render(nodes, _links(shelf, answer.runbook))
    filled = pages(
        pieces or [richtext.section_of([richtext.text_part("This section is empty.")])], size
    )
    return [
        _page(answer, shelf, nodes, blocks, number, len(filled), about)
        for number, blocks in enumerate(filled)
    ]


def outline_card(
    runbook: Runbook,
    shelf: Shelf,
    *,
    notice: str = "",
    about: Mapping[str, str] = _NO_CONTEXT,
) -> Card:
    """Return a runbook's table of contents, with a button for each main section."""
    title = f"📖 *{shorten_escaped(runbook.title, 200)}*"
    blocks: list[Block] = [section(title)]
    if notice:
        blocks.append(context(notice))
    lines = _outline_lines(runbook)
    if lines:
        blocks.append(section("\n".join(lines)))
    buttons = section_buttons(runbook, (), about)
    if buttons:
        blocks.append(row(buttons))
    related = _related_row(shelf, runbook, (), about)
    blocks.extend([row(related)] if related else [])
    blocks.append(context(_footnote(runbook, ())))
    blocks.append(row(feedback_buttons(runbook, "", about)))
    text = shorten_escaped(f"{runbook.title}: {len(runbook.sections)} sections", FALLBACK_TEXT)
    return Card(text, blocks)


def _outline_lines(runbook: Runbook) -> list[str]:
    """Return the outline as mrkdwn within one section's limit."""
    base = runbook.document.sections[runbook.root].level
    lines: list[str] = []
    length = 0
    for one in runbook.sections:
        depth = max(0, min(one.level - base - 1, 4))
        empty = "" if runbook.document.is_filled(one.index) else " _(empty)_"
        line = f"{'　' * depth}• {shorten_escaped(one.title or '…', 120)}{empty}"
        if length + len(line) > 2_700:
            lines.append("…")
            break
        lines.append(line)
        length += len(line) + 1
    return lines


def _nodes(answer: SectionAnswer) -> tuple[Node, ...]:
    document = answer.runbook.document
    if len(answer.sections) == 1:
        return _body(answer.runbook, answer.sections[0])
    found: list[Node] = []
    for one in answer.sections:
        path = " › ".join(document.heading_path(one.index)) or answer.runbook.title
        found.append(Heading(2, (Text(path),)))
        found.extend(_body(answer.runbook, one))
    return tuple(found)


def _body(runbook: Runbook, one: Section) -> tuple[Node, ...]:
    document = runbook.document
    linked = [part for part in document.heading(one.index) if part.url]
    lead = (Paragraph(tuple(linked)),) if linked else ()
    # The runbook's own section stands for its preamble, not for everything below it.
    if one.index == runbook.root:
        return (*lead, *document.own_blocks(one.index))
    return (*lead, *document.blocks(one.index))


def _links(shelf: Shelf, runbook: Runbook) -> richtext.LinkResolver:
    def resolve(href: str) -> str:
        return shelf.follow(runbook, href).url

    return resolve


def _page(
    answer: SectionAnswer,
    shelf: Shelf,
    nodes: Sequence[Node],
    body: list[Block],
    number: int,
    total: int,
    about: Mapping[str, str],
) -> Card:
    runbook = answer.runbook
    path = _path(answer) + (f" ({number + 1}/{total})" if total > 1 else "")
    blocks: list[Block] = [section(f"📖 *{shorten_escaped(path, 280)}*")]
    notice = _notice(answer)
    if notice and number == 0:
        blocks.append(context(notice))
    blocks.extend(body)
    blocks.append(context(_footnote(runbook, answer.sections)))
    query = section_query(answer.sections[0])
    navigation = section_buttons(runbook, answer.sections, about)
    if answer.variant and answer.variant.index not in {one.index for one in answer.sections}:
        value = pack(runbook.key, section_query(answer.variant), context=about)
        text = shorten(f"For this alert: {answer.variant.title}", 60)
        navigation.insert(0, button(text, f"{actions.RUNBOOK_SECTION}.variant", value))
    if number + 1 < total:
        value = pack(runbook.key, answer.query or query, number + 1, context=about)
        more = button(
            f"Show more ({number + 2}/{total})", actions.RUNBOOK_MORE, value, style="primary"
        )
        navigation.insert(0, more)
    if total > MANY_PAGES:
        value = pack(runbook.key, answer.query or query, context=about)
        navigation.insert(1, button("📎 All of it as a file", actions.RUNBOOK_FILE, value))
    if navigation:
        blocks.append(row(navigation))
    related = _related_row(shelf, runbook, nodes, about)
    if related:
        blocks.append(row(related))
    blocks.append(row(feedback_buttons(runbook, query, about)))
    spoken = plain_text(nodes)[:600] if number == 0 else ""
    return Card(shorten_escaped(f"{path}\n{spoken}".strip(), FALLBACK_TEXT), blocks)


def _related_row(
    shelf: Shelf, runbook: Runbook, nodes: Sequence[Node], about: Mapping[str, str]
) -> list[Block]:
    opened = [
        open_button(other, number, about, section=query)
        for number, (other, query) in enumerate(linked_runbooks(shelf, runbook, nodes))
    ]
    return [*link_buttons(shelf, runbook), *opened]


def _path(answer: SectionAnswer) -> str:
    runbook = answer.runbook
    if len(answer.sections) > 1:
        name = label(answer.served_kind) if answer.served_kind else answer.sections[0].title
        return f"{runbook.title} › {name}"
    one = answer.sections[0]
    if one.index == runbook.root:
        return f"{runbook.title} › Overview"
    titles = list(runbook.document.heading_path(one.index))
    inside = len(runbook.document.heading_path(runbook.root)) if runbook.root else 0
    return " › ".join([runbook.title, *titles[inside:]])


def _notice(answer: SectionAnswer) -> str:
    """Say so when something other than the author's own heading is served."""
    if answer.matched_by == "fallback" and answer.fell_back_from:
        wanted = shorten_escaped(answer.fell_back_from, 80)
        shown = escape(label(answer.served_kind or ""))
        return f"No *{wanted}* section in this runbook; showing *{shown}*."
    if answer.matched_by == "content":
        wanted = shorten_escaped(answer.fell_back_from or answer.query, 80)
        return f"No *{wanted}* section in this runbook; these passages come closest."
    if answer.matched_by in {"token", "compound", "similar"}:
        return f"Closest heading to *{shorten_escaped(answer.query, 80)}*."
    return ""


def _missing(answer: SectionAnswer) -> str:
    wanted = shorten_escaped(answer.fell_back_from or answer.query, 80)
    if answer.kind == "escalation":
        policy = answer.runbook.facts.escalation_policy
        named = f" (*{shorten_escaped(policy, 80)}*)" if policy else ""
        return f"No *{wanted}* section here. Escalate uses the policy of the service{named}."
    return f"No *{wanted}* section here. This is what the runbook holds:"


def _footnote(runbook: Runbook, shown: Sequence[Section]) -> str:
    """Return where the text comes from: file, lines, revision, review, owner."""
    facts, document = runbook.facts, runbook.document
    place = runbook.path
    if shown:
        first = document.source_line(shown[0].line)
        last = max(first, document.source_line(max(shown[-1].end - 1, shown[-1].line)))
        place += f":{first}-{last}"
    parts = [f"`{shorten_escaped(place, 200).replace('`', chr(39))}`"]
    if runbook.revision:
        parts.append(f"rev {escape(runbook.revision[:12])}")
    if facts.status in {"draft", "deprecated", "deferred"}:
        parts.append(f"⚠️ *{escape(facts.status)}*")
    if facts.last_reviewed:
        parts.append(f"reviewed {facts.last_reviewed.isoformat()}")
    elif runbook.edited:
        parts.append(f"edited {runbook.edited.isoformat()}")
    if facts.owners:
        owner = facts.owners[0]
        parts.append(f"owner {shorten_escaped(owner.team or owner.slack or owner.email, 80)}")
    if facts.expected_mttr:
        parts.append(f"expected {shorten_escaped(facts.expected_mttr, 80)}")
    return " · ".join(parts)


def _choose_section(answer: SectionAnswer, about: Mapping[str, str]) -> Card:
    runbook = answer.runbook
    question = (
        f"*{shorten_escaped(runbook.title, 150)}* has {len(answer.sections)} sections for that:"
    )
    blocks: list[Block] = [section(question)]
    buttons: list[Block] = []
    for number, one in enumerate(answer.sections[:20]):
        titles = runbook.document.heading_path(one.index)[-2:]
        buttons.append(
            button(
                shorten(" › ".join(titles) or one.title or "Section", 70),
                f"{actions.RUNBOOK_SECTION}.{number}",
                pack(runbook.key, section_query(one), context=about),
            )
        )
    blocks.append(row(buttons))
    blocks.append(context(_footnote(runbook, ())))
    return Card(shorten_escaped(f"{runbook.title}: choose a section", FALLBACK_TEXT), blocks)


def has_sections(runbook: Runbook) -> bool:
    """Return whether a runbook is divided at all; free text is opened as a whole."""
    return bool(main_sections(runbook))
