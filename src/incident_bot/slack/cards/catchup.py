"""A brief for somebody who joins late: what, how far, who, what was said, what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from incident_bot.domain.readmodels import Board, TimelineLine
from incident_bot.slack.blockkit import Card, clock_time, header, section
from incident_bot.slack.cards.incident import ending, last_words, next_update, opened_by
from incident_bot.slack.cards.prose import headline, joined, line, marks, one_line, person

LAST_LINES = 3


def catchup_card(board: Board, lines: Sequence[TimelineLine]) -> Card:
    """Five things to know; `lines` are the latest of the timeline, oldest first."""
    incident = board.incident
    held = [(r.title, incident.roles[r.name]) for r in board.roles if r.name in incident.roles]
    who = joined(f"{line(title, 60)} {person(user)}" for title, user in held[:10])
    latest = [
        f"{clock_time(entry.at)} {one_line(entry.text, 300)}" for entry in lines[-LAST_LINES:]
    ]
    standing = [
        joined([marks(incident), f"*{str(incident.status).capitalize()}*", opened_by(incident)]),
        next_update(board) if incident.is_open else ending(incident),
        f"*Who* {who or 'nobody has a role yet'}",
    ]
    parts = [
        "\n".join(part for part in standing if part),
        last_words(incident),
        "\n".join(["*Latest*", *latest]) if latest else "",
    ]
    brief = line(f"{incident.ref} in brief: {headline(incident)}", 300)
    shown = [section(part) for part in parts if part]
    return Card(brief, [header(headline(incident, board.severity.emoji)), *shown])
