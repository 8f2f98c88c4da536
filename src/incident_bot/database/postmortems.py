"""Post-mortem drafts, kept by revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """One revision; `markdown` is None until it is written."""

    incident_id: int
    revision: int
    asked_by: str
    asked_at: datetime
    markdown: str | None
    drafted_at: datetime | None


class Postmortems:
    """The post-mortem rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, incident: int, by: str, now: datetime) -> int:
        """Open a new revision and return its number, from 1."""
        latest = sa.select(sa.func.max(tables.postmortem.c.revision)).where(
            tables.postmortem.c.incident_id == incident
        )
        revision = int((await self._connection.execute(latest)).scalar_one_or_none() or 0) + 1
        await self._connection.execute(
            sa.insert(tables.postmortem).values(
                incident_id=incident, revision=revision, asked_by=by, asked_at=now
            )
        )
        return revision

    async def write(self, incident: int, revision: int, markdown: str, now: datetime) -> None:
        """Keep the text of a revision."""
        await self._connection.execute(
            sa.update(tables.postmortem)
            .where(
                tables.postmortem.c.incident_id == incident,
                tables.postmortem.c.revision == revision,
            )
            .values(markdown=markdown, drafted_at=now)
        )

    async def get(self, incident: int, revision: int) -> KeptDraft | None:
        """One revision."""
        return await self._one(incident, tables.postmortem.c.revision == revision)

    async def latest(self, incident: int) -> KeptDraft | None:
        """The newest revision that has a text."""
        return await self._one(incident, tables.postmortem.c.markdown.is_not(None))

    async def _one(self, incident: int, condition: sa.ColumnElement[bool]) -> KeptDraft | None:
        statement = (
            sa.select(tables.postmortem)
            .where(tables.postmortem.c.incident_id == incident, condition)
            .order_by(tables.postmortem.c.revision.desc())
            .limit(1)
        )
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return None if row is None else KeptDraft(**row)
