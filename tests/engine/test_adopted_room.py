"""A room that another replica opened meanwhile, thinking this one dead."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.domain import effects
from incident_bot.operations import rooms, updates
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


async def test_a_room_made_before_the_incident_was_renamed_is_taken(world: World) -> None:
    ada = world.person("ada")
    await world.settle()
    world.slack.faults.add(method="conversations.create", answer="lost", times=1)
    world.slack.faults.add(method="conversations.create", answer="503")
    await ada.types("/incident declare sev3 slow search", channel="general")
    await until(lambda: "inc-1-slow-search" in world.slack.channels(), "the room")

    await updates.rename(world.bot.desk, 1, "slow index", ada.id)
    world.slack.faults.clear()
    await world.fast_forward(minutes=1)

    assert [n for n in world.slack.channels() if n.startswith("inc-")] == ["inc-1-slow-search"]
    assert "slow index" in world.slack.channel("inc-1-slow-search").topic.value
