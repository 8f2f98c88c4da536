"""A stop in the middle of a claim: what was claimed ends or is given back, nothing begins later."""

import asyncio

import sqlalchemy as sa

from incident_bot.domain.effects import RefreshCard
from support.world import World


async def test_a_stop_during_a_claim_leaves_nothing_running_and_nothing_claimed(
    world: World,
) -> None:
    await world.declared("sev3 db down")
    desk, engine = world.bot.desk, world.bot.engine
    assert engine is not None
    now = desk.clock.now()
    async with desk.database.write() as tx:
        await tx.jobs.add([(RefreshCard(1), now)], now)
    async with desk.database.write():
        claiming = asyncio.create_task(engine.turn())
        stopping = asyncio.create_task(engine.stop(patience=5))
        await asyncio.sleep(0)
    await asyncio.gather(claiming, stopping)

    assert engine.in_flight == 0
    async with desk.database.read() as tx:
        held = await tx.connection.execute(sa.text("SELECT kind FROM job WHERE lease IS NOT NULL"))
        assert held.all() == []
