"""Runs of the scenario in which the bot is killed once in each step, at a chosen instant."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crash.endstate import differences, recorded, seen
from crash.instants import WORDS, Instants
from crash.scenario import CONFIG, Step
from incident_bot.database.connection import Database
from slack_sandbox.rules import Rules
from slack_sandbox.testing import SandboxWorkspace
from support.bots import Bot, Nest, environment
from support.rest import pause, rest, until

NEVER = "call:9999999:before"
LOOKS = 60
"""So often, a few seconds in all, at a state that is not yet the wanted one."""
PATIENT = Rules(ack_seconds=30.0, trigger_seconds=30.0)
"""A Slack that does not take a busy machine for a bot that does not answer."""


@dataclass
class Life:
    """One workspace with its database and the one bot that lives there, again and again."""

    slack: SandboxWorkspace
    database: Database
    nest: Nest
    told: dict[str, str]
    name: str
    bot: Bot | None = None

    async def start(self, crash_at: str = NEVER) -> bool:
        """Start the bot, and wait until it is at rest; False when it is dead already."""
        sockets = self.slack.sandbox.hub.connections
        await until(lambda: not sockets, "the end of the old connection")
        self._unanswered()
        self.bot = bot = await self.nest.start(
            {**self.told, "INCIDENT_BOT_CRASH_AT": crash_at}, self.name
        )
        await until(lambda: not bot.is_alive or '"ready"' in bot.said(), "a start")
        return await self.rest()

    async def rest(self) -> bool:
        """Wait until nothing is left to do; False when the bot died meanwhile."""
        bot = self.bot
        assert bot is not None
        return await rest(self.slack, self.database, lambda: bot.is_alive)

    async def step(self, step: Step, following: str) -> bool:
        """Make the gesture; returns whether the bot died of it.

        After a death it is started again, to die in the `following` step, and a gesture that was
        not taken and has not worked is made again.
        """
        assert self.bot is not None
        self.bot.send(signal.SIGUSR1)
        answer = await self._act(step)
        died = not await self.rest()
        if died:
            await self.died()
            await self.start(following)
        if not answer.get("acked") and not step.is_done(self.slack):
            answer = await self._act(step)
            assert answer.get("acked"), answer
            assert await self.rest()
        return died

    async def _act(self, step: Step) -> dict[str, Any]:
        """Make a gesture, and wait for Slack's word on it."""
        assert self.bot is not None
        acting = asyncio.create_task(step.act(self.slack))
        while not acting.done():
            if not self.bot.is_alive:
                self._unanswered()
            await pause()
        return await acting

    def _unanswered(self) -> None:
        """What a dead bot has not acknowledged it never will: no need to wait for that."""
        for envelope in tuple(self.slack.sandbox.hub.pending.values()):
            if envelope.alarm is not None:
                envelope.alarm.cancel()
                envelope.alarm.ring()

    async def died(self) -> None:
        """It was killed. No other end is accepted."""
        assert self.bot is not None
        code = await self.bot.end()
        assert code == -signal.SIGKILL, f"the bot ended by itself with {code}:\n{self.bot.said()}"

    async def stop(self) -> dict[str, int] | None:
        """Stop the bot in order; returns how far it came, or None when it died on the way."""
        assert self.bot is not None
        code = await self.bot.stop()
        if code:
            await self.died()
            return None
        lines = (json.loads(line) for line in self.bot.said().splitlines() if line[:1] == "{")
        told = next(line for line in lines if line.get("event") == "crash.missed")
        return {word: told[f"{word}s"] for word in WORDS}

    def privately(self) -> list[str]:
        """What only Ada was told, and what the bot has logged, for a failing test."""
        ada = self.slack.user("ada")
        told = [m for name in self.slack.channels() for m in ada.ephemerals(name)]
        return [*(f"only Ada: {m.text!r}" for m in told), self.bot.said() if self.bot else ""]

    async def state(self) -> dict[str, Any]:
        """What people see, and what is recorded."""
        return {"slack": seen(self.slack), "record": await recorded(self.database)}


@contextlib.asynccontextmanager
async def a_life(folder: Path, url: str, nest: Nest, name: str) -> AsyncIterator[Life]:
    """A new workspace in front of a migrated, empty database."""
    await asyncio.to_thread(folder.mkdir)
    async with SandboxWorkspace(rules=PATIENT) as slack:
        told = environment(slack, url, folder, CONFIG) | {"INCIDENT_BOT_LEASE": "2"}
        life = Life(slack, Database(url), nest, told, name)
        try:
            yield life
        finally:
            if life.bot is not None:
                await life.bot.kill()
            await life.database.close()


async def undisturbed(
    life: Life, steps: Sequence[Step]
) -> tuple[list[Mapping[str, int]], list[dict[str, Any]]]:
    """The run in which nobody is killed: how far the start and each step come, and the states."""
    counted: list[Mapping[str, int]] = []
    states: list[dict[str, Any]] = []
    for step in (None, *steps):
        await life.start(NEVER if step is None else _later(None))
        if step is not None:
            assert not await life.step(step, NEVER)
        far = await life.stop()
        assert far is not None
        counted.append(far)
        states.append(await life.state())
    return counted, states


@dataclass(frozen=True)
class Sweep:
    """What has to be gone through: the start and each step, with the states they must lead to."""

    steps: Sequence[Step]
    instants: Sequence[Instants]
    wanted: Sequence[dict[str, Any]]

    def row(self) -> list[str | None]:
        """The next instant of each step, up to the last step that has one."""
        taken = [instants.take() for instants in self.instants]
        while taken and taken[-1] is None:
            taken.pop()
        return taken

    async def live(self, life: Life, deaths: Sequence[str | None]) -> list[str]:
        """Die at the start and in each step; after each death all must be as in the calm run.

        Returns what is not.
        """
        for number, instant in enumerate(deaths):
            following = deaths[number + 1] if number + 1 < len(deaths) else None
            if number:
                died = await life.step(self.steps[number - 1], _later(following))
            else:
                died = not await life.start(instant or _later(following))
                if died:
                    await life.died()
                    await life.start(_later(following))
            if not died and (instant or (following and number)):
                far = await life.stop()
                died = far is None  # only now, on its way out
                if instant is not None and far is not None:
                    self.instants[number].not_reached(instant, far)
                await life.start(_later(following))
            if instant is not None and died:
                self.instants[number].reached(instant)
            found = await _differences(self.wanted[number], life)
            if found:
                name = self.steps[number - 1].name if number else "start"
                where = f"{life.name}: {name} {instant}, of {deaths}"
                return [where, *found, *life.privately()]
        return []


async def _differences(wanted: dict[str, Any], life: Life) -> list[str]:
    """What is not as in the calm run, also after a while: what a start prepares is not seen coming."""
    for _ in range(LOOKS):
        if not differences(wanted, await life.state()):
            return []
        await pause()
    return differences(wanted, await life.state())


def _later(instant: str | None) -> str:
    """The instant as counted from the next step on."""
    return f"later:{instant or NEVER}"
