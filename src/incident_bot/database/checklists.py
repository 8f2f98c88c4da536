"""Checklists, kept: a runbook's steps as they were when it was started, and how far each is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new
from incident_bot.domain.runbooks.checklist import Checklist, CheckStep, PlannedStep, StepState
from incident_bot.errors import NotFound

_list = tables.checklist.c
_step = tables.checklist_step.c
_BATCH = 80  # rows of one INSERT; SQLite binds at most 999 values on old builds


class Checklists:
    """The checklist rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(
        self,
        incident: int,
        runbook: tuple[str, str],
        steps: Sequence[PlannedStep],
        by: str,
        now: datetime,
    ) -> int | None:
        """Start a runbook (full name, title); None when this incident follows it already."""
        statement = (
            insert_if_new(self._connection, tables.checklist)
            .values(
                incident_id=incident,
                runbook=runbook[0],
                title=runbook[1],
                started_by=by,
                started_at=now,
            )
            .on_conflict_do_nothing(index_elements=["incident_id", "runbook"])
            .returning(_list.id)
        )
        number: int | None = (await self._connection.execute(statement)).scalar_one_or_none()
        if number is None:
            return None
        rows = [
            {
                "checklist_id": number,
                "position": position,
                "section": plan.section,
                "anchor": plan.anchor,
                "text": plan.text,
                "code": plan.code,
                "step": plan.id,
                "state": str(StepState.OPEN),
            }
            for position, plan in enumerate(steps)
        ]
        for at in range(0, len(rows), _BATCH):
            await self._connection.execute(
                sa.insert(tables.checklist_step).values(rows[at : at + _BATCH])
            )
        return number

    async def of(self, incident: int, runbook: str) -> int | None:
        """The checklist by which an incident follows a runbook."""
        statement = sa.select(_list.id).where(
            _list.incident_id == incident, _list.runbook == runbook
        )
        return (await self._connection.execute(statement)).scalar_one_or_none()

    async def of_incident(self, incident: int) -> Sequence[int]:
        """Every checklist of an incident, in the order in which they were started."""
        statement = sa.select(_list.id).where(_list.incident_id == incident).order_by(_list.id)
        return list((await self._connection.execute(statement)).scalars())

    async def get(self, number: int) -> Checklist:
        """A checklist with every step, in order.

        Raises:
            NotFound: when there is none of that number.
        """
        statement = sa.select(tables.checklist).where(_list.id == number)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound("That checklist is not known any more.", "/runbook start NAME")
        steps = sa.select(tables.checklist_step).where(_step.checklist_id == number)
        rows = (await self._connection.execute(steps.order_by(_step.position))).mappings()
        return Checklist(
            id=row["id"],
            incident=row["incident_id"],
            runbook=row["runbook"],
            title=row["title"],
            started_by=row["started_by"],
            started_at=row["started_at"],
            steps=tuple(_read(step) for step in rows),
        )

    async def move(
        self,
        number: int,
        position: int,
        before: Sequence[StepState],
        after: StepState,
        by: str,
        now: datetime,
    ) -> bool:
        """Change a step's state; False when somebody was faster. The arbiter of every race."""
        opened = after is StepState.OPEN
        done = await self._connection.execute(
            sa.update(tables.checklist_step)
            .where(
                _step.checklist_id == number,
                _step.position == position,
                _step.state.in_([str(state) for state in before]),
            )
            .values(state=str(after), by=None if opened else by, at=None if opened else now)
        )
        return done.rowcount == 1


def _read(row: sa.RowMapping) -> CheckStep:
    plan = PlannedStep(row["section"], row["anchor"], row["text"], row["code"], row["step"])
    return CheckStep(row["position"], plan, StepState(row["state"]), row["by"], row["at"])
