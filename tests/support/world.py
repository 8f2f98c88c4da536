"""The world of a story: a Slack workspace, the whole bot in it, and a clock to wind."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from incident_bot.app import App
from incident_bot.integrations.runbook_library.library import LibraryFolder, RunbookLibrary
from incident_bot.settings import Settings, shipped
from slack_sandbox.testing import Message, Person, SandboxWorkspace
from support.clock import WoundClock

PATIENCE = 10.0


class World:
    """Everything a story talks to."""

    def __init__(
        self, slack: SandboxWorkspace, clock: WoundClock, bot: App, settings: Settings
    ) -> None:
        self.slack = slack
        self.clock = clock
        self.bot = bot
        self.settings = settings

    def person(self, name: str) -> Person:
        """Somebody of the workspace."""
        return self.slack.user(name)

    async def room(self, number: int = 1) -> str:
        """The name of an incident's room, once it is there."""

        def look() -> str | None:
            mine = (name for name in self.slack.channels() if name.startswith(f"inc-{number}-"))
            return next(mine, f"inc-{number}" if f"inc-{number}" in self.slack.channels() else None)

        return await self.slack.until(look, PATIENCE, f"the room of incident {number}")

    async def declared(self, text: str, by: str = "ada") -> tuple[Person, str]:
        """Somebody declares an incident, and it has come to rest: (who, the room)."""
        person = self.person(by)
        await person.types(f"/incident declare {text}", channel="general")
        room = await self.room()
        await self.settle()
        return person, room

    async def settle(self) -> None:
        """Wait until nobody has anything left to do at this instant."""
        desk, engine = self.bot.desk, self.bot.engine
        assert engine is not None
        quiet = 0
        for _ in range(1000):
            await self.slack.idle(PATIENCE)
            async with desk.database.read() as tx:
                wake = await tx.jobs.next_wake()
            soon = desk.clock.now() + timedelta(seconds=1)
            due = wake is not None and wake <= soon.timestamp() * 1e6
            at_rest = not due and not engine.in_flight and not self.bot.busy
            quiet = quiet + 1 if at_rest else 0
            if quiet == 3:  # an event may still be on its way from one side to the other
                return
            pause = asyncio.Event()
            asyncio.get_running_loop().call_later(0.02, pause.set)
            await pause.wait()
        raise AssertionError("the bot does not come to rest")

    async def fast_forward(self, **span: float) -> None:
        """Wind both clocks forward, stopping at everything that becomes due on the way."""
        target = self.clock.now() + timedelta(**span)
        await self.settle()
        while self.clock.now() < target:
            async with self.bot.desk.database.read() as tx:
                wake = await tx.jobs.next_wake()
            now = self.clock.now()
            step = target - now
            if wake is not None:
                step = min(step, max(timedelta(seconds=wake / 1e6 - now.timestamp()), timedelta(0)))
            self._advance(step + timedelta(milliseconds=5))
            await self.settle()

    def _advance(self, span: timedelta) -> None:
        self.clock.advance(span)
        self.slack.clock.advance(span.total_seconds())

    async def restarted(self) -> None:
        """Stop the bot, and start another one on the same record."""
        await self.bot.stop()
        self.bot = App(self.settings, self.clock)
        await self.bot.start()
        await self.shelved()

    async def shelved(self) -> None:
        """Wait until the runbooks are loaded."""
        await asyncio.to_thread(self.bot.library.refresh)

    async def told(self, person: Person, words: str, channel: str) -> Message:
        """Wait for a message that only this person sees."""

        def look() -> Message | None:
            seen = reversed(person.ephemerals(channel))
            return next((message for message in seen if words in message), None)

        return await self.slack.until(look, PATIENCE, f"{words!r}, only for {person.name}")

    @contextlib.asynccontextmanager
    async def blocked_database(self) -> AsyncIterator[None]:
        """Somebody else holds the database's write lock."""
        file = self.bot.desk.database.file
        assert file is not None
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        with contextlib.closing(other):
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    def said(self, channel: str, words: str) -> list[Message]:
        """The messages of a channel that hold some words."""
        return [message for message in self.slack.messages(channel) if words in message]


@contextlib.asynccontextmanager
async def a_world(
    folder: Path, *, config: dict[str, Any] | None = None, database: str = "", **environment: Any
) -> AsyncIterator[World]:
    """A workspace with the bot in it; `config` is what the configuration file says."""
    async with SandboxWorkspace() as slack:
        clock = WoundClock()
        _lived_in(folder / "data")
        path = None
        if config is not None:
            path = folder / "incident-bot.yaml"
            path.write_text(json.dumps(config), "utf-8")
        settings = Settings.model_validate(
            {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.api_url,
                "DATABASE_URL": database,
                "INCIDENT_BOT_CONFIG": path,
                "INCIDENT_BOT_HTTP_PORT": 0,
                "INCIDENT_BOT_DATA_DIR": folder / "data",
                **environment,
            }
        )
        world = World(slack, clock, App(settings, clock), settings)
        try:
            await world.bot.start()
            yield world
        finally:
            await world.bot.stop()


def _lived_in(data: Path) -> None:
    """As after an earlier start: the shipped runbooks need not be parsed."""
    data.mkdir(exist_ok=True)
    for name, content in _of_an_earlier_start().items():
        (data / name).write_bytes(content)


@functools.cache
def _of_an_earlier_start() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        RunbookLibrary([LibraryFolder(shipped("runbooks"))], folder).refresh()
        return {file.name: file.read_bytes() for file in folder.iterdir()}


def on_call_config(*tiers: list[str], minutes: int = 5, **more: Any) -> dict[str, Any]:
    """A configuration in which SEV1 and SEV2 page tiers of people: ada, bo, chen, dana."""
    ids = {"ada": "U0ADA00001", "bo": "U0BO000002", "chen": "U0CHEN0003", "dana": "U0DANA0004"}
    every = {"update_every": "30m", "policy": "primary"}
    return {
        "people": {name: {"name": name.title(), "slack": user} for name, user in ids.items()},
        "policies": {
            "primary": {
                "tiers": [
                    {
                        "name": f"tier {number}",
                        "targets": [f"person:{name}" for name in tier],
                        "acknowledge_within": f"{minutes}m",
                    }
                    for number, tier in enumerate(tiers, 1)
                ]
            }
        },
        "severities": [
            {"name": "SEV1", "aliases": ["critical"], **every},
            {"name": "SEV2", "aliases": ["major"], **every},
            {"name": "SEV3", "update_every": "2h"},
        ],
        **more,
    }
