"""Pages and their ledgers, kept."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from incident_bot.database import tables
from incident_bot.database.incidents import insert_if_new
from incident_bot.domain.paging.page import Page, PageState, Ring, RingState, Step
from incident_bot.errors import NotFound


class Pages:
    """The page and ring rows of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, page: Page) -> Page | None:
        """Record a new page and give it its number; None when its origin is already known."""
        values: dict[str, Any] = {
            "incident_id": page.incident,
            "policy": page.policy,
            "message": page.message,
            "steps": [asdict(step) for step in page.steps],
            "rounds": page.rounds,
            "state": str(page.state),
            "position": page.position,
            "started_by": page.started_by,
            "started_at": page.started_at,
            "origin": page.origin,
        }
        statement = (
            insert_if_new(self._connection, tables.page)
            .values(values)
            .on_conflict_do_nothing(index_elements=["origin"])
            .returning(tables.page.c.id)
        )
        number = (await self._connection.execute(statement)).scalar_one_or_none()
        return None if number is None else replace(page, id=number)

    async def get(self, number: int, *, lock: bool = False) -> Page:
        """The page of that number.

        Raises:
            NotFound: when there is none.
        """
        statement = sa.select(tables.page).where(tables.page.c.id == number)
        if lock:
            statement = statement.with_for_update()
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound("That page is no longer known.", "/page status")
        return _page(row)

    async def by_origin(self, origin: str) -> Page | None:
        """The page that a gesture already made."""
        statement = sa.select(tables.page).where(tables.page.c.origin == origin)
        row = (await self._connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _page(row)

    async def of(self, incident: int) -> Sequence[Page]:
        """An incident's pages, oldest first."""
        statement = (
            sa.select(tables.page)
            .where(tables.page.c.incident_id == incident)
            .order_by(tables.page.c.id)
        )
        return [_page(row) for row in (await self._connection.execute(statement)).mappings()]

    async def open_ones(self) -> Sequence[Page]:
        """Every page that nobody has answered."""
        statement = (
            sa.select(tables.page)
            .where(tables.page.c.state == str(PageState.OPEN))
            .order_by(tables.page.c.id)
        )
        return [_page(row) for row in (await self._connection.execute(statement)).mappings()]

    async def waiting_for(self, user: str) -> Sequence[Page]:
        """Every open page to which somebody has not answered, the newest first."""
        unanswered = sa.exists().where(
            tables.ring.c.page_id == tables.page.c.id,
            tables.ring.c.user_id == user,
            tables.ring.c.state.in_([str(RingState.QUEUED), str(RingState.SENT)]),
        )
        statement = (
            sa.select(tables.page)
            .where(tables.page.c.state == str(PageState.OPEN), unanswered)
            .order_by(tables.page.c.id.desc())
        )
        return [_page(row) for row in (await self._connection.execute(statement)).mappings()]

    async def acknowledged_by(self, user: str) -> Set[int]:
        """The incidents of which somebody acknowledged a page."""
        statement = sa.select(tables.page.c.incident_id).where(
            tables.page.c.answered_by == user,
            tables.page.c.state == str(PageState.ACKNOWLEDGED),
        )
        return set((await self._connection.execute(statement)).scalars())

    async def move(self, page: Page, position: int) -> bool:
        """Climb an open page to a position; False when it was answered or moved meanwhile."""
        done = await self._connection.execute(
            sa.update(tables.page)
            .where(
                tables.page.c.id == page.id,
                tables.page.c.state == str(PageState.OPEN),
                tables.page.c.position == page.position,
            )
            .values(position=position)
        )
        return done.rowcount == 1

    async def answer(self, number: int, state: PageState, by: str | None, now: datetime) -> bool:
        """End an open page; False when somebody was faster. The arbiter of every race.

        A page that everybody missed can still be acknowledged.
        """
        answerable = [str(PageState.OPEN)]
        if state is PageState.ACKNOWLEDGED:
            answerable.append(str(PageState.EXHAUSTED))
        done = await self._connection.execute(
            sa.update(tables.page)
            .where(tables.page.c.id == number, tables.page.c.state.in_(answerable))
            .values(state=str(state), answered_by=by, answered_at=now)
        )
        return done.rowcount == 1

    async def add_rings(self, rings: Sequence[Ring]) -> None:
        """Write new lines of the ledger."""
        for ring in rings:
            await self._connection.execute(
                insert_if_new(self._connection, tables.ring)
                .values(
                    page_id=ring.page,
                    position=ring.position,
                    user_id=ring.user,
                    state=str(ring.state),
                    why=ring.why,
                    queued_at=ring.queued_at,
                )
                .on_conflict_do_nothing()
            )

    async def rings(self, page: int) -> Sequence[Ring]:
        """The ledger of a page, in order."""
        statement = (
            sa.select(tables.ring)
            .where(tables.ring.c.page_id == page)
            .order_by(tables.ring.c.position, tables.ring.c.queued_at, tables.ring.c.user_id)
        )
        return [_ring(row) for row in (await self._connection.execute(statement)).mappings()]

    async def set_ring(
        self,
        page: int,
        position: int,
        user: str,
        state: RingState,
        **more: Any,
    ) -> None:
        """Change one line of the ledger (`why`, `sent_at`, `channel`, `ts` as given)."""
        ring = tables.ring.c
        await self._connection.execute(
            sa.update(tables.ring)
            .where(ring.page_id == page, ring.position == position, ring.user_id == user)
            .values(state=str(state), **more)
        )


def _page(row: sa.RowMapping) -> Page:
    values = {k: v for k, v in row.items() if k != "incident_id"}
    steps = tuple(
        Step(s["label"], tuple(s["targets"]), s["acknowledge_within"]) for s in row["steps"]
    )
    return Page(
        **{
            **values,
            "incident": row["incident_id"],
            "steps": steps,
            "state": PageState(row["state"]),
        }
    )


def _ring(row: sa.RowMapping) -> Ring:
    return Ring(
        page=row["page_id"],
        position=row["position"],
        user=row["user_id"],
        state=RingState(row["state"]),
        queued_at=row["queued_at"],
        why=row["why"],
        sent_at=row["sent_at"],
        channel=row["channel"],
        ts=row["ts"],
    )
