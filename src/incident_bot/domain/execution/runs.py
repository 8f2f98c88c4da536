"""One execution of a step, and who may let it happen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from incident_bot.domain.execution.registry import Step

APPROVAL_LASTS = timedelta(minutes=10)
DRY_RUN_LASTS = timedelta(minutes=30)
OUTPUT_CAP = 64 * 1024
"""Bytes of output that are kept."""


class RunState(StrEnum):
    """How far an execution is."""

    PREVIEWED = "previewed"
    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Run:
    """One execution as it is recorded. It is bound to `digest` and `values`: neither ever changes.

    `needed` approvals must be given before `expires_at`. `command` is what people were shown.
    """

    id: int
    incident: int
    runbook: str
    step: str
    digest: str
    revision: str
    values: Mapping[str, str]
    command: str
    dry: bool
    state: RunState
    requested_by: str
    requested_at: datetime
    origin: str
    needed: int = 0
    approved_by: tuple[str, ...] = ()
    expires_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None
    output: str = ""
    why: str = ""

    @property
    def name(self) -> str:
        """`system/slug#id`."""
        return f"{self.runbook}#{self.step}"

    @property
    def lock(self) -> str:
        """What only one execution at a time may hold: the runbook, the step and its target."""
        target = json.dumps(sorted(self.values.items()))
        return f"{self.name}:{hashlib.sha256(target.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a runner saw. Not `certain`: it may have happened, and nobody can tell."""

    ok: bool
    output: str = ""
    code: int | None = None
    why: str = ""
    certain: bool = True


def cannot_approve(run: Run, by: str, *, entitled: bool, now: datetime) -> str:
    """Why somebody may not approve an execution; "" when they may."""
    if run.state is not RunState.WAITING:
        return f"It is {run.state} already."
    if run.expires_at is None or now >= run.expires_at:
        return "The ten minutes for approving it are over; ask for it again."
    if by == run.requested_by:
        return "Somebody else must approve what you asked for."
    if by in run.approved_by:
        return "You have approved it already; another person must too."
    return "" if entitled else "You are not an approver of executable steps."


def cannot_run_after(dry: Run, step: Step, now: datetime) -> str:
    """Why a dry run does not allow the real one; "" when it does."""
    if not dry.dry or dry.state not in (RunState.PREVIEWED, RunState.DONE):
        return "Its dry run did not succeed."
    if now - dry.requested_at > DRY_RUN_LASTS:
        return "Its dry run is older than 30 minutes; make another."
    return changed(dry, step)


def changed(run: Run, step: Step) -> str:
    """Why an execution no longer is what was shown; "" while it is."""
    if step.refused:
        return f"It may not run: {step.refused}."
    return "" if step.digest == run.digest else "The step was changed since it was shown."


def is_approved(run: Run) -> bool:
    """Whether enough different people approved it, none of them the one who asked."""
    return len(set(run.approved_by) - {run.requested_by}) >= run.needed


def may_ask(step: Step, roles: Collection[str]) -> str:
    """Why somebody with these roles may not ask for a step; "" when they may."""
    if step.requires and step.requires not in roles:
        return f"Only the {step.requires} of this incident may run it."
    return ""
