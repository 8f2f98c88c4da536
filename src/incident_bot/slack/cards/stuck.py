"""`/incident doctor`: what will not happen by itself, with a button to try again."""

from __future__ import annotations

from collections.abc import Sequence

from incident_bot.domain.readmodels import LaneDepth, Trouble
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Block, Card, button, context, section
from incident_bot.slack.cards.prose import line

SHOWN = 15
SHOWN_LANES = 10


def stuck_card(troubles: Sequence[Trouble], depths: Sequence[LaneDepth]) -> Card:
    """Dead letters with Retry buttons, then how much waits in each lane."""
    blocks = [_stuck(trouble) for trouble in troubles[:SHOWN]]
    if not blocks:
        blocks.append(section("✓ Nothing is stuck: what the bot meant to do is done or due."))
    if len(troubles) > SHOWN:
        blocks.append(context(f"and {len(troubles) - SHOWN} more"))
    waiting = [line(str(depth), 140) for depth in depths if depth.waiting]
    blocks.append(context("Queue: " + ("; ".join(waiting[:SHOWN_LANES]) or "empty")))
    return Card(f"{len(troubles)} stuck" if troubles else "Nothing is stuck", blocks)


def _stuck(trouble: Trouble) -> Block:
    text = f"✗ *Could not {line(trouble.what, 120)}*: {line(trouble.why, 300)}"
    retry = button("Retry", actions.DELIVERY_RETRY, str(trouble.job))
    return section(text, accessory=retry, block_id=f"stuck-{trouble.job}")
