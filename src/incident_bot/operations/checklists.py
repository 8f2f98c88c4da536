"""Following a runbook step by step: one list for the whole room, kept in the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incident_bot.domain import effects
from incident_bot.domain.incidents import events
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.checklist import Checklist, CheckStep, StepState, steps_of
from incident_bot.domain.runbooks.usage import Use, UseKind
from incident_bot.errors import NotFound, NotNow
from incident_bot.operations.desk import Desk
from incident_bot.operations.record import record

_KINDS: Mapping[StepState, UseKind] = {
    StepState.DONE: UseKind.STEP_DONE,
    StepState.SKIPPED: UseKind.STEP_SKIPPED,
    StepState.FAILED: UseKind.STEP_FAILED,
    StepState.OPEN: UseKind.STEP_REOPENED,
}
_SAID = {StepState.OPEN: "opened again"}
_ENDED = (StepState.DONE, StepState.SKIPPED, StepState.FAILED)


@dataclass(frozen=True, slots=True)
class Started:
    """A checklist, and whether it is new (else the room followed it already)."""

    checklist: int
    new: bool


async def start(desk: Desk, number: int, runbook: Runbook, by: str) -> Started:
    """Follow a runbook in an incident; its steps are kept as they are now.

    Raises:
        NotFound: when the runbook has no steps.
        NotNow: when the incident is over.
    """
    plan = steps_of(runbook)
    if not plan:
        raise NotFound(
            f"{runbook.title} has no steps to follow.",
            f"{desk.rules().commands.runbook} {runbook.key}",
        )
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        incident = await tx.incidents.get(number)
        known = await tx.checklists.of(number, runbook.key)
        if known is not None:
            await tx.jobs.add([(effects.RefreshChecklist(number, known), now)], now)
            return Started(known, new=False)
        if not incident.is_open:
            raise NotNow(f"{incident.ref} is {incident.status}.", "/incident reopen why")
        made = await tx.checklists.start(number, (runbook.key, runbook.title), plan, by, now)
        if made is None:
            raise NotNow("Somebody started it at this moment.", "look for its card in the room")
        use = Use(number, runbook.key, "", "", UseKind.START, by, now)
        await tx.runbook_uses.add(use)
        event = events.RunbookStarted(number, by, runbook.key, made, len(plan))
        await record(tx, rules, incident, [event], now)
        return Started(made, new=True)


async def move(desk: Desk, number: int, position: int, state: StepState, by: str) -> Checklist:
    """End a step, or open it again; the first of two people who press wins.

    Raises:
        NotFound: when there is no such checklist or step.
        NotNow: when the step was ended by somebody else, or the incident is over.
    """
    now, rules = desk.clock.now(), desk.rules()
    async with desk.database.write() as tx:
        before = await tx.checklists.get(number)
        incident = await tx.incidents.get(before.incident)
        if not incident.is_open:
            raise NotNow(f"{incident.ref} is {incident.status}.", "/incident reopen why")
        step = _step(before, position)
        allowed = _ENDED if state is StepState.OPEN else (StepState.OPEN,)
        if (step.state, step.by) == (state, by):
            return before  # pressed twice
        if not await tx.checklists.move(number, position, allowed, state, by, now):
            who = f" by <@{step.by}>" if step.by else ""
            raise NotNow(f"That step is {step.state} already{who}.", "the card shows how far it is")
        plan = step.plan
        use = Use(
            incident.id,
            before.runbook,
            plan.anchor or plan.section,
            plan.text,
            _KINDS[state],
            by,
            now,
        )
        await tx.runbook_uses.add(use)
        said = _SAID.get(state, str(state))
        event = events.RunbookStepped(
            incident.id, by, before.runbook, plan.section, plan.text, said, number
        )
        await record(tx, rules, incident, [event], now)
        return await tx.checklists.get(number)


async def undo(desk: Desk, number: int, by: str) -> Checklist:
    """Open the step again that was ended last.

    Raises:
        NotNow: when no step has been ended.
    """
    async with desk.database.read() as tx:
        found = await tx.checklists.get(number)
    ended = [step for step in found.steps if step.at is not None]
    if not ended:
        raise NotNow("No step has been ended yet.")
    last = max(ended, key=lambda step: (step.at, step.position))
    return await move(desk, number, last.position, StepState.OPEN, by)


def _step(checklist: Checklist, position: int) -> CheckStep:
    for step in checklist.steps:
        if step.position == position:
            return step
    raise NotFound("That step is not known any more.", "/runbook start NAME")
