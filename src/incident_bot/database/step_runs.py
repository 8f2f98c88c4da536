"""Executions of runbook steps, kept: the audit of who ran what, when, with which values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new
from incident_bot.domain.execution.runs import Run, RunState
from incident_bot.errors import NotFound

_run = tables.step_run.c
_HOLDING = (RunState.WAITING, RunState.QUEUED, RunState.RUNNING)


class StepRuns:
    """The step_run rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, run: Run) -> Run | None:
        """Record an execution; None when its origin is known, or its target is locked."""
        holds = run.state in _HOLDING
        statement = (
            insert_if_new(self._connection, tables.step_run)
            .values(
                incident_id=run.incident,
                runbook=run.runbook,
                step=run.step,
                digest=run.digest,
                revision=run.revision,
                values=dict(run.values),
                command=run.command,
                dry=run.dry,
                state=str(run.state),
                lock=run.lock if holds else None,
                origin=run.origin,
                requested_by=run.requested_by,
                requested_at=run.requested_at,
                needed=run.needed,
                approved_by=list(run.approved_by),
                expires_at=run.expires_at,
                output="",
                why="",
            )
            .on_conflict_do_nothing()
            .returning(_run.id)
        )
        number = (await self._connection.execute(statement)).scalar_one_or_none()
        return None if number is None else replace(run, id=number)

    async def is_known(self, origin: str) -> bool:
        """Whether a wish has been recorded before."""
        statement = sa.select(_run.id).where(_run.origin == origin)
        return (await self._connection.execute(statement)).scalar_one_or_none() is not None

    async def get(self, number: int, *, lock: bool = False) -> Run:
        """The execution of that number.

        Raises:
            NotFound: when there is none.
        """
        statement = sa.select(tables.step_run).where(_run.id == number)
        if lock:
            statement = statement.with_for_update()
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound("That execution is not known any more.")
        return _read(row)

    async def move(
        self, number: int, before: Sequence[RunState], after: RunState, **more: Any
    ) -> bool:
        """Change an execution's state; False when somebody was faster. The arbiter of every race."""
        values: dict[str, Any] = {"state": str(after), **more}
        if after not in _HOLDING:
            values["lock"] = None
        done = await self._connection.execute(
            sa.update(tables.step_run)
            .where(_run.id == number, _run.state.in_([str(state) for state in before]))
            .values(values)
        )
        return done.rowcount == 1

    async def lapsed(self, now: datetime) -> Sequence[Run]:
        """What nobody approved in time and still waits."""
        statement = (
            sa.select(tables.step_run)
            .where(_run.state == str(RunState.WAITING), _run.expires_at <= now)
            .order_by(_run.id)
        )
        return [_read(row) for row in (await self._connection.execute(statement)).mappings()]

    async def since(self, moment: datetime) -> int:
        """How many executions were asked for since a moment."""
        statement = sa.select(sa.func.count()).where(_run.requested_at > moment)
        return int((await self._connection.execute(statement)).scalar_one())


def _read(row: sa.RowMapping) -> Run:
    values = {k: v for k, v in row.items() if k not in ("incident_id", "lock")}
    return Run(
        **{
            **values,
            "incident": row["incident_id"],
            "state": RunState(row["state"]),
            "approved_by": tuple(row["approved_by"]),
        }
    )
