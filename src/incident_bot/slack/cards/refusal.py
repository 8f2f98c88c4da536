"""What a person is told when an order cannot be carried out: what is wrong, and what to do next."""

from __future__ import annotations

import re

from incident_bot.slack.blockkit import Block, Card, context, section
from incident_bot.slack.cards.prose import code, joined, line, one_line

_TYPED = re.compile(r"^(/[a-z0-9_-]+(?: .*)?)$", re.DOTALL)


def refusal_card(say: str, hint: str = "", reference: str | None = None) -> Card:
    """One sentence and what to do next; `reference` is the id under which the log has more.

    A hint that can be typed (it begins with `/`) is shown as code, any other as a sentence.
    """
    text = one_line(say, 1200).strip() or "That did not work."
    blocks: list[Block] = [section(joined([text, _next(hint)], "\n"))]
    if reference:
        blocks.append(context(f"Reference {code(reference, 60)}: the log has the details."))
    return Card(joined([one_line(text, 400), line(hint, 400)], " "), blocks)


def _next(hint: str) -> str:
    if _TYPED.match(hint.strip()):
        return f"Try {code(hint.strip(), 300)}"
    return one_line(hint[:1].upper() + hint[1:], 1200)
