"""What a runbook lacks, told to its owner."""

from __future__ import annotations

from incident_bot.domain.runbooks.usage import Use
from incident_bot.slack.blockkit import Card, context, section
from incident_bot.slack.cards.prose import line, one_line, person, quoted


def gap_card(use: Use) -> Card:
    """The direct message to an owner."""
    name = line(use.runbook, 200)
    head = f"🕳 {person(use.user)} reports a gap in your runbook *{name}*"
    return Card(
        one_line(f"Gap in runbook {use.runbook}: {use.note}", 400),
        [section(f"{head}\n{quoted(use.note, 2000)}"), context("You are its owner on the shelf.")],
    )
