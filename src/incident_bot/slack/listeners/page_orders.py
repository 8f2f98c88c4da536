"""What `/page …` orders, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.paging.page import Page, PageState
from incident_bot.errors import NotFound
from incident_bot.operations import boards, paging
from incident_bot.slack.blockkit import Card, section
from incident_bot.slack.cards.listing import page_status_card
from incident_bot.slack.grammar import orders
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.listeners.incident_orders import Handler, named
from incident_bot.slack.modals.responders import page_modal


async def _form(front: Front, gesture: Gesture, _order: orders.PageForm) -> None:
    incident = await front.room(gesture.channel)
    await front.open_form(gesture.trigger, page_modal(front.desk.rules(), incident))


async def _policy(front: Front, gesture: Gesture, order: orders.PagePolicy) -> None:
    incident = await front.room(gesture.channel)
    await paging.page_policy(
        front.desk, incident.id, order.policy, order.message, gesture.user, gesture.origin
    )
    await tell_outcome(front, gesture, incident)


async def _person(front: Front, gesture: Gesture, order: orders.PagePerson) -> None:
    incident = await front.room(gesture.channel)
    user = named(order.user, gesture.user)
    await paging.page_person(
        front.desk, incident.id, user, order.message, gesture.user, gesture.origin
    )
    await tell_outcome(front, gesture, incident)


async def _acknowledge(front: Front, gesture: Gesture, _order: orders.PageAck) -> None:
    page = await _waiting(front, gesture)
    after, first = await paging.acknowledge(front.desk, page.id, gesture.user)
    if not first:
        await _say(front, gesture, f"That page already is {after.state}.")


async def _decline(front: Front, gesture: Gesture, _order: orders.PageDecline) -> None:
    page = await _waiting(front, gesture)
    await paging.decline(front.desk, page.id, gesture.user)


async def _escalate(front: Front, gesture: Gesture, _order: orders.PageEscalate) -> None:
    page = await _waiting(front, gesture)
    if not await paging.escalate_now(front.desk, page.id, gesture.user, page.position):
        await _say(front, gesture, "There is no further tier to page.")


async def _status(front: Front, gesture: Gesture, _order: orders.PageStatus) -> None:
    incident = await front.room(gesture.channel)
    await tell_outcome(front, gesture, incident)


async def tell_outcome(front: Front, gesture: Gesture, incident: Incident) -> None:
    """The ledger of an incident's pages, to the one who asked."""
    async with front.desk.database.read() as tx:
        board = await boards.board(tx, front.desk.rules(), incident.id, front.desk.clock.now())
    if board is not None:
        await front.answers.privately(gesture.asker, page_status_card(board.pages))


async def _waiting(front: Front, gesture: Gesture) -> Page:
    """The page somebody means: theirs in this room, else the newest open one they were sent."""
    async with front.desk.database.read() as tx:
        incident = await tx.incidents.by_channel(gesture.channel) if gesture.channel else None
        pages = await (tx.pages.of(incident.id) if incident else tx.pages.open_ones())
        for page in reversed([p for p in pages if p.state is PageState.OPEN]):
            rung = {ring.user for ring in await tx.pages.rings(page.id)}
            if incident is not None or gesture.user in rung:
                return page
    raise NotFound("No page is waiting for an answer here.", "/page status")


async def _say(front: Front, gesture: Gesture, text: str) -> None:
    await front.answers.privately(gesture.asker, Card(text, [section(text)]))


PAGE_ORDERS: Mapping[type[Any], Handler] = {
    orders.PageForm: _form,
    orders.PagePolicy: _policy,
    orders.PagePerson: _person,
    orders.PageAck: _acknowledge,
    orders.PageDecline: _decline,
    orders.PageEscalate: _escalate,
    orders.PageStatus: _status,
}
