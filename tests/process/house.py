"""Several bots around one Slack and one database, and what can be asked of them together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from incident_bot.database.connection import Database
from incident_bot.errors import Unavailable
from slack_sandbox.testing import SandboxWorkspace
from support.bots import Bot, Nest, a_nest, environment
from support.world import on_call_config

PATIENCE = 60.0
SOON = timedelta(seconds=1.5)
_OPEN = sa.text(
    "SELECT count(*) FROM job WHERE status = 0 AND (lease IS NOT NULL OR wake_at <= :soon)"
)


class House:
    """One workspace, one database, any number of bots."""

    def __init__(self, slack: SandboxWorkspace, nest: Nest, told: dict[str, str]) -> None:
        self.slack = slack
        self.nest = nest
        self.told = told
        self.bots: list[Bot] = []
        self.database = Database(told["DATABASE_URL"])

    @property
    def sockets(self) -> int:
        """How many connections Slack holds."""
        return len(self.slack.sandbox.hub.connections)

    async def join(self, **more: str) -> Bot:
        """One more bot, connected."""
        before = self.sockets
        bot = await self.nest.start({**self.told, **more})
        self.bots.append(bot)
        await self.until(lambda: not bot.is_alive or self.sockets > before)
        assert bot.is_alive, bot.said()
        await self.until(lambda: not bot.is_alive or '"ready"' in bot.said())
        return bot

    async def rest(self) -> None:
        """Wait until nothing is left to do."""
        quiet = 0
        async with asyncio.timeout(PATIENCE):
            while quiet < 3:
                busy = not self.slack.sandbox.is_idle or await self._has_open_jobs()
                quiet = 0 if busy else quiet + 1
                await pause()

    async def until(self, condition: object, within: float = PATIENCE) -> None:
        """Wait for something that tells nobody."""
        assert callable(condition)
        async with asyncio.timeout(within):
            while not condition():
                await pause()

    async def say(self, text: str, channel: str = "general", by: str = "ada") -> bool:
        """A person types a command; whether the bot has taken it."""
        answer = await self.slack.user(by).types(text, channel=channel)
        return bool(answer.get("acked"))

    async def insist(self, text: str, channel: str = "general", by: str = "ada") -> None:
        """A person types a command, and again while nobody takes it."""
        async with asyncio.timeout(PATIENCE):
            while not await self.say(text, channel, by):
                await pause()

    def rooms(self) -> list[str]:
        """The incident rooms, in the order they were made."""
        return [name for name in self.slack.channels() if name.startswith("inc-")]

    def cards(self, room: str) -> int:
        """How many control cards a room has."""
        return sum("declared" in m.text and m.is_pinned for m in self.slack.messages(room))

    def doubled(self) -> list[str]:
        """What the bot has said more than once in the same place."""
        found = []
        for name in self.slack.channels():
            bot = self.slack.bot_user_id
            said = [m.text for m in self.slack.messages(name) if m.user == bot and m.blocks]
            found += [text for text in set(said) if said.count(text) > 1]
        return found

    async def _has_open_jobs(self) -> bool:
        soon = round((datetime.now(UTC) + SOON).timestamp() * 1e6)
        try:
            async with self.database.read() as tx:
                return bool((await tx.connection.execute(_OPEN, {"soon": soon})).scalar_one())
        except Unavailable:
            return True

    async def timeline(self) -> list[str]:
        """The notes on the timelines of all incidents."""
        async with self.database.read() as tx:
            incidents = await tx.incidents.recent()
            entries = [entry for one in incidents for entry in await tx.timeline.of(one.id)]
        return [entry.text for entry in entries if entry.kind == "note"]


async def pause() -> None:
    """Let fifty milliseconds pass."""
    waiting = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, waiting.set)
    await waiting.wait()


@contextlib.asynccontextmanager
async def a_house(folder: Path, url: str) -> AsyncIterator[House]:
    """A house with nobody in it; Bo is on call."""
    async with SandboxWorkspace() as slack, a_nest(folder) as nest:
        told = environment(slack, url, folder, on_call_config(["bo"], ["chen"], minutes=30))
        house = House(slack, nest, {**told, "INCIDENT_BOT_LEASE": "2"})
        try:
            yield house
        finally:
            await house.database.close()
