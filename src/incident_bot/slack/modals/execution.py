"""The form that asks for a step: its variables, and a hash of what was shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from incident_bot.domain.execution.registry import Step
from incident_bot.domain.execution.values import LONGEST, Variable
from incident_bot.slack import actions
from incident_bot.slack.blockkit import (
    Block,
    context,
    form_field,
    modal,
    option,
    section,
    shorten,
    showable,
    static_select,
    text_input,
)
from incident_bot.slack.cards.prose import line
from incident_bot.slack.modals.fields import State, blocks_of, chosen, metadata, typed

_VAR = "var."


@dataclass(frozen=True, slots=True)
class StepSubmission:
    """The values of a step, by variable."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


def step_modal(step: Step, incident: int) -> Block:
    """What will run, and its blanks (metadata `r`, `s`, `h`: runbook, step, hash)."""
    first = "It is tried dry first." if step.kind == "action" else "It only looks."
    needs = f" {step.approvals} must approve it." if step.approvals else ""
    inside = [{"type": "text", "text": shorten(showable(step.text), 2000) or " "}]
    blocks: list[Block] = [
        section(f"*{line(step.name, 200)}*\n{line(step.confirm, 500)}".strip()),
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": inside}],
        },
        context(f"{first}{needs} Risk: {line(step.risk, 20)}."),
    ]
    blocks += [_field(variable) for variable in step.variables]
    about = metadata(i=incident, r=step.runbook, s=step.id, h=step.digest)
    submit = "Dry run" if step.kind == "action" else "Run"
    return modal("Run a step", actions.FORM_STEP, blocks, submit=submit, metadata=about)


def read_step(state: State) -> StepSubmission:
    """Read the submission; the values are judged by the step's own rules."""
    values = {
        block.removeprefix(_VAR): chosen(state, block) or typed(state, block)
        for block in blocks_of(state)
        if block.startswith(_VAR)
    }
    return StepSubmission(values)


def _field(variable: Variable) -> Block:
    block = f"{_VAR}{variable.name}"
    if variable.choices:
        options = [option(choice, choice) for choice in variable.choices[:100]]
        return form_field(block, variable.name, static_select("value", "Choose", options))
    hint = variable.pattern or variable.type
    return form_field(block, variable.name, text_input("value", limit=LONGEST), hint=hint)
