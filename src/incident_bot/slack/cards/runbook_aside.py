"""What stands beside a runbook that is shown: why this one, and which others the name may mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.slack.blockkit import Card, context
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.prose import line
from incident_bot.slack.cards.runbook_buttons import open_button

MOST_ALSO = 5


def with_aside(card: Card, note: str, also: Sequence[Runbook], about: Mapping[str, str]) -> Card:
    """Return a runbook's card with a note under its title and other runbooks under all of it."""
    blocks = list(card.blocks)
    if note:
        blocks.insert(1, context(line(note, 300)))
    if also:
        label = "These answer to the name, too:"
        opened = [
            open_button(other, number, about, label=f"{other.title} · {other.system}")
            for number, other in enumerate(also[:MOST_ALSO])
        ]
        blocks += [context(label), row(opened)]
    return Card(card.text, blocks)
