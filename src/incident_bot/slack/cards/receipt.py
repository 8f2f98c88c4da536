"""The declarer's receipt: an ephemeral message whose steps tick.

Slack lets no app edit its answer to a slash command (bolt-js#2287), but an ephemeral message may
be replaced by the answer to its own button: while something waits, there is one.
"""

from __future__ import annotations

from incident_bot.domain.readmodels import Board
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card, button, context, section
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.incident import trouble_row
from incident_bot.slack.cards.prose import headline, joined, line, marks, room, still_to_do

_SIGNS = {"done": "✓", "failed": "✗"}
WAITING = "○"


def receipt_card(board: Board) -> Card:
    """Each step of a declaration: ✓ done, ○ waiting, ✗ failed with the reason and a Retry."""
    incident = board.incident
    title = line(incident.title, 300)
    head = joined([f"*{incident.ref}*", line(incident.severity, 60), marks(incident), title])
    where = room(incident)
    steps = [f"{_SIGNS.get(state, WAITING)} {line(what, 100)}" for what, state in board.steps[:20]]
    nobody = board.nobody_paged if not board.pages else ""
    why = f"Nobody was paged: {line(nobody, 600)}" if nobody else ""
    go = f"Go to {where}" if where else ""
    text = joined([head, go, *steps, why], "\n")
    blocks = [section(text), *(trouble_row(t) for t in board.troubles[:5])]
    if waits := still_to_do(board):
        blocks.append(context(waits))
    if any(state == "waiting" for _, state in board.steps):
        again = button("Check again", actions.INCIDENT_RECEIPT, str(incident.id))
        blocks.append(row([again]))
    return Card(line(f"{incident.ref} declared: {headline(incident)}", 400), blocks)
