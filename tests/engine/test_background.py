"""What runs beside the engine: a fault of it does not end it, nor anything else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from incident_bot.app import RUNBOOKS_EVERY
from support.rest import until
from support.world import World


async def test_background_work_that_fails_is_begun_again(world: World) -> None:
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise ValueError("nobody foresaw this")

    keeping = asyncio.create_task(world.bot._keep("work", work))
    await until(lambda: attempts, "a first attempt")
    world.clock.advance(timedelta(seconds=RUNBOOKS_EVERY + 1))
    await keeping

    assert attempts == 2
    await world.declared("sev3 slow search")
