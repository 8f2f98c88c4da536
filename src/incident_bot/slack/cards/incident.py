"""The control card of an incident: the one message that shows how it stands, with every button."""

from __future__ import annotations

import json

from incident_bot.domain.durations import say_duration
from incident_bot.domain.incidents.incident import Incident, Status
from incident_bot.domain.readmodels import Board, SuggestedRunbook, Trouble
from incident_bot.slack import actions
from incident_bot.slack.blockkit import (
    Block,
    Card,
    Style,
    button,
    clock_time,
    context,
    header,
    instant,
    section,
    shorten,
    showable,
)
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.ledger import ledger_text
from incident_bot.slack.cards.page_pick import page_pick
from incident_bot.slack.cards.prose import (
    code,
    headline,
    joined,
    line,
    marks,
    one_line,
    person,
    said,
    still_to_do,
)

TOPIC_LIMIT = 250  # https://docs.slack.dev/reference/methods/conversations.setTopic
SHOWN_PAGES = 2
SHOWN_ROLES = 10
SHOWN_SUGGESTIONS = 3
SHOWN_TROUBLES = 3


def incident_card(board: Board) -> Card:
    """How an incident stands, most urgent first, and what can be done about it."""
    incident = board.incident
    blocks = [header(headline(incident, status_emoji(board))), section(_standing(board))]
    if said_last := last_words(incident):
        blocks.append(section(said_last))
    if board.nobody_paged and not board.pages and incident.is_open:
        blocks.append(page_pick(incident.id, nobody_paged(board.nobody_paged)))
    blocks += [section(ledger_text(ledger)) for ledger in board.pages[-SHOWN_PAGES:][::-1]]
    blocks += [trouble_row(trouble) for trouble in board.troubles[:SHOWN_TROUBLES]]
    if len(board.troubles) > SHOWN_TROUBLES:
        blocks.append(context(f"and {len(board.troubles) - SHOWN_TROUBLES} more that did not work"))
    if waits := still_to_do(board):
        blocks.append(context(waits))
    if incident.is_open:
        blocks += [_suggestion(s) for s in board.suggestions[:SHOWN_SUGGESTIONS]]
    blocks.append(row(_buttons(board)))
    return Card(line(f"{incident.ref} {headline(incident)}: {incident.status}", 400), blocks)


def topic(board: Board) -> str:
    """The room's topic: at most 250 characters, without markup."""
    incident = board.incident
    drill = "DRILL" if incident.drill else ""
    parts = [drill, incident.ref, incident.severity, str(incident.status), incident.title]
    plain_words = " ".join(showable(joined(parts)).split())
    return shorten(plain_words.replace("<", "‹").replace(">", "›"), TOPIC_LIMIT)


def status_emoji(board: Board) -> str:
    """One sign for how it stands: the severity's while it is open, a tick when it is over."""
    if board.incident.status is Status.CANCELLED:
        return ":no_entry_sign:"
    return board.severity.emoji if board.incident.is_open else ":white_check_mark:"


def nobody_paged(why: str) -> str:
    """What is said where paging was wanted and nobody could be paged."""
    return f":warning: *Nobody was paged:* {line(why, 600)}\nPick somebody to page now."


def opened_by(incident: Incident) -> str:
    """When it was declared, by whom, and about which service."""
    service = f"service {line(incident.service, 80)}" if incident.service else ""
    declared = f"declared {instant(incident.declared_at)} by {person(incident.declared_by)}"
    return joined([declared, service])


def last_words(incident: Incident) -> str:
    """The summary of an incident that is over, else its last status update; "" when there is none.

    A section of its own: what people write may hold half a code block.
    """
    if not incident.is_open and incident.summary:
        return f"*Summary:* {said(incident.summary, 900)}"
    if not incident.last_update:
        return ""
    when = f" {clock_time(incident.last_update_at)}" if incident.last_update_at else ""
    return f"*Last update*{when}: {said(incident.last_update, 900)}"


def ending(incident: Incident) -> str:
    """When it ended, and after how long; "" while it is open."""
    ended = incident.resolved_at or incident.closed_at
    if incident.is_open or ended is None:
        return ""
    took = say_duration(ended - incident.declared_at)
    word = "Cancelled" if incident.status is Status.CANCELLED else "Resolved"
    return f"*{word}* {instant(ended)} after {took}"


def _standing(board: Board) -> str:
    incident = board.incident
    status = f"*{str(incident.status).capitalize()}*"
    lines = [
        joined([marks(incident), status, incident.ref, opened_by(incident)]),
        next_update(board) if incident.is_open else ending(incident),
        _roles(board),
    ]
    return "\n".join(part for part in lines if part)


def next_update(board: Board) -> str:
    """When the next status update is due, or since when it is overdue."""
    due = board.incident.update_due_at
    if due is None:
        return ""
    if due < board.now:
        return f":hourglass: *Update overdue* since {clock_time(due)}"
    return f"*Next update* due {clock_time(due)}"


def _roles(board: Board) -> str:
    held = [
        f"*{line(role.title, 60)}* {person(board.incident.roles.get(role.name), 'nobody yet')}"
        for role in board.roles[:SHOWN_ROLES]
    ]
    return "\n".join(held) if len(held) <= 3 else joined(held)


def trouble_row(trouble: Trouble) -> Block:
    """What did not work and why, with a button to try again."""
    text = f":x: *Could not {line(trouble.what, 120)}*: {line(trouble.why, 200)}"
    return section(text, accessory=button("Retry", actions.DELIVERY_RETRY, str(trouble.job)))


def _suggestion(suggested: SuggestedRunbook) -> Block:
    why = f"\n{line(suggested.why, 160)}" if suggested.why else ""
    text = f"*Runbook* {one_line(suggested.title, 120) or code(suggested.name)}{why}"
    value = json.dumps({"r": suggested.name[:300]}, separators=(",", ":"))
    return section(text, accessory=button("Open", actions.RUNBOOK_OPEN, value))


def _buttons(board: Board) -> list[Block]:
    incident, value = board.incident, str(board.incident.id)
    reopen = button("Reopen", actions.INCIDENT_REOPEN, value)
    log = button("Log", actions.INCIDENT_LOG, value)
    if incident.status is Status.CANCELLED:
        return [reopen, log]
    if not incident.is_open:
        style: Style | None = None if board.has_postmortem else "primary"
        label = "New post-mortem draft" if board.has_postmortem else "Post-mortem"
        draft = button(label, actions.INCIDENT_POSTMORTEM, value, style=style)
        return [draft, reopen, log]
    return [
        button("Update", actions.INCIDENT_UPDATE, value, style="primary"),
        button("Severity", actions.INCIDENT_SEVERITY, value),
        button("Roles", actions.INCIDENT_ROLES, value),
        button("Page", actions.INCIDENT_PAGE, value),
        button("Runbook", actions.INCIDENT_RUNBOOK, value),
        log,
        button("Resolve", actions.INCIDENT_RESOLVE, value),
    ]
