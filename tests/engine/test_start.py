"""A start while Slack is away: it waits, says so, and goes on as soon as Slack is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest

from incident_bot.app import App
from incident_bot.errors import ConfigurationError
from support.rest import until
from support.world import World

pytestmark = pytest.mark.alone


@contextlib.asynccontextmanager
async def _starting(world: World) -> AsyncIterator[asyncio.Task[None]]:
    """The world's bot is stopped, and another one is being started."""
    world.bot = App(world.settings, world.clock)
    starting = asyncio.create_task(world.bot.start())
    try:
        yield starting
    finally:
        starting.cancel()
        await asyncio.wait({starting})


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
@pytest.mark.parametrize(
    "answer",
    [
        {"answer": "503"},
        {"answer": "cut"},
        {"answer": "error", "error": "internal_error"},
        {"answer": "ratelimited", "retry_after": 1},
    ],
    ids=lambda answer: answer.get("error", answer["answer"]),
)
async def test_a_start_waits_for_slack(world: World, method: str, answer: dict[str, str]) -> None:
    await world.settle()
    await world.bot.stop()
    fault = world.slack.faults.add(method=method, **answer)

    async with _starting(world) as starting:
        await until(lambda: fault.struck >= 2, "a second attempt")
        port = world.bot.server.port
        async with aiohttp.ClientSession() as web:
            async with web.get(f"http://127.0.0.1:{port}/healthz") as alive:
                assert alive.status == 200
            async with web.get(f"http://127.0.0.1:{port}/readyz") as ready:
                assert ready.status == 503
                assert "connecting" in (await ready.json())["slack"]
        assert not starting.done()
        world.slack.faults.remove(fault)
        await starting

    await world.declared("sev3 slow search")


async def test_a_start_does_not_wait_for_a_wrong_token(world: World) -> None:
    await world.settle()
    await world.bot.stop()
    world.slack.faults.add(method="auth.test", answer="error", error="account_inactive")

    async with _starting(world) as starting:
        with pytest.raises(ConfigurationError, match="SLACK_BOT_TOKEN: Slack refused it: account"):
            await starting


async def test_the_engine_does_not_wait_for_the_socket(world: World) -> None:
    await world.declared("sev2 database down")
    await world.bot.stop()
    fault = world.slack.faults.add(socket="refuse")

    async with _starting(world) as starting:
        await starting
        await world.fast_forward(minutes=6)
        assert "You are paged" in world.slack.dm("chen")[-1]
        world.slack.faults.remove(fault)
        await until(lambda: world.slack.sandbox.hub.connections, "a connection")
