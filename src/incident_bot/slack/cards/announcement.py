"""The announcement: one glance for those who are not in the room, edited in place."""

from __future__ import annotations

from incident_bot.domain.readmodels import Board
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Block, Card, button, header, section
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.incident import (
    ending,
    last_words,
    next_update,
    opened_by,
    status_emoji,
)
from incident_bot.slack.cards.prose import headline, joined, line, marks, person, room


def announcement_card(board: Board) -> Card:
    """What stakeholders see in the incidents channel.

    Raises:
        ValueError: for a private incident, which is never announced.
    """
    incident = board.incident
    if incident.private:
        raise ValueError("a private incident is never announced")
    blocks: list[Block] = [
        header(headline(incident, status_emoji(board))),
        section(_standing(board)),
    ]
    if said_last := last_words(incident):
        blocks.append(section(said_last))
    if incident.is_open:
        join = button("Join", actions.INCIDENT_JOIN, str(incident.id))
        blocks.append(row([join]))
    return Card(line(f"{incident.ref} {headline(incident)}: {incident.status}", 400), blocks)


def _standing(board: Board) -> str:
    incident = board.incident
    lead = board.roles[0] if board.roles else None
    leader = incident.roles.get(lead.name) if lead else None
    status = f"*{str(incident.status).capitalize()}*"
    lines = [
        joined([marks(incident), status, incident.ref, room(incident)]),
        ending(incident) or next_update(board),
        opened_by(incident),
        f"*{line(lead.title, 60)}* {person(leader)}" if lead and leader else "",
    ]
    return "\n".join(part for part in lines if part)
