"""A runbook followed step by step: what is done, by whom, and what comes next."""

from __future__ import annotations

from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.runbooks.checklist import Checklist, CheckStep, StepState
from incident_bot.slack import actions
from incident_bot.slack.blockkit import (
    Block,
    Card,
    button,
    clock_time,
    context,
    section,
    shorten,
    showable,
)
from incident_bot.slack.blockkit import actions as row
from incident_bot.slack.cards.prose import joined, line, one_line, person
from incident_bot.slack.cards.runbook_buttons import pack, rating_buttons

SHOWN_OPEN = 4
SHOWN_ENDED = 12
CODE = 900
_SIGNS = {StepState.DONE: "✓", StepState.SKIPPED: "⤼", StepState.FAILED: "✗", StepState.OPEN: "○"}


def checklist_card(checklist: Checklist, incident: Incident) -> Card:
    """The steps that ended, then the next ones with their buttons; none once the incident is over."""
    total = len(checklist.steps)
    ended = [step for step in checklist.steps if step.state is not StepState.OPEN]
    waiting = [step for step in checklist.steps if step.state is StepState.OPEN]
    title = line(checklist.title, 200)
    blocks = [section(f"📋 *{title}*\n{len(ended)} of {total} steps"), context(_small(checklist))]
    if ended:
        blocks.append(section(_ended(ended)))
    blocks += (
        _going_on(checklist, waiting, incident)
        if incident.is_open
        else [context(_over(waiting, incident))]
    )
    text = f"Checklist {checklist.title}: {len(ended)} of {total} steps"
    return Card(line(text, 400), blocks)


def _going_on(checklist: Checklist, waiting: list[CheckStep], incident: Incident) -> list[Block]:
    blocks: list[Block] = []
    for step in waiting[:SHOWN_OPEN]:
        blocks += _open_step(checklist, step, len(checklist.steps), incident)
    left = len(waiting) - SHOWN_OPEN
    if left > 0:
        blocks.append(context(f"and {left} more after these"))
    if not waiting:
        blocks.append(section("Every step has ended. Did the runbook help?"))
    return [*blocks, row(_closing(checklist, incident, finished=not waiting))]


def _over(waiting: list[CheckStep], incident: Incident) -> str:
    """How far it came; rating and gaps still go by command."""
    came = f"{len(waiting)} left open" if waiting else "every step has ended"
    return f"{incident.ref} is {incident.status}: {came}."


def _small(checklist: Checklist) -> str:
    counts = [
        f"{sum(1 for step in checklist.steps if step.state is state)} {state}"
        for state in (StepState.SKIPPED, StepState.FAILED)
        if any(step.state is state for step in checklist.steps)
    ]
    begun = f"started by {person(checklist.started_by)} {clock_time(checklist.started_at)}"
    return joined([begun, *counts])


def _ended(steps: list[CheckStep]) -> str:
    steps = sorted(steps, key=lambda step: step.position)
    earlier = len(steps) - SHOWN_ENDED
    lines = [f"{earlier} before these"] if earlier > 0 else []
    for step in steps[-SHOWN_ENDED:]:
        when = clock_time(step.at) if step.at else ""
        who = joined([person(step.by, ""), when], " ")
        words = line(step.plan.text, 110)
        lines.append(f"{_SIGNS[step.state]} {words}  {who}".rstrip())
    return "\n".join(lines)


def _open_step(
    checklist: Checklist, step: CheckStep, total: int, incident: Incident
) -> list[Block]:
    plan = step.plan
    where = line(plan.section, 120)
    blocks = [section(f"*{step.position + 1}/{total}* {one_line(plan.text, 500)}\n_{where}_")]
    copied = shorten(showable(plan.code), CODE)
    if copied.strip():
        code = {"type": "text", "text": copied}
        blocks.append(
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_preformatted", "elements": [code]}],
            }
        )
    value = f"{checklist.id}:{step.position}"
    read = pack(
        checklist.runbook,
        f"#{plan.anchor}" if plan.anchor else plan.section,
        context={"incident": str(incident.id)},
    )
    blocks.append(
        row(
            [
                button("Done", actions.CHECKLIST_DONE, value, style="primary"),
                button("Skip", actions.CHECKLIST_SKIP, value),
                button("Failed", actions.CHECKLIST_FAIL, value),
                button("Read", f"{actions.RUNBOOK_SECTION}.{step.position}", read),
            ],
            block_id=f"checklist-{checklist.id}-{step.position}",
        )
    )
    return blocks


def _closing(checklist: Checklist, incident: Incident, *, finished: bool) -> list[Block]:
    about = {"incident": str(incident.id)}
    buttons = rating_buttons(checklist.runbook, "", about) if finished else []
    if checklist.ended:
        buttons.append(button("Undo last", actions.CHECKLIST_UNDO, f"{checklist.id}:0"))
    buttons.append(
        button("Open runbook", actions.RUNBOOK_OPEN, pack(checklist.runbook, context=about))
    )
    buttons.append(
        button("🕳 Report a gap", actions.RUNBOOK_GAP, pack(checklist.runbook, context=about))
    )
    return buttons
