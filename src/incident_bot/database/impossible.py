"""What the record should never say: something is promised, and nothing is there to keep it.

Each question is one statement and is nearly always answered with nothing. What happened after
`before` may still be on its way, and is left out; so is what waits for its Retry button.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.job_statements import IS_OPEN
from incident_bot.domain.effects import EscalationDue, OpenRoom, PostCard, RingPerson, UpdateDue
from incident_bot.domain.incidents.incident import OPEN_STATUSES
from incident_bot.domain.paging.page import PageState, RingState

_job, _incident = tables.job.c, tables.incident.c
_page, _ring = tables.page.c, tables.ring.c
_GOES_ON = _incident.status.in_([str(status) for status in OPEN_STATUSES])
_IS_RINGING = sa.and_(_page.state == str(PageState.OPEN), _page.position >= 0)


class Impossible:
    """The contradictions that one transaction sees."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def pages_without_timer(self, before: datetime) -> Sequence[tuple[int, int]]:
        """Open pages that would never climb: (page, position)."""
        statement = sa.select(_page.id, _page.position).where(
            _IS_RINGING,
            _page.started_at < before,
            _no_timer(EscalationDue.kind, _text("page:", _page.id)),
        )
        return [(page, position) for page, position in await self._connection.execute(statement)]

    async def rings_without_job(self, before: datetime) -> Sequence[tuple[int, int, str]]:
        """People whom an open page waits for and whom nobody would page: (page, position, user)."""
        key = _text(f"{RingPerson.kind}:", _ring.page_id, "/", _ring.position, "/", _ring.user_id)
        statement = (
            sa.select(_ring.page_id, _ring.position, _ring.user_id)
            .join_from(tables.ring, tables.page, _page.id == _ring.page_id)
            .where(
                _IS_RINGING,
                _ring.position == _page.position,
                _ring.state == str(RingState.QUEUED),
                _ring.queued_at < before,
                _no_job(key),
            )
        )
        rows = await self._connection.execute(statement)
        return [(page, position, user) for page, position, user in rows]

    async def incidents_without_room(self, before: datetime) -> Sequence[int]:
        """Open incidents for which nobody would open a room."""
        return await self._incidents(
            _incident.channel_id.is_(None),
            _incident.declared_at < before,
            _no_job(_text(f"{OpenRoom.kind}:", _incident.id)),
        )

    async def rooms_without_card(self) -> Sequence[int]:
        """Open incidents in whose room nobody would post the control card."""
        receipt = sa.exists().where(tables.receipt.c.key == _text("card:", _incident.id))
        return await self._incidents(
            _incident.channel_id.is_not(None),
            ~receipt,
            _no_job(_text(f"{PostCard.kind}:", _incident.id)),
        )

    async def incidents_without_reminder(self) -> Sequence[int]:
        """Open incidents with a deadline for the status update of which nobody would remind."""
        return await self._incidents(
            _incident.update_due_at.is_not(None),
            _no_timer(UpdateDue.kind, _text("cadence:", _incident.id)),
        )

    async def _incidents(self, *conditions: sa.ColumnElement[bool]) -> Sequence[int]:
        statement = sa.select(_incident.id).where(_GOES_ON, *conditions).order_by(_incident.id)
        return list((await self._connection.execute(statement)).scalars())


def _no_timer(kind: str, subject: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(IS_OPEN, _job.kind == kind, _job.subject == subject)


def _no_job(key: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Nothing of that key is open or dead."""
    return ~sa.exists().where(_job.key == key, sa.text("job.status IN (0, 3)"))


def _text(first: str, *more: Any) -> sa.ColumnElement[str]:
    made: sa.ColumnElement[str] = sa.literal(first, sa.Text)
    for part in more:
        made = made.concat(part if isinstance(part, str) else sa.cast(part, sa.Text))
    return made
