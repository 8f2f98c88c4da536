"""The registry of executable steps: made from the shelf, pinned by hash, never from Slack."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from incident_bot.domain.execution.allowance import Execution
from incident_bot.domain.execution.commands import NotExecutable, blanks, prepare
from incident_bot.domain.execution.values import Variable, read_variable
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.facts import seconds
from incident_bot.domain.runbooks.marked import (
    digest_of,
    id_of,
    marked_blocks,
    names_of,
    specs_of,
)
from incident_bot.domain.runbooks.nodes import CodeBlock

USUAL_TIMEOUT = 60.0
LONGEST_TIMEOUT = 300.0
_RISKS = ("read", "low", "high")


@dataclass(frozen=True, slots=True)
class Step:
    """One executable step. `refused` says why it cannot run, "" when it can.

    `digest` covers the text, its attributes and its variables: whatever changes needs approval
    by configuration again.
    """

    runbook: str
    id: str
    digest: str
    text: str
    kind: str
    risk: str
    runner: str
    timeout: float
    approvals: int
    requires: str = ""
    confirm: str = ""
    dry_run: str = ""
    variables: tuple[Variable, ...] = ()
    revision: str = ""
    refused: str = ""

    @property
    def name(self) -> str:
        """`system/slug#id`, as the configuration names it."""
        return f"{self.runbook}#{self.id}"


def steps_of(runbook: Runbook, allowed: Execution, today: datetime.date) -> tuple[Step, ...]:
    """Return every block with an id, each with the reason why it cannot run, if there is one."""
    found = [_read(runbook, block) for block in marked_blocks(runbook)]
    ids = [step.id for step in found]
    return tuple(
        _judged(step, runbook, allowed, today, twice=ids.count(step.id) > 1) for step in found
    )


def find_step(
    runbook: Runbook, identifier: str, allowed: Execution, today: datetime.date
) -> Step | None:
    """Return the step of an id as it is now; None when there is none."""
    mine = (step for step in steps_of(runbook, allowed, today) if step.id == identifier)
    return next(mine, None)


def _read(runbook: Runbook, block: CodeBlock) -> Step:
    keys = dict(block.attributes)
    specs = specs_of(runbook)
    variables = tuple(read_variable(name, specs.get(name)) for name in names_of(block))
    span = seconds(keys["timeout"]) if "timeout" in keys else USUAL_TIMEOUT
    asked = keys.get("approvals", "0")
    risk = keys.get("risk", "high")
    least = 1 if risk == "high" else 0
    return Step(
        runbook=runbook.key,
        id=id_of(block),
        digest=digest_of(runbook, block),
        text=block.commands.strip() or block.code.strip(),
        kind=keys.get("kind", "action"),
        risk=risk,
        runner=keys.get("runner", ""),
        timeout=min(span or 0.0, LONGEST_TIMEOUT),
        approvals=max(least, int(asked) if asked in ("0", "1", "2") else 2),
        requires=keys.get("requires", ""),
        confirm=keys.get("confirm", ""),
        dry_run=keys.get("dry_run", ""),
        variables=variables,
        revision=runbook.revision,
    )


def _judged(
    step: Step, runbook: Runbook, allowed: Execution, today: datetime.date, *, twice: bool
) -> Step:
    why = next(_faults(step, runbook, allowed, today, twice=twice), "")
    return Step(**{**{name: getattr(step, name) for name in step.__slots__}, "refused": why})


def _faults(
    step: Step, runbook: Runbook, allowed: Execution, today: datetime.date, *, twice: bool
) -> Iterator[str]:
    facts = runbook.facts
    if not allowed.enabled:
        yield "executable steps are switched off"
    if twice:
        yield "its id is not unique in the runbook"
    if facts.status == "deprecated":
        yield "the runbook is deprecated"
    every = seconds(facts.review_every) if facts.review_every else None
    if every is not None and (
        facts.last_reviewed is None
        or facts.last_reviewed + datetime.timedelta(seconds=every) < today
    ):
        yield "the review of the runbook is overdue"
    pin = allowed.steps.get(step.name)
    if pin is None:
        yield "it is not among runbooks.execution.steps"
    elif pin != step.digest:
        yield "it was changed since it was approved"
    yield from _shape(step, allowed)


def _shape(step: Step, allowed: Execution) -> Iterator[str]:
    if step.kind not in ("check", "action") or step.risk not in _RISKS:
        yield "its kind or risk is not known"
    if step.timeout <= 0:
        yield "its timeout is not a duration"
    yield from (one.wrong for one in step.variables if one.wrong)
    runner = allowed.runners.get(step.runner)
    if runner is None:
        yield f"the runner {step.runner or '(none)'} is not configured"
        return
    unknown = blanks(step.text) - {one.name for one in step.variables}
    if unknown and runner.type == "argv":
        yield f"{', '.join(sorted(unknown))} is not declared under vars"
    sample = {one.name: "x" for one in step.variables}
    for text in filter(None, (step.text, step.dry_run if runner.type == "argv" else "")):
        try:
            prepare(text, runner, sample)
        except NotExecutable as error:
            yield str(error)
