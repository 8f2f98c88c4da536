"""Long lists as several messages, each within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from incident_bot.slack.blockkit import Block, Card, context, section

TEXT_BUDGET = 7000
"""Characters of one message; Slack refuses messages of about 13,200."""
BLOCK_BUDGET = 40
SECTION_BUDGET = 2800


def bundle(
    text: str, head: Sequence[Block], sections: Iterable[str], *, empty: str, small: str = ""
) -> list[Card]:
    """Cards that show sections of (escaped) text one after the other.

    The first card begins with `head`; `empty` is said when there is no section; `small` is the
    small print of the last card.
    """
    pages = list(_pages(list(sections) or [empty]))
    cards = []
    for number, page in enumerate(pages):
        blocks = [*(head if number == 0 else []), *(section(part) for part in page)]
        if number == len(pages) - 1 and small:
            blocks.append(context(small))
        more = f" ({number + 1} of {len(pages)})" if len(pages) > 1 else ""
        cards.append(Card(text + more, blocks))
    return cards


def paragraphs(lines: Iterable[str], limit: int = SECTION_BUDGET) -> Iterator[str]:
    """Join (escaped) lines into sections of at most `limit` characters each."""
    held: list[str] = []
    size = 0
    for text in lines:
        if held and size + len(text) + 1 > limit:
            yield "\n".join(held)
            held, size = [], 0
        held.append(text)
        size += len(text) + 1
    if held:
        yield "\n".join(held)


def _pages(sections: Sequence[str]) -> Iterator[list[str]]:
    page: list[str] = []
    size = 0
    for text in sections:
        if page and (size + len(text) > TEXT_BUDGET or len(page) >= BLOCK_BUDGET):
            yield page
            page, size = [], 0
        page.append(text)
        size += len(text)
    yield page
