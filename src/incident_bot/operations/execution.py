"""Executable steps: asked for, tried dry, approved, run at most once, written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from incident_bot.database.jobs import Claimed
from incident_bot.database.transaction import Transaction
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import Outcome, Sent
from incident_bot.domain.effects import Work
from incident_bot.domain.execution.allowance import ArgvRunner, Execution, Runner
from incident_bot.domain.execution.commands import NotExecutable, Prepared, prepare
from incident_bot.domain.execution.registry import Step, find_step, steps_of
from incident_bot.domain.execution.runs import (
    APPROVAL_LASTS,
    Ran,
    Run,
    RunState,
    cannot_approve,
    cannot_run_after,
    changed,
    is_approved,
    may_ask,
)
from incident_bot.domain.execution.values import problems
from incident_bot.domain.incidents import events
from incident_bot.domain.incidents.incident import Incident
from incident_bot.domain.postmortems.redaction import RedactionPolicy, Redactor
from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.shelf import Shelf
from incident_bot.domain.runbooks.usage import Use, UseKind
from incident_bot.errors import NotFound, NotNow, Refused
from incident_bot.ids import incident_ref
from incident_bot.operations.desk import Desk
from incident_bot.operations.record import record

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Order:
    """What a runner is told: the prepared command, its runner, seconds it has, and its key."""

    command: Prepared
    runner: Runner
    timeout: float
    key: str
    about: Mapping[str, str]


RunnerPort = Callable[[Order], Awaitable[Ran]]


@dataclass(frozen=True, slots=True)
class Ask:
    """A wish to run a step, as a form submits it: names, a hash and values; never a command."""

    incident: int
    runbook: str
    step: str
    digest: str
    values: Mapping[str, str]
    by: str
    origin: str


class Executor:
    """Runs steps. `permitted` is the kill switch of the environment."""

    def __init__(
        self, desk: Desk, shelf: Callable[[], Shelf], run: RunnerPort, *, permitted: bool
    ) -> None:
        self._desk = desk
        self._shelf = shelf
        self._run = run
        self._permitted = permitted

    @property
    def allowed(self) -> Execution:
        """What the configuration allows now; nothing while the kill switch is pulled."""
        allowed = self._desk.rules().runbooks.execution
        return allowed if self._permitted else allowed.model_copy(update={"enabled": False})

    def offered(self, runbook: Runbook) -> tuple[Step, ...]:
        """The steps of a runbook that may run now."""
        if not self.allowed.enabled:
            return ()
        today = self._desk.clock.now().date()
        return tuple(s for s in steps_of(runbook, self.allowed, today) if not s.refused)

    def step(self, runbook: str, identifier: str) -> Step:
        """A step as the registry has it now.

        Raises:
            NotFound: when there is none.
            NotNow: when it may not run; says why.
        """
        book = self._shelf().get(runbook)
        today = self._desk.clock.now().date()
        found = find_step(book, identifier, self.allowed, today) if book else None
        if found is None:
            raise NotFound("That step is not on the shelf any more.", "open the section again")
        if found.refused:
            raise NotNow(f"{found.name} may not run: {found.refused}.")
        return found

    async def ask(self, ask: Ask) -> Run:
        """Ask for a step: a check runs at once (with its approvals), an action dry first.

        Raises:
            Refused: when anything about it is not as it must be; nothing runs then.
        """
        step = self.step(ask.runbook, ask.step)
        if step.digest != ask.digest:
            raise NotNow("The step was changed since it was shown.", "open the section again")
        wrong = problems(step.variables, ask.values)
        if wrong:
            raise Refused("; ".join(f"{name} {why}" for name, why in wrong.items()) + ".")
        dry = step.kind == "action"
        command = self._prepared(step, ask.values, dry=dry and self._has_dry_run(step))
        run = self._new(step, ask, command, dry=dry)
        if dry and not self._has_dry_run(step):
            return await self._record(run, step, RunState.PREVIEWED)
        return await self._record(run, step, self._first_state(run))

    async def run_for_real(self, number: int, by: str) -> Run:
        """After a dry run that succeeded: the real one, once per dry run.

        Raises:
            Refused: when it may not run.
        """
        async with self._desk.database.read() as tx:
            dry = await tx.step_runs.get(number)
        step = self.step(dry.runbook, dry.step)
        why = cannot_run_after(dry, step, self._desk.clock.now())
        if why:
            raise NotNow(why, "open the section and run it again")
        ask = Ask(dry.incident, dry.runbook, dry.step, dry.digest, dry.values, by, f"real:{number}")
        command = self._prepared(step, ask.values, dry=False)
        run = self._new(step, ask, command, dry=False)
        return await self._record(run, step, self._first_state(run))

    async def approve(self, number: int, by: str) -> Run:
        """Approve an execution; with enough approvals it is queued.

        Raises:
            NotNow: when this person may not, or it is too late.
        """
        now, rules = self._desk.clock.now(), self._desk.rules()
        async with self._desk.database.write() as tx:
            seen = await tx.step_runs.get(number)
            incident = await tx.incidents.get(seen.incident)
            run = await tx.step_runs.get(number, lock=True)
            entitled = self._entitled(incident, by)
            why = cannot_approve(run, by, entitled=entitled, now=now)
            why = why or changed(run, self.step(run.runbook, run.step))
            if why:
                raise NotNow(why)
            approvers = (*run.approved_by, by)
            enough = is_approved(_with(run, approved_by=approvers))
            state = RunState.QUEUED if enough else RunState.WAITING
            await tx.step_runs.move(number, (RunState.WAITING,), state, approved_by=list(approvers))
            if enough:
                await tx.jobs.add([(effects.RunStep(incident.id, number), now)], now)
            event = _event(run, by, "approved", f"by <@{by}>")
            await record(tx, rules, incident, [event], now)
            return await tx.step_runs.get(number)

    async def reject(self, number: int, by: str) -> Run:
        """Say no to an execution that waits.

        Raises:
            NotNow: when it does not wait any more.
        """
        now, rules = self._desk.clock.now(), self._desk.rules()
        async with self._desk.database.write() as tx:
            run = await tx.step_runs.get(number)
            incident = await tx.incidents.get(run.incident)
            why = f"rejected by <@{by}>"
            rejected = RunState.REJECTED
            if not await tx.step_runs.move(
                number, (RunState.WAITING,), rejected, ended_at=now, why=why
            ):
                raise NotNow(f"It is {run.state} already.")
            await record(tx, rules, incident, [_event(run, by, "rejected", why)], now)
            return await tx.step_runs.get(number)

    async def perform(self, _job: Claimed, work: Work) -> Outcome:
        """The effect: at most once. An attempt that finds another one begun says "unknown"."""
        if not isinstance(work, effects.RunStep):
            raise TypeError(work.kind)
        async with self._desk.database.write() as tx:
            begun = await tx.step_runs.move(
                work.run,
                (RunState.QUEUED,),
                RunState.RUNNING,
                started_at=self._desk.clock.now(),
            )
            run = await tx.step_runs.get(work.run)
        if not begun:
            if run.state is RunState.RUNNING:
                await self._ended(run, Ran(False, why="an earlier attempt began", certain=False))
            return Sent()
        await self._ended(run, await self._carry_out(run))
        return Sent()

    async def _carry_out(self, run: Run) -> Ran:
        """Check everything again, then do it."""
        async with self._desk.database.read() as tx:
            incident = await tx.incidents.get(run.incident)
        try:
            step = self.step(run.runbook, run.step)
            why = changed(run, step)
            if not why and not is_approved(run):
                why = "It is not approved."
            if not why and not incident.is_open:
                why = f"{incident.ref} is {incident.status}."
            if not why and self._desk.clock.now() >= run.requested_at + APPROVAL_LASTS:
                why = "It waited for longer than ten minutes; ask for it again."
            if why or problems(step.variables, run.values):
                return Ran(False, why=why or "Its values are not valid any more.")
            command = self._prepared(step, run.values, dry=run.dry and self._has_dry_run(step))
        except Refused as refused:
            return Ran(False, why=refused.say)
        about = {
            "runbook": run.runbook,
            "step": run.step,
            "revision": run.revision,
            "digest": run.digest,
            "incident": incident.ref,
            "requested_by": run.requested_by,
        }
        key = f"incident-bot-step-{run.id}-{run.digest[:12]}"
        runner = self.allowed.runners[step.runner]
        return await self._run(Order(command, runner, step.timeout, key, about))

    async def _ended(self, run: Run, ran: Ran) -> None:
        """Write down how it ended; a late truth replaces "unknown", nothing is run again."""
        now, rules = self._desk.clock.now(), self._desk.rules()
        state = RunState.DONE if ran.ok else RunState.FAILED
        if not ran.certain:
            state = RunState.UNKNOWN
        output = _redacted(ran.output, run.incident)
        why = _redacted(ran.why, run.incident)[:500]
        async with self._desk.database.write() as tx:
            incident = await tx.incidents.get(run.incident)
            before = [RunState.RUNNING, *([RunState.UNKNOWN] if ran.certain else [])]
            if not await tx.step_runs.move(
                run.id, before, state, ended_at=now, exit_code=ran.code, output=output, why=why
            ):
                return
            kind = UseKind.EXECUTED if ran.ok else UseKind.EXECUTION_FAILED
            if not run.dry:
                by = run.requested_by
                use = Use(run.incident, run.runbook, "", run.step, kind, by, now)
                await tx.runbook_uses.add(use)
            said = {RunState.UNKNOWN: "unknown outcome"}.get(state, str(state))
            event = _event(run, run.requested_by, said, why)
            await record(tx, rules, incident, [event], now)

    def _prepared(self, step: Step, values: Mapping[str, str], *, dry: bool) -> Prepared:
        runner = self.allowed.runners[step.runner]
        try:
            return prepare(step.dry_run if dry else step.text, runner, values)
        except NotExecutable as error:
            raise NotNow(f"{step.name} may not run: {error}.") from error

    def _has_dry_run(self, step: Step) -> bool:
        runner = self.allowed.runners.get(step.runner)
        return bool(step.dry_run) and isinstance(runner, ArgvRunner)

    def _new(self, step: Step, ask: Ask, command: Prepared, *, dry: bool) -> Run:
        now = self._desk.clock.now()
        needed = 0 if dry else step.approvals
        return Run(
            id=0,
            incident=ask.incident,
            runbook=step.runbook,
            step=step.id,
            digest=step.digest,
            revision=step.revision,
            values=dict(ask.values),
            command=_redacted(command.shown(), ask.incident),
            dry=dry,
            state=RunState.QUEUED,
            requested_by=ask.by,
            requested_at=now,
            origin=ask.origin,
            needed=needed,
            expires_at=now + APPROVAL_LASTS if needed else None,
        )

    @staticmethod
    def _first_state(run: Run) -> RunState:
        return RunState.WAITING if run.needed else RunState.QUEUED

    async def _record(self, run: Run, step: Step, state: RunState) -> Run:
        now, rules = self._desk.clock.now(), self._desk.rules()
        await self._expire_lapsed(rules, now)
        async with self._desk.database.write() as tx:
            incident = await tx.incidents.get(run.incident)
            if not incident.is_open:
                raise NotNow(f"{incident.ref} is {incident.status}.", "/incident reopen why")
            held = [role for role, user in incident.roles.items() if user == run.requested_by]
            why = may_ask(step, held)
            if why:
                raise NotNow(why)
            await self._within_rate(tx, now)
            made = await tx.step_runs.add(_with(run, state=state))
            if made is None and await tx.step_runs.is_known(run.origin):
                raise NotNow("That was asked for already.", "its card says how far it is")
            if made is None:
                raise NotNow(
                    f"{run.name} is being executed already for that target.",
                    "wait until it has ended, or is rejected",
                )
            if state is RunState.QUEUED:
                await tx.jobs.add([(effects.RunStep(incident.id, made.id), now)], now)
            if made.expires_at is not None:
                due = effects.ApprovalDue(incident.id, made.id)
                await tx.jobs.add([(due, made.expires_at)], now)
            what = "dry run asked for" if made.dry else "asked for"
            await record(tx, rules, incident, [_event(made, run.requested_by, what)], now)
            return made

    async def _expire_lapsed(self, rules: Configuration, now: datetime) -> None:
        """Let go of what nobody approved in time, though its timer is late.

        Each in a transaction of its own: no two incidents are ever locked at once.
        """
        async with self._desk.database.read() as tx:
            lapsed = await tx.step_runs.lapsed(now)
        for run in lapsed:
            async with self._desk.database.write() as tx:
                due = effects.ApprovalDue(run.incident, run.id)
                await approval_due(tx, rules, due, now)

    async def _within_rate(self, tx: Transaction, now: datetime) -> None:
        most = self.allowed.per_minute
        if await tx.step_runs.since(now - MINUTE) >= most:
            raise NotNow(f"{most} executions were asked for within a minute.", "wait a minute")

    def _entitled(self, incident: Incident, by: str) -> bool:
        rules, allowed = self._desk.rules(), self.allowed
        holders = {incident.roles.get(role) for role in allowed.approver_roles}
        people = {p.slack for name in allowed.approvers if (p := rules.people.get(name))}
        return by in (holders | people) - {None}


async def approval_due(
    tx: Transaction, rules: Configuration, timer: effects.ApprovalDue, now: datetime
) -> None:
    """Nobody approved an execution in time."""
    run = await tx.step_runs.get(timer.run)
    incident = await tx.incidents.get(run.incident)
    if await tx.step_runs.move(timer.run, (RunState.WAITING,), RunState.EXPIRED, ended_at=now):
        event = _event(run, None, "expired", "nobody approved it within ten minutes")
        await record(tx, rules, incident, [event], now)


def _event(run: Run, by: str | None, state: str, detail: str = "") -> events.StepExecuted:
    return events.StepExecuted(run.incident, by, run.id, run.name, state, detail, run.dry)


def _with(run: Run, **changes: object) -> Run:
    return Run(**{**{name: getattr(run, name) for name in run.__slots__}, **changes})


def _redacted(text: str, incident: int) -> str:
    return Redactor(RedactionPolicy(), incident_ref(incident)).redact(text)
