"""One channel of a name, whoever else makes it at the same moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from incident_bot.slack.channels import PAGE, Channels
from incident_bot.slack.gateway import Gateway
from incident_bot.slack.pacing import Pacer
from slack_sandbox import channels as sandbox_channels
from support.rest import pause, until
from support.world import World, a_world


def another(world: World, page: int = PAGE) -> Channels:
    """The channels as another replica knows them."""
    client = AsyncWebClient(token=world.slack.bot_token, base_url=world.slack.api_url)
    gateway = Gateway(client, world.clock, Pacer(), lambda *_: None)
    return Channels(gateway, world.slack.bot_user_id, page)


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


async def test_a_channel_is_found_in_a_workspace_of_more_channels_than_may_be_listed_at_once(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        await world.settle()
        workspace, ada = world.slack.sandbox.workspace, world.person("ada")
        for number in range(20 * 5):
            sandbox_channels.create(workspace, f"team-{number}", ada.id)
        wanted = sandbox_channels.create(workspace, "status", ada.id)
        before = _listed(world)

        world.slack.faults.add(
            method="conversations.list", nth=5, answer="ratelimited", retry_after=30
        )
        finding = asyncio.create_task(another(world, page=5).ensure("status"))
        while not finding.done():
            await until(lambda: finding.done() or _listed(world) - before >= 5, "the limit")
            world.clock.advance(timedelta(seconds=30))
            await pause()

        assert await finding == wanted.id
        assert _listed(world) - before == 21 + 1
        assert world.slack.bot_user_id in wanted.members


async def test_a_channel_of_the_bots_own_is_found_without_listing_all(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await another(world).ensure("status")
        before = _listed(world)

        await another(world).ensure("status")

        assert _listed(world) == before


def _listed(world: World) -> int:
    return len(world.slack.calls("conversations.list"))
