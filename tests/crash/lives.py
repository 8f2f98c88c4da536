"""Runs of the scenario in which the bot is killed once in each step, at a chosen instant."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from crash.endstate import differences, recorded, seen
from crash.scenario import CONFIG, Step
from incident_bot.database.connection import Database
from slack_sandbox.testing import SandboxWorkspace
from support.bots import Bot, Nest, environment

PATIENCE = 60.0
LOOK_EVERY = 0.05
QUIET_LOOKS = 3
SOON = timedelta(seconds=1.5)
_OPEN = sa.text(
    "SELECT count(*) FROM job WHERE status = 0 AND (lease IS NOT NULL OR wake_at <= :soon)"
)
NEVER = "call:9999999:before"


@dataclass
class Life:
    """One workspace with its database and the one bot that lives there, again and again."""

    slack: SandboxWorkspace
    database: Database
    nest: Nest
    told: dict[str, str]
    name: str
    bot: Bot | None = None

    async def start(self, crash_at: str = "") -> None:
        """Start the bot, and wait until it is at rest (or already dead)."""
        sockets = self.slack.sandbox.hub.connections
        await self._look(lambda: not sockets)
        self.bot = bot = await self.nest.start(
            {**self.told, "INCIDENT_BOT_CRASH_AT": crash_at}, self.name
        )
        await self._look(lambda: not bot.is_alive or bool(sockets))
        await self.rest()

    async def rest(self) -> bool:
        """Wait until nothing is left to do; False when the bot died meanwhile."""
        assert self.bot is not None
        quiet = 0
        async with asyncio.timeout(PATIENCE):
            while quiet < QUIET_LOOKS:
                if not self.bot.is_alive:
                    return False
                busy = not self.slack.sandbox.is_idle or await self._open_jobs()
                quiet = 0 if busy else quiet + 1
                await _pause()
        return True

    async def died(self) -> bool:
        """Whether it was killed. No other end is accepted."""
        assert self.bot is not None
        if self.bot.is_alive:
            return False
        code = await self.bot.end()
        assert code == -signal.SIGKILL, f"the bot ended by itself with {code}:\n{self.bot.said()}"
        return True

    async def step(self, step: Step, following: str = f"later:{NEVER}") -> bool:
        """Make the gesture; returns whether the bot died of it.

        After a death it is started again, to die in the `following` step, and a gesture that was
        not taken and has not worked is made again.
        """
        assert self.bot is not None
        self.bot.send(signal.SIGUSR1)
        answer = await step.act(self.slack)
        await self.rest()
        died = await self.died()
        if died:
            await self.start(following)
        if not answer.get("acked") and not step.is_done(self.slack):
            answer = await step.act(self.slack)
            assert answer.get("acked"), answer
            assert await self.rest()
        return died

    async def counted(self) -> tuple[int, int]:
        """Stop the bot in order; returns how many (requests, commits) it has made."""
        assert self.bot is not None
        assert await self.bot.stop() == 0, self.bot.said()
        lines = (json.loads(line) for line in self.bot.said().splitlines() if line[:1] == "{")
        told = next(line for line in lines if line.get("event") == "crash.missed")
        return told["calls"], told["commits"]

    def privately(self) -> list[str]:
        """What only Ada was told, and what the bot has logged, for a failing test."""
        ada = self.slack.user("ada")
        told = [m for name in self.slack.channels() for m in ada.ephemerals(name)]
        return [*(f"only Ada: {m.text!r}" for m in told), self.bot.said() if self.bot else ""]

    async def state(self) -> dict[str, Any]:
        """What people see, and what is recorded."""
        return {"slack": seen(self.slack), "record": await recorded(self.database)}

    async def _open_jobs(self) -> bool:
        soon = datetime.now(UTC) + SOON
        async with self.database.read() as tx:
            found = await tx.connection.execute(_OPEN, {"soon": round(soon.timestamp() * 1e6)})
            return bool(found.scalar_one())

    async def _look(self, condition: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await _pause()


async def _pause() -> None:
    waiting = asyncio.Event()
    asyncio.get_running_loop().call_later(LOOK_EVERY, waiting.set)
    await waiting.wait()


@contextlib.asynccontextmanager
async def a_life(folder: Path, url: str, nest: Nest, name: str) -> AsyncIterator[Life]:
    """A new workspace in front of a migrated, empty database."""
    await asyncio.to_thread(folder.mkdir)
    async with SandboxWorkspace() as slack:
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
) -> tuple[list[tuple[int, int]], list[dict[str, Any]]]:
    """The run in which nobody is killed: (requests, commits) of the start and each step, states."""
    await life.start(NEVER)
    counted, states = [await life.counted()], [await life.state()]
    for step in steps:
        await life.start(f"later:{NEVER}")
        await life.step(step)
        counted.append(await life.counted())
        states.append(await life.state())
    return counted, states


def instants(counted: tuple[int, int]) -> list[str]:
    """Every instant to die at."""
    return [
        f"{word}:{number}:{moment}"
        for word, most in zip(("call", "commit"), counted, strict=True)
        for number in range(1, most + 1)
        for moment in ("before", "after")
    ]


@dataclass
class Report:
    """What a sweep has found."""

    hit: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Run:
    """One run: the bot dies once at its start and once in each step, where an instant is given."""

    def __init__(self, life: Life, steps: Sequence[Step], deaths: Sequence[str | None]) -> None:
        self._life = life
        self._steps = steps
        self._deaths = deaths

    async def go(self, wanted: Sequence[dict[str, Any]], report: Report) -> None:
        """Live through it; after each death everything must be as in the undisturbed run."""
        life = self._life
        await life.start(self._deaths[0] or self._later(1))
        died = await life.died()
        if died:
            await life.start(self._later(1))
        if not await self._judge(0, "start", died, wanted, report):
            return
        for number, step in enumerate(self._steps[: len(self._deaths) - 1], 1):
            if not died and (self._deaths[number] or number == 1) and life.bot is not None:
                await life.bot.kill()
                await life.start(self._later(number))
            died = await life.step(step, self._later(number + 1))
            if not await self._judge(number, step.name, died, wanted, report):
                return

    def _later(self, number: int) -> str:
        instant = self._deaths[number] if number < len(self._deaths) else None
        return f"later:{instant or NEVER}"

    async def _judge(
        self,
        number: int,
        name: str,
        died: bool,
        wanted: Sequence[dict[str, Any]],
        report: Report,
    ) -> bool:
        instant = self._deaths[number]
        if instant is not None:
            (report.hit if died else report.missed).append((name, instant))
        found = differences(wanted[number], await self._life.state())
        if found:
            where = f"{self._life.name}: {name} {instant}, of {self._deaths}"
            report.wrong.append("\n  ".join([where, *found, *self._life.privately()]))
        return not found
