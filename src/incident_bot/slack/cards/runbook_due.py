"""Reviews and drills that are overdue, told to whoever owns the runbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from incident_bot.domain.runbooks.reviews import Due
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Block, Card, button, context, section
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.prose import count, joined, line
from incident_bot.slack.cards.runbook_buttons import open_button, pack, safe_link

SHOWN = 15
_WHY = (
    "`last_reviewed` and `last_drilled` at the top of a file say when it was done; "
    "`review_every` and `drill_every` how often it is promised."
)


def due_card(owed: Sequence[Due], day: date, shelf: Shelf, *, to_owner: bool) -> Card:
    """One message for all of it, the most overdue first.

    Args:
        owed: what is overdue; several entries may be of one runbook.
        day: the day to count from.
        shelf: where links to files come from.
        to_owner: whether it goes to the owner alone, else to a channel for runbooks nobody owns.
    """
    grouped: dict[str, list[Due]] = {}
    for one in owed:
        grouped.setdefault(one.runbook.key, []).append(one)
    many = count(len(grouped), "runbook")
    title = f"{many} you own" if to_owner else f"{many} without an owner who can be told"
    blocks: list[Block] = [section(f"🗓 *{title}*: overdue for review or drill")]
    for number, mine in enumerate(list(grouped.values())[:SHOWN]):
        blocks += _entry(mine, number, day, shelf, to_owner=to_owner)
    if len(grouped) > SHOWN:
        blocks.append(
            context(f"and {len(grouped) - SHOWN} more: `incident-bot runbooks due` lists all")
        )
    blocks.append(context(_WHY))
    return Card(f"{title}: overdue for review or drill", blocks)


def _entry(
    mine: Sequence[Due], number: int, day: date, shelf: Shelf, *, to_owner: bool
) -> list[Block]:
    runbook = mine[0].runbook
    told = "\n".join(_late(one, day) for one in mine)
    owners = runbook.facts.owners
    names = joined([line(o.team or o.slack or o.email, 80) for o in owners[:3]], ", ")
    whose = "" if to_owner else f"\nowner: {names or 'nobody'}"
    head = f"*{line(runbook.title, 150)}* `{line(runbook.key, 100).replace('`', chr(39))}`"
    buttons = [open_button(runbook, number, {}, label="Open")]
    address = shelf.file_url(runbook)
    if safe_link(address):
        buttons.append(button("✏️ Edit on Git", f"{actions.LINK}.{number}", url=address))
    value = pack(runbook.key, context={})
    buttons.append(button("Snooze a week", actions.RUNBOOK_SNOOZE, value))
    return [section(f"{head}\n{told}{whose}"), row(buttons)]


def _late(one: Due, day: date) -> str:
    late = one.days_late(day)
    when = "due today" if late <= 0 else f"{count(late, 'day')} late"
    last = f"last on {one.last.isoformat()}" if one.last else "never recorded"
    if one.last is None and one.what == "review" and one.runbook.edited:
        last += f", edited on {one.runbook.edited.isoformat()}"
    return f"{one.what.capitalize()}: {when}, {last}"
