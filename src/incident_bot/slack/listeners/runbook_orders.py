"""What `/runbook …` orders, carried out: sections inline, never a dead end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incident_bot.domain.runbooks.alerting import AlertMatch, why
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.firing import FiringAlert, told_alerts
from incident_bot.domain.runbooks.shelf import Ambiguous, Found, Unknown
from incident_bot.domain.runbooks.suggestions import Suggestion
from incident_bot.operations import boards, runbooks
from incident_bot.slack.cards.runbook import MAX_TOGETHER, runbook_card
from incident_bot.slack.cards.runbook_alerts import alerts_card
from incident_bot.slack.cards.runbook_aside import with_aside
from incident_bot.slack.cards.runbook_buttons import section_query
from incident_bot.slack.cards.runbook_lists import (
    chooser_card,
    library_card,
    search_card,
    suggestions_card,
    unknown_card,
)
from incident_bot.slack.grammar import orders
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.listeners.incident_orders import Handler
from incident_bot.slack.listeners.runbook_use import USE_ORDERS


async def _list(front: Front, gesture: Gesture, _order: orders.RunbookList) -> None:
    await front.answers.privately(
        gesture.asker, library_card(front.shelf(), about=await _about(front, gesture))
    )


async def _show(front: Front, gesture: Gesture, order: orders.RunbookShow) -> None:
    about = await _about(front, gesture)
    shelf = front.shelf()
    answer = shelf.resolve(order.name)
    if isinstance(answer, Found):
        also = tuple(other.key for other in answer.also)
        await show(front, gesture, answer.runbook, order.section, page=0, also=also)
    elif isinstance(answer, Ambiguous):
        card = chooser_card(
            order.name, answer.choices, section_name=order.section or "", about=about
        )
        await front.answers.privately(gesture.asker, card)
    elif isinstance(answer, Unknown):
        grouped = shelf.by_category()
        if order.section is None and order.name in grouped:
            card = library_card(shelf, system=order.name, about=about)
        else:
            card = unknown_card(answer, section_name=order.section or "", about=about)
        await front.answers.privately(gesture.asker, card)


async def show(
    front: Front,
    gesture: Gesture,
    runbook: Runbook,
    section: str | None,
    *,
    page: int,
    note: str = "",
    also: tuple[str, ...] = (),
) -> None:
    """Show a section (or the outline): an incident's room as an effect, else only who asks.

    `note` says why this one; `also` are the full names of others that are offered with it.
    """
    about = await _about(front, gesture)
    shelf = front.shelf()
    answer = shelf.section(runbook, section) if section is not None else None
    read = answer.sections if answer and len(answer.sections) <= MAX_TOGETHER else ()
    reading = runbooks.Reading(int(about["incident"]) if about else None, runbook, gesture.user)
    wanted = runbooks.Wanted(section, page, gesture.origin, note, also)
    await runbooks.opened(front.desk, reading, wanted, read)
    if not about:
        card = runbook_card(runbook, shelf, section, page)
        others = [other for key in also if (other := shelf.get(key))]
        card = with_aside(card, note, others, about)
        await front.answers.privately(gesture.asker, card)


async def _search(front: Front, gesture: Gesture, order: orders.RunbookSearch) -> None:
    found = front.shelf().search(order.text)
    card = search_card(order.text, found, about=await _about(front, gesture))
    await front.answers.privately(gesture.asker, card)


async def _suggest(front: Front, gesture: Gesture, order: orders.RunbookSuggest) -> None:
    """What may fit some words; without words what the room's card suggests, and then more."""
    about, shelf = await _about(front, gesture), front.shelf()
    text, service, known = order.text, "", list[Suggestion]()
    if about:
        incident = await front.room(gesture.channel)
        text, service = order.text or incident.title, incident.service or ""
        if not order.text:
            async with front.desk.database.read() as tx:
                shown = await boards.suggestions(tx, front.desk.rules(), incident, shelf)
            books = [(shelf.get(one.name), one.why) for one in shown]
            known = [Suggestion(book, 0.0, (why,), confident=False) for book, why in books if book]
    keys = {one.runbook.key for one in known}
    more = [s for s in shelf.suggest(service=service, symptoms=text) if s.runbook.key not in keys]
    card = suggestions_card([*known, *more], about=about)
    await front.answers.privately(gesture.asker, card)


async def _for(front: Front, gesture: Gesture, order: orders.RunbookFor) -> None:
    """Show the runbook of one alert; list those of several, and what may help when there is none."""
    shelf = front.shelf()
    found = [
        (alert, shelf.for_alert(alert.labels, alert.annotations, alert.generator_url))
        for alert in told_alerts(order.text)
    ]
    first, match = found[0] if found else (FiringAlert(), AlertMatch("none"))
    if len(found) == 1 and match.runbook is not None:
        at = section_query(match.section) if match.section else None
        note = f"For {first.name[:200]}: {why(match)}."
        await show(front, gesture, match.runbook, at, page=0, note=note)
        return
    told = first.annotations.get("summary") or first.name
    service = first.labels.get("service", "")
    near = shelf.suggest(first.labels, service, told) if match.rule == "none" else []
    card = alerts_card(found, near, about=await _about(front, gesture))
    await front.answers.privately(gesture.asker, card)


async def _about(front: Front, gesture: Gesture) -> Mapping[str, str]:
    """The incident of the room, for buttons to carry; empty elsewhere."""
    async with front.desk.database.read() as tx:
        incident = (
            await tx.incidents.by_channel(gesture.channel) if gesture.channel is not None else None
        )
    return {} if incident is None else {"incident": str(incident.id)}


RUNBOOK_ORDERS: Mapping[type[Any], Handler] = {
    orders.RunbookList: _list,
    orders.RunbookShow: _show,
    orders.RunbookSearch: _search,
    orders.RunbookSuggest: _suggest,
    orders.RunbookFor: _for,
    **USE_ORDERS,
}
