"""A room that another replica opened meanwhile, thinking this one dead."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.domain import effects
from incident_bot.operations import rooms
from support.rest import until
from support.world import World

pytestmark = pytest.mark.alone
TAKEN_OVER = sa.text("UPDATE job SET status = 1, lease = NULL, fence = fence + 1 WHERE key = :key")


async def test_a_room_that_another_replica_opened_is_taken_and_no_second_one_made(
    world: World,
) -> None:
    await world.settle()
    desk, key = world.bot.desk, effects.OpenRoom(1).key
    name = "inc-1-slow-search"
    held_up = world.slack.faults.add(method="conversations.create", delay_ms=3000, times=1)
    await world.person("ada").types("/incident declare sev3 slow search", channel="general")
    await until(lambda: held_up.struck, "the call that is held up")

    other = AsyncWebClient(world.slack.bot_token, base_url=world.slack.api_url, retry_handlers=[])
    made = await other.conversations_create(name=name)
    now = desk.clock.now()
    async with desk.database.write() as tx:
        await rooms.opened(tx, desk.rules(), 1, made["channel"]["id"], name, now)
        await tx.connection.execute(TAKEN_OVER, {"key": key})
    await world.settle()

    assert [n for n in world.slack.channels() if n.startswith("inc-")] == [name]
    assert len(world.said(name, "declared")) == 1
