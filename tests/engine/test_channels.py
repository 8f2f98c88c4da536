"""One channel of a name, whoever else makes it at the same moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.slack.channels import Channels
from incident_bot.slack.gateway import Gateway
from incident_bot.slack.pacing import Pacer
from support.world import World, a_world


def another(world: World) -> Channels:
    """The channels as another replica knows them."""
    client = AsyncWebClient(token=world.slack.bot_token, base_url=world.slack.api_url)
    gateway = Gateway(client, world.clock, Pacer(), lambda *_: None)
    return Channels(gateway, world.slack.bot_user_id)


async def test_two_replicas_that_make_a_channel_at_once_end_in_the_same_one(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        await world.settle()
        # Both have looked, and found nothing, before either of them creates it.
        world.slack.faults.add(method="conversations.create", delay_ms=300)

        found = await asyncio.gather(*(another(world).ensure("status") for _ in range(2)))

        assert set(found) == {world.slack.channel("status").id}
        assert len(world.slack.calls("conversations.create")) >= 2
