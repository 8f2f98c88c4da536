"""Several bots around one Slack and one database, and what can be asked of them together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from incident_bot.database.connection import Database
from slack_sandbox.rules import Rules
from slack_sandbox.testing import SandboxWorkspace
from support.bots import Bot, Nest, a_nest, environment
from support.rest import PATIENCE, pause, rest, until
from support.world import on_call_config

ACK_SECONDS = 30.0


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
        await until(lambda: not bot.is_alive or self.sockets > before, "a connection")
        await until(lambda: not bot.is_alive or '"ready"' in bot.said(), "a start")
        assert bot.is_alive, bot.said()
        return bot

    async def rest(self) -> None:
        """Wait until nothing is left to do."""
        await rest(self.slack, self.database)

    async def say(self, text: str, channel: str = "general", by: str = "ada") -> bool:
        """A person types a command; whether the bot has taken it."""
        answer = await self.slack.user(by).types(text, channel=channel)
        return bool(answer.get("acked"))

    async def declare(self, title: str) -> None:
        """A person declares, and declares again when nothing has come of it at all."""
        while not self.announced(title):
            await self.say(f"/incident declare sev2 {title}")
            await self.rest()

    def announced(self, title: str) -> int:
        """How many incidents of that title are announced."""
        if "incidents" not in self.slack.channels():
            return 0
        return sum(title in message.text for message in self.slack.messages("incidents"))

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

    async def recorded(self, count: int) -> None:
        """Wait until so many incidents are in the record."""
        found = 0
        async with asyncio.timeout(PATIENCE):
            while found < count:
                async with self.database.read() as tx:
                    found = len(await tx.incidents.recent())
                await pause()

    async def timeline(self) -> list[str]:
        """The notes on the timelines of all incidents."""
        async with self.database.read() as tx:
            incidents = await tx.incidents.recent()
            entries = [entry for one in incidents for entry in await tx.timeline.of(one.id)]
        return [entry.text for entry in entries if entry.kind == "note"]


@contextlib.asynccontextmanager
async def a_house(folder: Path, url: str, ack_seconds: float = ACK_SECONDS) -> AsyncIterator[House]:
    """A house with nobody in it; Bo is on call.

    Slack waits `ack_seconds` for an acknowledgement: far longer than the real one, so that a busy
    machine is not taken for a bot that does not answer.
    """
    rules = Rules(ack_seconds=ack_seconds, trigger_seconds=ack_seconds)
    async with SandboxWorkspace(rules=rules) as slack, a_nest(folder) as nest:
        told = environment(slack, url, folder, on_call_config(["bo"], ["chen"], minutes=30))
        house = House(slack, nest, {**told, "INCIDENT_BOT_LEASE": "2"})
        try:
            yield house
        finally:
            await house.database.close()
