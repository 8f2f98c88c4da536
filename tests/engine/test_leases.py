"""Leases on PostgreSQL: renewed without waiting for anybody."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from incident_bot.database.connection import Database
from incident_bot.domain.effects import Lane, SayEntry
from incident_bot.errors import Unavailable
from support.postgres import Postgres

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)


async def test_a_lease_is_renewed_past_a_row_that_somebody_is_settling(postgres: Postgres) -> None:
    async with postgres.fresh() as url:
        database = Database(url)
        async with database.write() as tx:
            await tx.jobs.add([(SayEntry(n, n), NOW) for n in range(1, 4)], NOW)
        async with database.write() as tx:
            held = await tx.jobs.claim("me", NOW, LEASE, 10, lanes=[int(Lane.STATE)])
        assert len(held) == 3

        async with asyncio.timeout(20), database.write() as settling:
            assert await settling.jobs.finish(held[0], NOW)
            async with database.write() as tx:
                await tx.jobs.renew(held, NOW + LEASE / 2, LEASE)

        async with database.read() as tx:
            rows = await tx.connection.execute(sa.text("SELECT wake_at FROM job WHERE status = 0"))
            wakes = {row.wake_at for row in rows}
        await database.close()
    assert wakes == {round((NOW + LEASE * 1.5).timestamp() * 1e6)}


@pytest.mark.parametrize("state", ["40P01", "40001", "53300", "53100", "57P03", "57014", "08006"])
async def test_what_the_database_cannot_do_just_now_may_be_tried_again(
    postgres: Postgres, state: str
) -> None:
    async with postgres.fresh() as url:
        database = Database(url)
        statement = f"DO $$ BEGIN RAISE EXCEPTION 'race' USING ERRCODE = '{state}'; END $$"
        with pytest.raises(Unavailable, match="race"):
            async with database.write() as tx:
                await tx.connection.execute(sa.text(statement))
        await database.close()
