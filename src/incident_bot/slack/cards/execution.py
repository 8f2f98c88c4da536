"""Executable steps as cards: what will run, who must approve, how it ended."""

from __future__ import annotations

import json
from collections.abc import Sequence

from incident_bot.domain.execution.registry import Step
from incident_bot.domain.execution.runs import Run, RunState
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
from incident_bot.slack.cards.prose import joined, line, people, person

SHOWN_STEPS = 10
OUTPUT = 2500
_SIGNS = {
    RunState.PREVIEWED: "🧪",
    RunState.WAITING: "⏳",
    RunState.QUEUED: "⏳",
    RunState.RUNNING: "▶",
    RunState.DONE: "✓",
    RunState.FAILED: "✗",
    RunState.UNKNOWN: "❓",
    RunState.EXPIRED: "⌛",
    RunState.REJECTED: "🚫",
}
_SAID = {
    RunState.PREVIEWED: "would run",
    RunState.WAITING: "waits for approval",
    RunState.UNKNOWN: "*unknown outcome*: it may have happened. It is not repeated; look for yourself",
}


def run_buttons(steps: Sequence[Step]) -> Block:
    """A row with a button for each step that may run: its names and its hash, nothing else."""
    return row(
        [
            button(
                shorten(f"▶ {step.id}", 60),
                f"{actions.STEP_RUN}.{number}",
                json.dumps({"r": step.runbook, "i": step.id, "h": step.digest}),
                style="danger" if step.risk == "high" else None,
            )
            for number, step in enumerate(steps[:SHOWN_STEPS])
        ]
    )


def run_card(run: Run) -> Card:
    """An execution in the room, changed in place until it has ended."""
    dry = "Dry run of " if run.dry and run.state is not RunState.PREVIEWED else ""
    state = _SAID.get(run.state, str(run.state))
    head = f"{_SIGNS[run.state]} {dry}*{line(run.name, 200)}* {state}"
    blocks = [section(head), *_preformatted(run.command)]
    blocks.append(context(_small(run)))
    if run.why:
        blocks.append(context(line(run.why, 400)))
    buttons = _buttons(run)
    if buttons:
        blocks.append(row(buttons))
    return Card(line(f"{run.name}: {run.state}", 300), blocks)


def result_card(run: Run) -> Card:
    """How an execution ended, for its thread."""
    code = f"status {run.exit_code}" if run.exit_code is not None else ""
    took = ""
    if run.started_at and run.ended_at:
        took = f"{(run.ended_at - run.started_at).total_seconds():.1f} s"
    state = _SAID.get(run.state, str(run.state))
    head = joined([f"{_SIGNS[run.state]} {state}", code, took, line(run.why, 300)])
    shown = run.output[:OUTPUT]
    blocks = [section(head), *_preformatted(shown)]
    if len(run.output) > OUTPUT:
        blocks.append(context(f"{len(run.output)} characters of output; the rest is on record."))
    return Card(line(f"{run.name}: {run.state}", 300), blocks)


def _buttons(run: Run) -> list[Block]:
    value = str(run.id)
    if run.state is RunState.WAITING:
        return [
            button("Approve", actions.STEP_APPROVE, value, style="primary"),
            button("Reject", actions.STEP_REJECT, value),
        ]
    if run.dry and run.state in (RunState.PREVIEWED, RunState.DONE):
        return [button("Run it", actions.STEP_REAL, value, style="danger")]
    return []


def _small(run: Run) -> str:
    approved = f"approved by {people(run.approved_by)}" if run.approved_by else ""
    left = run.needed - len(run.approved_by)
    waits = f"{left} more to approve" if left > 0 and run.state is RunState.WAITING else ""
    until = f"until {clock_time(run.expires_at)}" if waits and run.expires_at else ""
    asked = f"asked by {person(run.requested_by)}"
    revision = f"rev {line(run.revision[:12], 20)}" if run.revision else ""
    return joined([asked, approved, waits, until, revision, f"`{run.digest[:12]}`"])


def _preformatted(text: str) -> list[Block]:
    shown = showable(text).strip("\n")
    if not shown.strip():
        return []
    code = {"type": "text", "text": shorten(shown, OUTPUT)}
    inside = [{"type": "rich_text_preformatted", "elements": [code]}]
    return [{"type": "rich_text", "elements": inside}]
