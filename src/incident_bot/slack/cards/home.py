"""The app's Home: what concerns one person, with the buttons to act on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.page import Page
from incident_bot.domain.readmodels import Home
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Block, button, context, header, instant, section
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.listing import incident_lines, oncall_blocks
from incident_bot.slack.cards.prose import code, headline, joined, line, quoted, room

T = TypeVar("T")
MOST = 20
"""Shown of each kind; Slack takes 100 blocks on Home."""


def home_view(home: Home) -> Block:
    """A Home view: pages first, then one's own incidents, those of others, and who is on call."""

    def own(incident: Incident) -> Block:
        update = button("Update", actions.INCIDENT_UPDATE, str(incident.id))
        return section(incident_lines(incident, home.now), accessory=update)

    def other(incident: Incident) -> Block:
        join = button("Join", actions.INCIDENT_JOIN, str(incident.id))
        return section(
            incident_lines(incident, home.now), accessory=join if incident.channel_id else None
        )

    more = code(f"{home.commands.incident} list")
    declare = button("Declare an incident", actions.HOME_DECLARE, style="danger")
    blocks = [
        row([declare]),
        *_part("Your pages", home.pages, _page, more="they are in your direct messages"),
        *_part("Your incidents", home.mine, own, more=more),
        *_part("Other open incidents", home.others, other, more=more),
    ]
    if not (home.pages or home.mine or home.others):
        blocks.append(section(":white_check_mark: No open incident, and no page waits for you."))
    if home.on_call:
        blocks += oncall_blocks(home.on_call)
    blocks.append(context(f"As of {instant(home.now, '{time_secs}')}"))
    return {"type": "home", "blocks": blocks}


def _part(
    name: str, found: Sequence[T], show: Callable[[T], Block], *, more: str
) -> Iterator[Block]:
    if found:
        yield header(name)
        yield from (show(one) for one in found[:MOST])
    if len(found) > MOST:
        yield context(f"and {len(found) - MOST} more: {more}")


def _page(paged: tuple[Page, Incident]) -> Block:
    page, incident = paged
    message = quoted(page.message, 500) if page.message else ""
    head = joined([f"*{line(headline(incident), 300)}*", incident.ref, room(incident)])
    acknowledge = button("Acknowledge", actions.PAGE_ACKNOWLEDGE, str(page.id), style="primary")
    return section("\n".join(filter(None, (head, message))), accessory=acknowledge)
