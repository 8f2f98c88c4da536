"""What `/runbook …` orders, carried out: sections inline, never a dead end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incident_bot.domain.execution.registry import ids_in
from incident_bot.domain.runbooks.answers import SectionAnswer
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.document import Section
from incident_bot.domain.runbooks.shelf import Ambiguous, Found, Unknown
from incident_bot.operations import runbooks
from incident_bot.slack.answers import Asker
from incident_bot.slack.blockkit import Card
from incident_bot.slack.cards.execution import run_buttons
from incident_bot.slack.cards.runbook import MAX_TOGETHER, outline_card, section_message
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
        await show(front, gesture, answer.runbook, order.section, page=0)
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
    front: Front, gesture: Gesture, runbook: Runbook, section: str | None, *, page: int
) -> None:
    """Answer with a section (or the outline), openly in an incident's room, else privately."""
    about = await _about(front, gesture)
    shelf = front.shelf()
    read: tuple[Section, ...] = ()
    if section is None:
        cards = [outline_card(runbook, shelf, about=about)]
    else:
        answer = shelf.section(runbook, section)
        pages = section_message(answer, shelf, about=about)
        cards = pages[page : page + 1] or pages[-1:]
        read = answer.sections if len(answer.sections) <= MAX_TOGETHER else ()
        if about:
            _offer_steps(front, answer, cards)
    await _answer(front, gesture.asker, bool(about), cards)
    if page == 0:
        number = int(about["incident"]) if about else None
        reading = runbooks.Reading(number, runbook, gesture.user)
        await runbooks.opened(front.desk, reading, read)


def _offer_steps(front: Front, answer: SectionAnswer, cards: list[Card]) -> None:
    """Below a section: a button for each of its steps that may be executed."""
    document = answer.runbook.document
    shown = {name for section in answer.sections for name in ids_in(document.blocks(section.index))}
    here = [step for step in front.executor.offered(answer.runbook) if step.id in shown]
    if here and cards:
        cards[-1].blocks.append(run_buttons(here))


async def _search(front: Front, gesture: Gesture, order: orders.RunbookSearch) -> None:
    found = front.shelf().search(order.text)
    card = search_card(order.text, found, about=await _about(front, gesture))
    await front.answers.privately(gesture.asker, card)


async def _suggest(front: Front, gesture: Gesture, order: orders.RunbookSuggest) -> None:
    about = await _about(front, gesture)
    text, service = order.text, ""
    if about:
        incident = await front.room(gesture.channel)
        text, service = order.text or incident.title, incident.service or ""
    found = front.shelf().suggest(service=service, symptoms=text)
    await front.answers.privately(gesture.asker, suggestions_card(found, about=about))


async def _about(front: Front, gesture: Gesture) -> Mapping[str, str]:
    """The incident of the room, for buttons to carry; empty elsewhere."""
    async with front.desk.database.read() as tx:
        incident = (
            await tx.incidents.by_channel(gesture.channel) if gesture.channel is not None else None
        )
    return {} if incident is None else {"incident": str(incident.id)}


async def _answer(front: Front, asker: Asker, in_room: bool, cards: list[Card]) -> None:
    if in_room:
        await front.answers.openly(asker, *cards)
    else:
        await front.answers.privately(asker, *cards)


RUNBOOK_ORDERS: Mapping[type[Any], Handler] = {
    orders.RunbookList: _list,
    orders.RunbookShow: _show,
    orders.RunbookSearch: _search,
    orders.RunbookSuggest: _suggest,
    **USE_ORDERS,
}
