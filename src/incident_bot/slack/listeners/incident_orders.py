"""What `/incident …` orders, carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.readmodels import TimelineLine
from incident_bot.errors import NotFound, Refused
from incident_bot.operations import boards, declare, postmortems, updates
from incident_bot.slack.blockkit import Card, section
from incident_bot.slack.cards.catchup import catchup_card
from incident_bot.slack.cards.help import help_card, unknown_card
from incident_bot.slack.cards.incident import incident_card
from incident_bot.slack.cards.listing import incident_list, timeline_card
from incident_bot.slack.cards.stuck import stuck_card
from incident_bot.slack.grammar import orders
from incident_bot.slack.grammar.orders import Mention
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.modals.declare import declare_modal
from incident_bot.slack.modals.progress import log_modal, severity_modal, update_modal
from incident_bot.slack.modals.responders import roles_modal

Handler = Callable[[Front, Gesture, Any], Awaitable[None]]


async def _declare(front: Front, gesture: Gesture, order: orders.Declare) -> None:
    declared = await declare.declare(
        front.desk,
        declare.Order(
            title=order.title,
            by=gesture.user,
            origin=gesture.origin,
            severity=order.severity,
            private=order.private,
            drill=order.drill,
            service=order.service,
            receipt_url=gesture.response_url,
        ),
    )
    if not declared.new:
        incident = declared.incident
        where = f" in <#{incident.channel_id}>" if incident.channel_id else ""
        await _say(front, gesture, f"{incident.ref} was declared a moment ago{where}.")


async def _declare_form(front: Front, gesture: Gesture, _order: orders.DeclareForm) -> None:
    await front.open_form(
        gesture.trigger, declare_modal(front.desk.rules(), channel=gesture.channel or "")
    )


async def _update(front: Front, gesture: Gesture, order: orders.Update) -> None:
    incident = await front.room(gesture.channel)
    await updates.update(front.desk, incident.id, order.text, gesture.user)


async def _update_form(front: Front, gesture: Gesture, _order: orders.UpdateForm) -> None:
    incident = await front.room(gesture.channel)
    await open_update_form(front, gesture.trigger, incident)


async def open_update_form(front: Front, trigger: str | None, incident: Incident) -> None:
    """The form of a status update, with a draft to start from."""
    async with front.desk.database.read() as tx:
        draft = await boards.draft_update(tx, incident)
    await front.open_form(trigger, update_modal(incident, draft=draft))


async def _status(front: Front, gesture: Gesture, order: orders.Status) -> None:
    incident = await front.room(gesture.channel)
    await updates.set_status(front.desk, incident.id, order.word, order.text, gesture.user)


async def _severity(front: Front, gesture: Gesture, order: orders.SetSeverity) -> None:
    incident = await front.room(gesture.channel)
    await updates.set_severity(front.desk, incident.id, order.word, order.reason, gesture.user)


async def _severity_form(front: Front, gesture: Gesture, _order: orders.SeverityForm) -> None:
    incident = await front.room(gesture.channel)
    await front.open_form(gesture.trigger, severity_modal(front.desk.rules(), incident))


async def _role(front: Front, gesture: Gesture, order: orders.TakeRole) -> None:
    incident = await front.room(gesture.channel)
    user = named(order.user, gesture.user)
    await updates.assign(front.desk, incident.id, order.role, user, gesture.user)


async def _roles_form(front: Front, gesture: Gesture, _order: orders.RolesForm) -> None:
    incident = await front.room(gesture.channel)
    await front.open_form(gesture.trigger, roles_modal(front.desk.rules(), incident))


async def _lead(front: Front, gesture: Gesture, order: orders.Lead) -> None:
    incident = await front.room(gesture.channel)
    user = named(order.user, gesture.user)
    await updates.assign(front.desk, incident.id, "lead", user, gesture.user)


async def _log(front: Front, gesture: Gesture, order: orders.Log) -> None:
    incident = await front.room(gesture.channel)
    await updates.log(front.desk, incident.id, order.text, gesture.user)
    await _say(front, gesture, f"Logged on the timeline of {incident.ref}.")


async def _log_form(front: Front, gesture: Gesture, _order: orders.LogForm) -> None:
    incident = await front.room(gesture.channel)
    await front.open_form(gesture.trigger, log_modal(incident))


async def _timeline(front: Front, gesture: Gesture, _order: orders.Timeline) -> None:
    incident = await front.room(gesture.channel)
    async with front.desk.database.read() as tx:
        entries = await tx.timeline.of(incident.id)
    lines = [TimelineLine(e.at, e.kind, e.actor, e.text) for e in entries]
    await front.answers.privately(gesture.asker, *timeline_card(incident, lines))


async def _rename(front: Front, gesture: Gesture, order: orders.Rename) -> None:
    incident = await front.room(gesture.channel)
    after = await updates.rename(front.desk, incident.id, order.title, gesture.user)
    await _say(front, gesture, f"{after.ref} has a new title.")


async def _resolve(front: Front, gesture: Gesture, order: orders.Resolve) -> None:
    incident = await front.room(gesture.channel)
    await updates.resolve(front.desk, incident.id, order.summary, gesture.user)


async def _reopen(front: Front, gesture: Gesture, order: orders.Reopen) -> None:
    incident = await front.room(gesture.channel)
    await updates.reopen(front.desk, incident.id, order.reason, gesture.user)


async def _close(front: Front, gesture: Gesture, _order: orders.Close) -> None:
    incident = await front.room(gesture.channel)
    await updates.close(front.desk, incident.id, gesture.user)


async def _cancel(front: Front, gesture: Gesture, order: orders.Cancel) -> None:
    incident = await front.room(gesture.channel)
    await updates.cancel(front.desk, incident.id, order.reason, gesture.user)


async def _postmortem(front: Front, gesture: Gesture, _order: orders.Postmortem) -> None:
    incident = await front.room(gesture.channel)
    await postmortems.ask(front.desk, incident.id, gesture.user)
    await _say(front, gesture, f"Writing the draft for {incident.ref}; it comes as a file here.")


async def _list(front: Front, gesture: Gesture, order: orders.List) -> None:
    async with front.desk.database.read() as tx:
        found = await (
            tx.incidents.recent(100) if order.which == "all" else tx.incidents.open_ones()
        )
    shown = [
        incident
        for incident in found
        if may_see(incident, gesture)
        and (order.severity is None or incident.severity == order.severity)
        and (order.which != "mine" or gesture.user in incident.involved)
    ]
    cards = incident_list(shown, front.desk.clock.now())
    await front.answers.privately(gesture.asker, *cards)


async def _show(front: Front, gesture: Gesture, order: orders.Show) -> None:
    number = order.number or (await front.room(gesture.channel)).id
    now, rules = front.desk.clock.now(), front.desk.rules()
    async with front.desk.database.read() as tx:
        board = await boards.board(tx, rules, number, now, front.shelf(), progress=True)
    if board is None or not may_see(board.incident, gesture):
        raise NotFound(f"There is no incident INC-{number}.", f"{rules.commands.incident} list")
    await front.answers.privately(gesture.asker, incident_card(board))


async def _catchup(front: Front, gesture: Gesture, _order: orders.Catchup) -> None:
    incident = await front.room(gesture.channel)
    now, rules = front.desk.clock.now(), front.desk.rules()
    async with front.desk.database.read() as tx:
        board = await boards.board(tx, rules, incident.id, now)
        entries = await tx.timeline.of(incident.id)
    told = ("update", "status", "severity", "note", "pin", "acknowledged", "role")
    lines = [TimelineLine(e.at, e.kind, e.actor, e.text) for e in entries if e.kind in told]
    if board is not None:
        await front.answers.privately(gesture.asker, catchup_card(board, lines[-5:]))


async def _doctor(front: Front, gesture: Gesture, _order: orders.Doctor) -> None:
    async with front.desk.database.read() as tx:
        troubles = await boards.troubles(tx)
        depths = await boards.lane_depths(tx, front.desk.clock.now())
    await front.answers.privately(gesture.asker, stuck_card(troubles, depths))


async def _help(front: Front, gesture: Gesture, order: orders.Help) -> None:
    await front.answers.privately(
        gesture.asker, help_card(order.topic, front.desk.rules().commands)
    )


async def _unknown(front: Front, gesture: Gesture, order: orders.Unknown) -> None:
    """A word that is no command."""
    card = unknown_card(order.word, order.nearest, order.example)
    await front.answers.privately(gesture.asker, card)


async def _unknown_severity(
    _front: Front, _gesture: Gesture, order: orders.UnknownSeverity
) -> None:
    """A word that was meant as a severity."""
    raise NotFound(
        f"{order.word!r} is not a severity here. Severities: {', '.join(order.known)}.",
        order.example,
    )


async def _misused(_front: Front, _gesture: Gesture, order: orders.Misused) -> None:
    """A command without what it needs."""
    raise Refused(order.say, order.example)


INCIDENT_ORDERS: Mapping[type[Any], Handler] = {
    orders.Declare: _declare,
    orders.DeclareForm: _declare_form,
    orders.Update: _update,
    orders.UpdateForm: _update_form,
    orders.Status: _status,
    orders.SetSeverity: _severity,
    orders.SeverityForm: _severity_form,
    orders.TakeRole: _role,
    orders.RolesForm: _roles_form,
    orders.Lead: _lead,
    orders.Log: _log,
    orders.LogForm: _log_form,
    orders.Timeline: _timeline,
    orders.Rename: _rename,
    orders.Resolve: _resolve,
    orders.Reopen: _reopen,
    orders.Close: _close,
    orders.Cancel: _cancel,
    orders.Postmortem: _postmortem,
    orders.List: _list,
    orders.Show: _show,
    orders.Catchup: _catchup,
    orders.Doctor: _doctor,
    orders.Help: _help,
    orders.Unknown: _unknown,
    orders.UnknownSeverity: _unknown_severity,
    orders.Misused: _misused,
}


def named(mention: Mention | None, asker: str) -> str:
    """The Slack user somebody named; None means themselves.

    Raises:
        Refused: when a name was typed that Slack did not turn into a mention.
    """
    if mention is None:
        return asker
    if mention.user is None:
        raise Refused(
            f"I do not know who @{mention.name} is.",
            "pick the person from Slack's suggestions while typing @",
        )
    return mention.user


def may_see(incident: Incident, gesture: Gesture) -> bool:
    """Whether somebody may be told of an incident outside its room; fails closed."""
    if not incident.private or incident.channel_id == gesture.channel:
        return True
    return gesture.user in incident.involved


async def _say(front: Front, gesture: Gesture, text: str) -> None:
    await front.answers.privately(gesture.asker, Card(text, [section(text)]))
