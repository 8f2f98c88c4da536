"""Runs of the scenario in which the bot is killed once in each part of it, at a chosen instant."""

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
from crash.instants import WORDS, Far, Instants
from crash.scenario import CONFIG, Step
from incident_bot.database.connection import Database
from incident_bot.engine.crash import SURVIVED
from slack_sandbox.rules import Rules
from slack_sandbox.testing import SandboxWorkspace
from support.bots import Bot, Nest, environment
from support.rest import pause, rest, until

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
    _parts: int = 0
    """How many parts of the bot's life are over."""

    async def start(self, *ends: str | None) -> bool:
        """Start the bot, and wait until it is at rest; False when it is dead already.

        `ends`: an instant for the start, for each step and for the stop, None to survive it.
        """
        sockets = self.slack.sandbox.hub.connections
        await until(lambda: not sockets, "the end of the old connection")
        self._unanswered()
        crash_at = ",".join(end or SURVIVED for end in ends)
        self.bot = bot = await self.nest.start(
            {**self.told, "INCIDENT_BOT_CRASH_AT": crash_at}, self.name
        )
        self._parts = 0
        await until(lambda: not bot.is_alive or '"ready"' in bot.said(), "a start")
        return await self.rest()

    async def rest(self) -> bool:
        """Wait until nothing is left to do; False when the bot died meanwhile."""
        bot = self.bot
        assert bot is not None
        return await rest(self.slack, self.database, lambda: bot.is_alive)

    async def step(self, step: Step, following: Sequence[str | None]) -> bool:
        """Make the gesture; returns whether the bot died of it.

        After a death it is started again, to die as `following` says, and a gesture that was not
        taken and has not worked is made again.
        """
        answer = await self._act(step)
        died = not await self.rest()
        if died:
            await self.restart(following)
        if not answer.get("acked") and not step.is_done(self.slack):
            answer = await self._act(step)
            assert answer.get("acked"), answer
            assert await self.rest()
        return died

    async def restart(self, following: Sequence[str | None]) -> None:
        """Start the dead bot again, to die as `following` says."""
        await self.died()
        assert await self.start(None, *following)

    async def next_part(self) -> Far | None:
        """Let the next part begin; returns how far the last one came, or None when it died there."""
        bot = self.bot
        assert bot is not None
        bot.send(signal.SIGUSR1)
        self._parts += 1
        await until(lambda: not bot.is_alive or len(_counted(bot)) == self._parts, "a new part")
        counted = _counted(bot)
        return counted[-1] if len(counted) == self._parts else None

    async def stop(self) -> Far | None:
        """Stop the bot in order; returns how far the stop came, or None when it died there."""
        assert self.bot is not None
        return None if await self.bot.stop() else _counted(self.bot)[-1]

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
    """The run in which nobody is killed: how far each part comes, and the states they lead to."""
    counted: list[Mapping[str, int]] = []
    states: list[dict[str, Any]] = []

    async def over(far: Far | None) -> None:
        assert far is not None
        counted.append(far.begun)
        states.append(await life.state())

    assert await life.start(None)
    for step in steps:
        await over(await life.next_part())
        assert not await life.step(step, ())
    await over(await life.next_part())
    await over(await life.stop())
    return counted, states


@dataclass(frozen=True)
class Sweep:
    """What has to be gone through: the start, each step and the stop, and what each must lead to."""

    steps: Sequence[Step]
    instants: Sequence[Instants]
    wanted: Sequence[dict[str, Any]]

    def row(self) -> list[str | None]:
        """The next instant of each part, up to the last part that has one."""
        taken = [instants.take() for instants in self.instants]
        while taken and taken[-1] is None:
            taken.pop()
        return taken

    async def live(self, life: Life, deaths: Sequence[str | None]) -> list[str]:
        """Die once in each part; after each death all must be as in the calm run.

        Returns what is not.
        """
        for number, instant in enumerate(deaths):
            far = await self._live(life, number, deaths)
            if instant is not None and far is None:
                self.instants[number].reached(instant)
            elif instant is not None and far is not None:
                self.instants[number].not_reached(instant, far)
            found = await _differences(self.wanted[number], life)
            if found:
                name = self.names[number]
                where = f"{life.name}: {name} {instant}, of {deaths}"
                return [where, *found, *life.privately()]
        return []

    @property
    def names(self) -> list[str]:
        """What the parts are called."""
        return ["start", *(step.name for step in self.steps), "stop"]

    async def _live(self, life: Life, number: int, deaths: Sequence[str | None]) -> Far | None:
        """Go through a part and to the next one's beginning; None when the bot died meanwhile."""
        following = deaths[number + 1 :]
        if number > len(self.steps):
            far = await life.stop()
            if far is None:
                await life.restart(())
            return far
        if number:
            died = await life.step(self.steps[number - 1], following)
        else:
            died = not await life.start(*deaths)
            if died:
                await life.restart(following)
        far = await life.next_part()
        if far is None:  # it died at the last moment
            await life.restart(following)
            await life.next_part()
        return None if died else far


async def _differences(wanted: dict[str, Any], life: Life) -> list[str]:
    """What is not as in the calm run, also after a while: what a start prepares is not seen coming."""
    for _ in range(LOOKS):
        if not differences(wanted, await life.state()):
            return []
        await pause()
    return differences(wanted, await life.state())


def _counted(bot: Bot) -> list[Far]:
    """How far each part of its life came that is over."""
    lines = (line for line in bot.said().splitlines() if "crash.missed" in line and line[-1] == "}")
    told = [json.loads(line) for line in lines]
    return [Far({word: line[word] for word in WORDS}, line["under_way"]) for line in told]
