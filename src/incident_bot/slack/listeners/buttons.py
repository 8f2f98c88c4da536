"""Buttons and menus → operations: what a command can do, a button can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from incident_bot.domain.incidents.incident import Incident
from incident_bot.errors import NotFound, NotNow
from incident_bot.operations import boards, paging, postmortems, reminders, updates
from incident_bot.slack import actions
from incident_bot.slack.blockkit import Card, section
from incident_bot.slack.cards.page_pick import picked_for
from incident_bot.slack.cards.receipt import receipt_card
from incident_bot.slack.cards.runbook_buttons import unpack
from incident_bot.slack.cards.runbook_lists import library_card
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.listeners.incident_orders import open_update_form
from incident_bot.slack.listeners.runbook_orders import show
from incident_bot.slack.listeners.runbook_use import USE_BUTTONS
from incident_bot.slack.listeners.step_runs import STEP_BUTTONS
from incident_bot.slack.modals.declare import declare_modal
from incident_bot.slack.modals.progress import log_modal, resolve_modal, severity_modal
from incident_bot.slack.modals.responders import page_modal, roles_modal
from incident_bot.slack.modals.runbook import runbook_modal

SNOOZE = timedelta(minutes=10)
Press = Callable[[Front, Gesture], Awaitable[None]]


async def _incident(front: Front, gesture: Gesture) -> Incident:
    """The incident a button belongs to: its value, else the room."""
    async with front.desk.database.read() as tx:
        found = await tx.incidents.find(int(gesture.value)) if gesture.value.isdigit() else None
    return found or await front.room(gesture.channel)


async def _update(front: Front, gesture: Gesture) -> None:
    await open_update_form(front, gesture.trigger, await _incident(front, gesture))


async def _severity(front: Front, gesture: Gesture) -> None:
    incident = await _incident(front, gesture)
    await front.open_form(gesture.trigger, severity_modal(front.desk.rules(), incident))


async def _roles(front: Front, gesture: Gesture) -> None:
    incident = await _incident(front, gesture)
    await front.open_form(gesture.trigger, roles_modal(front.desk.rules(), incident))


async def _page(front: Front, gesture: Gesture) -> None:
    incident = await _incident(front, gesture)
    await front.open_form(gesture.trigger, page_modal(front.desk.rules(), incident))


async def _log(front: Front, gesture: Gesture) -> None:
    await front.open_form(gesture.trigger, log_modal(await _incident(front, gesture)))


async def _resolve(front: Front, gesture: Gesture) -> None:
    await front.open_form(gesture.trigger, resolve_modal(await _incident(front, gesture)))


async def _runbook(front: Front, gesture: Gesture) -> None:
    incident = await _incident(front, gesture)
    shelf = front.shelf()
    systems = {
        system: [(book.key, book.title) for books in groups.values() for book in books]
        for system, groups in shelf.by_category().items()
    }
    if not systems:
        raise NotFound("No runbooks are loaded.", "point INCIDENT_BOT_RUNBOOKS at a folder")
    async with front.desk.database.read() as tx:
        found = await boards.suggestions(tx, front.desk.rules(), incident, shelf, limit=5)
    view = runbook_modal(
        systems, suggestions=found, incident=incident, channel=gesture.channel or ""
    )
    await front.open_form(gesture.trigger, view)


async def _reopen(front: Front, gesture: Gesture) -> None:
    incident = await _incident(front, gesture)
    await updates.reopen(front.desk, incident.id, "", gesture.user)


async def _postmortem(front: Front, gesture: Gesture) -> None:
    incident = await _incident(front, gesture)
    await postmortems.ask(front.desk, incident.id, gesture.user)


async def _join(front: Front, gesture: Gesture) -> None:
    incident = await _incident(front, gesture)
    if incident.channel_id is None or incident.private:
        raise NotNow("There is no room to join yet.", "try again in a moment")
    await front.gateway.call(
        "conversations.invite", channel=incident.channel_id, users=gesture.user, force=True
    )
    text = f"You are in <#{incident.channel_id}>."
    await front.answers.privately(gesture.asker, Card(text, [section(text)]))


async def _receipt(front: Front, gesture: Gesture) -> None:
    """Show the receipt as it is now, in its own place."""
    incident = await _incident(front, gesture)
    now, rules = front.desk.clock.now(), front.desk.rules()
    async with front.desk.database.read() as tx:
        board = await boards.board(tx, rules, incident.id, now, progress=True)
    if board is not None:
        await front.answers.replace(gesture.asker, receipt_card(board))


async def _declare(front: Front, gesture: Gesture) -> None:
    await front.open_form(gesture.trigger, declare_modal(front.desk.rules()))


async def _acknowledge(front: Front, gesture: Gesture) -> None:
    page, first = await paging.acknowledge(front.desk, int(gesture.value), gesture.user)
    if not first:
        who = f" by <@{page.answered_by}>" if page.answered_by else ""
        text = f"That page already is {page.state}{who}."
        await front.answers.privately(gesture.asker, Card(text, [section(text)]))


async def _decline(front: Front, gesture: Gesture) -> None:
    await paging.decline(front.desk, int(gesture.value), gesture.user)


async def _escalate(front: Front, gesture: Gesture) -> None:
    number, _, seen = gesture.value.partition("/")
    position = int(seen) if seen else None
    if not await paging.escalate_now(front.desk, int(number), gesture.user, position):
        raise NotNow("There is no further tier to page.", "/page @somebody")


async def _pick(front: Front, gesture: Gesture) -> None:
    """Page a person picked from a menu; the menu names its incident, else it is the room's."""
    action = (gesture.body.get("actions") or [{}])[0]
    number = picked_for(str(action.get("block_id", "")))
    async with front.desk.database.read() as tx:
        known = await tx.incidents.find(number) if number is not None else None
    incident = known or await front.room(gesture.channel)
    await paging.page_person(
        front.desk, incident.id, gesture.value, "", gesture.user, gesture.origin
    )


async def _snooze(front: Front, gesture: Gesture) -> None:
    incident = await _incident(front, gesture)
    await reminders.snooze(front.desk, incident.id, SNOOZE)
    text = "The next reminder comes ten minutes later."
    await front.answers.privately(gesture.asker, Card(text, [section(text)]))


async def _retry(front: Front, gesture: Gesture) -> None:
    async with front.desk.database.write() as tx:
        again = await tx.jobs.retry_dead(int(gesture.value), front.desk.clock.now())
    if not again:
        raise NotNow("That is not stuck any more.", "")
    text = "Trying again."
    await front.answers.privately(gesture.asker, Card(text, [section(text)]))


async def _open_runbook(front: Front, gesture: Gesture) -> None:
    pressed = unpack(gesture.value)
    shelf = front.shelf()
    about = dict(pressed.context or {}) if pressed else {}
    system = about.pop("system", "")
    if pressed is not None and not pressed.runbook and system:
        card = library_card(shelf, system=system, page=pressed.page, about=about)
        await front.answers.privately(gesture.asker, card)
        return
    found = shelf.get(pressed.runbook) if pressed else None
    if pressed is None or found is None:
        raise NotFound("That runbook is not on the shelf any more.", "/runbook")
    await show(front, gesture, found, pressed.section or None, page=pressed.page)


async def _link(_front: Front, _gesture: Gesture) -> None:
    """A link opened itself; there is nothing to do but to have acknowledged it."""


BUTTONS: Mapping[str, Press] = {
    actions.INCIDENT_UPDATE: _update,
    actions.INCIDENT_SEVERITY: _severity,
    actions.INCIDENT_ROLES: _roles,
    actions.INCIDENT_PAGE: _page,
    actions.INCIDENT_RUNBOOK: _runbook,
    actions.INCIDENT_LOG: _log,
    actions.INCIDENT_RESOLVE: _resolve,
    actions.INCIDENT_REOPEN: _reopen,
    actions.INCIDENT_POSTMORTEM: _postmortem,
    actions.INCIDENT_JOIN: _join,
    actions.INCIDENT_RECEIPT: _receipt,
    actions.HOME_DECLARE: _declare,
    actions.PAGE_ACKNOWLEDGE: _acknowledge,
    actions.PAGE_DECLINE: _decline,
    actions.PAGE_ESCALATE: _escalate,
    actions.PAGE_PICK: _pick,
    actions.REMINDER_UPDATE: _update,
    actions.REMINDER_SNOOZE: _snooze,
    actions.DELIVERY_RETRY: _retry,
    actions.RUNBOOK_OPEN: _open_runbook,
    actions.RUNBOOK_SECTION: _open_runbook,
    actions.RUNBOOK_MORE: _open_runbook,
    **USE_BUTTONS,
    **STEP_BUTTONS,
    actions.LINK: _link,
}
