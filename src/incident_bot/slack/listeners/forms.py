"""Submitted forms → operations. Each answers with errors by block, or nothing when it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from incident_bot.domain.runbooks.shelf import Found
from incident_bot.errors import NotFound, NotNow
from incident_bot.operations import declare, paging, updates
from incident_bot.slack import actions
from incident_bot.slack.answers import Asker
from incident_bot.slack.blockkit import Card, section
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.listeners.runbook_orders import show
from incident_bot.slack.listeners.runbook_use import USE_FORMS
from incident_bot.slack.listeners.step_runs import STEP_FORMS
from incident_bot.slack.modals.declare import read_declare
from incident_bot.slack.modals.fields import incident_of, read_metadata
from incident_bot.slack.modals.progress import (
    read_log,
    read_resolve,
    read_severity,
    read_update,
)
from incident_bot.slack.modals.responders import read_page, read_roles
from incident_bot.slack.modals.runbook import read_runbook

Errors = Mapping[str, str]
Submit = Callable[[Front, Gesture], Awaitable[Errors | None]]


def _state(gesture: Gesture) -> Mapping[str, Any]:
    return dict(gesture.body["view"].get("state") or {})


def _metadata(gesture: Gesture) -> str:
    return str(gesture.body["view"].get("private_metadata") or "")


def _incident(gesture: Gesture) -> int:
    number = incident_of(_metadata(gesture))
    if number is None:
        raise NotFound("This form belongs to no incident.", "open it again from the card")
    return number


async def _declare(front: Front, gesture: Gesture) -> Errors | None:
    form = read_declare(_state(gesture))
    if form.errors:
        return form.errors
    about = read_metadata(_metadata(gesture))
    declared = await declare.declare(
        front.desk,
        declare.Order(
            title=form.title,
            by=gesture.user,
            origin=gesture.origin,
            severity=form.severity,
            private=form.private,
            drill=form.drill,
            service=form.service,
            permalink=about.get("p"),
        ),
    )
    channel = about.get("c")
    said = f"{declared.incident.ref} is declared. You will be in its room in a moment."
    asker = Asker(gesture.user, str(channel) if channel else None)
    await front.answers.privately(asker, Card(said, [section(said)]))
    return None


async def _update(front: Front, gesture: Gesture) -> Errors | None:
    form, number = read_update(_state(gesture), _metadata(gesture)), _incident(gesture)
    if form.errors:
        return form.errors
    async with front.desk.database.read() as tx:
        incident = await tx.incidents.get(number)
    if form.status and form.status != str(incident.status):
        await updates.set_status(front.desk, number, form.status, form.text, gesture.user)
    else:
        await updates.update(front.desk, number, form.text, gesture.user)
    return None


async def _severity(front: Front, gesture: Gesture) -> Errors | None:
    number = _incident(gesture)
    async with front.desk.database.read() as tx:
        incident = await tx.incidents.get(number)
    form = read_severity(_state(gesture), incident.severity, _metadata(gesture))
    if form.errors:
        return form.errors
    await updates.set_severity(front.desk, number, form.severity, form.reason, gesture.user)
    return None


async def _roles(front: Front, gesture: Gesture) -> Errors | None:
    form = read_roles(_state(gesture), _metadata(gesture))
    await updates.hand_out(front.desk, _incident(gesture), form.roles, gesture.user)
    return None


async def _page(front: Front, gesture: Gesture) -> Errors | None:
    form, number = read_page(_state(gesture)), _incident(gesture)
    if form.errors:
        return form.errors
    told = (form.message, gesture.user, gesture.origin)
    if form.policy:  # in one transaction: who dies in between would page the policy alone
        await paging.page_policy(front.desk, number, form.policy, *told, also=form.user or "")
    elif form.user:
        await paging.page_person(front.desk, number, form.user, *told)
    return None


async def _log(front: Front, gesture: Gesture) -> Errors | None:
    form = read_log(_state(gesture))
    if form.errors:
        return form.errors
    await updates.log(front.desk, _incident(gesture), form.text, gesture.user)
    return None


async def _resolve(front: Front, gesture: Gesture) -> Errors | None:
    form = read_resolve(_state(gesture))
    if form.errors:
        return form.errors
    await updates.resolve(front.desk, _incident(gesture), form.text, gesture.user)
    return None


async def _runbook(front: Front, gesture: Gesture) -> Errors | None:
    form = read_runbook(_state(gesture))
    if form.errors:
        return form.errors
    about = read_metadata(_metadata(gesture))
    found = front.shelf().resolve(form.name)
    channel = about.get("c")
    number = incident_of(_metadata(gesture))
    if channel is None and number is not None:
        async with front.desk.database.read() as tx:
            channel = (await tx.incidents.get(number)).channel_id
    if not isinstance(found, Found):
        raise NotNow("That runbook is not on the shelf any more.", "/runbook")
    place = Gesture(user=gesture.user, origin=gesture.origin, channel=channel)
    await show(front, place, found.runbook, None, page=0)
    return None


FORMS: Mapping[str, Submit] = {
    actions.FORM_DECLARE: _declare,
    actions.FORM_UPDATE: _update,
    actions.FORM_SEVERITY: _severity,
    actions.FORM_ROLES: _roles,
    actions.FORM_PAGE: _page,
    actions.FORM_LOG: _log,
    actions.FORM_RESOLVE: _resolve,
    actions.FORM_RUNBOOK: _runbook,
    **USE_FORMS,
    **STEP_FORMS,
}
