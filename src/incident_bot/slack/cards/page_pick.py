"""The menu from which somebody to page is picked: it knows its incident wherever it stands."""

from __future__ import annotations

import re

from incident_bot.slack import actions
from incident_bot.slack.blockkit import Block, section, user_select

_BLOCK_ID = re.compile(r"page\.pick:(\d{1,18})")


def page_pick(incident: int, text: str) -> Block:
    """A section of (escaped) text beside a menu of people; picking one pages them."""
    menu = user_select(actions.PAGE_PICK, "Page a person")
    return section(text, accessory=menu, block_id=f"{actions.PAGE_PICK}:{incident}")


def picked_for(block_id: str) -> int | None:
    """The incident of a menu, by the `block_id` of its action; None for another block's."""
    found = _BLOCK_ID.fullmatch(block_id)
    return int(found[1]) if found else None
