"""The declarer's receipt: an ephemeral message whose steps tick.

Slack lets no app edit its answer to a slash command (bolt-js#2287), but an ephemeral message may
be replaced by the answer to its own button: while something waits, there is one.
"""

from __future__ import annotations

from incident_bot.domain.readmodels import Board
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card, button, section
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.prose import headline, joined, line, marks, room

_SIGNS = {"done": "✓", "failed": "✗"}
WAITING = "○"


def receipt_card(board: Board) -> Card:
    """Each step of a declaration: ✓ done, ○ waiting, ✗ failed with the reason."""
    incident = board.incident
    title = line(incident.title, 300)
    head = joined([f"*{incident.ref}*", line(incident.severity, 60), marks(incident), title])
    where = room(incident)
    steps = [f"{_SIGNS.get(state, WAITING)} {line(what, 100)}" for what, state in board.steps[:20]]
    why = [f"✗ Could not {line(t.what, 120)}: {line(t.why, 200)}" for t in board.troubles[:5]]
    if board.nobody_paged and not board.pages:
        why.append(f"Nobody was paged: {line(board.nobody_paged, 600)}")
    text = "\n".join(
        part for part in [head, f"Go to {where}" if where else "", *steps, *why] if part
    )
    blocks = [section(text)]
    if any(state == "waiting" for _, state in board.steps):
        again = button("Check again", actions.INCIDENT_RECEIPT, str(incident.id))
        blocks.append(row([again]))
    return Card(line(f"{incident.ref} declared: {headline(incident)}", 400), blocks)
