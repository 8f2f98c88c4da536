"""Executable steps: the buttons and the form with which they are asked for and approved."""

from __future__ import annotations

import json
from collections.abc import Mapping

from incident_bot.domain.execution.values import problems
from incident_bot.errors import NotFound, NotNow
from incident_bot.operations.execution import Ask
from incident_bot.slack import actions
from incident_bot.slack.listeners.front import Front
from incident_bot.slack.listeners.gesture import Gesture
from incident_bot.slack.modals.execution import read_step, step_modal
from incident_bot.slack.modals.fields import incident_of, read_metadata


async def _open(front: Front, gesture: Gesture) -> None:
    incident = await front.room(gesture.channel)
    try:
        told = json.loads(gesture.value)
        runbook, identifier, digest = str(told["r"]), str(told["i"]), str(told["h"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotFound("That step is not known any more.", "open the section again") from None
    step = front.executor.step(runbook, identifier)
    if step.digest != digest:
        raise NotNow("The step was changed since it was shown.", "open the section again")
    await front.open_form(gesture.trigger, step_modal(step, incident.id))


async def _asked(front: Front, gesture: Gesture) -> Mapping[str, str] | None:
    view = gesture.body["view"]
    about = read_metadata(str(view.get("private_metadata") or ""))
    number = incident_of(str(view.get("private_metadata") or ""))
    if number is None:
        raise NotFound("This form belongs to no incident.", "open it again from the card")
    form = read_step(dict(view.get("state") or {}))
    step = front.executor.step(str(about.get("r", "")), str(about.get("s", "")))
    wrong = problems(step.variables, form.values)
    if wrong and all(f"var.{name}" in _blocks(view) for name in wrong):
        return {f"var.{name}": f"{name} {why}." for name, why in wrong.items()}
    await front.executor.ask(
        Ask(
            incident=number,
            runbook=step.runbook,
            step=step.id,
            digest=str(about.get("h", "")),
            values=form.values,
            by=gesture.user,
            origin=gesture.origin,
        )
    )
    return None


async def _real(front: Front, gesture: Gesture) -> None:
    await front.executor.run_for_real(_number(gesture), gesture.user)


async def _approve(front: Front, gesture: Gesture) -> None:
    await front.executor.approve(_number(gesture), gesture.user)


async def _reject(front: Front, gesture: Gesture) -> None:
    await front.executor.reject(_number(gesture), gesture.user)


def _number(gesture: Gesture) -> int:
    if not gesture.value.isdigit():
        raise NotFound("That execution is not known any more.", "open the section again")
    return int(gesture.value)


def _blocks(view: Mapping[str, object]) -> set[str]:
    blocks = view.get("blocks")
    return {str(b.get("block_id")) for b in blocks} if isinstance(blocks, list) else set()


STEP_BUTTONS = {
    actions.STEP_RUN: _open,
    actions.STEP_REAL: _real,
    actions.STEP_APPROVE: _approve,
    actions.STEP_REJECT: _reject,
}
STEP_FORMS = {actions.FORM_STEP: _asked}
