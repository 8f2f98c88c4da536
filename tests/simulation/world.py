"""One seed: a workspace, some replicas, people, misfortune, then calm, and what became of it all."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from incident_bot.database import tables
from incident_bot.domain.configuration import Configuration
from simulation.expected import Shown, expected, wrong_homes
from simulation.host import Host
from simulation.invariants import INVARIANTS, AtAnyTime
from simulation.ledger import File
from simulation.people import People
from simulation.replica import Replica, inside
from simulation.rules import RULES
from simulation.sightings import Sightings
from simulation.timeless import EPOCH, NothingLeftToHappenError, TimelessLoop
from slack_sandbox import clock as sandbox_clock
from slack_sandbox.first_day import new_workspace
from slack_sandbox.ids import Ids
from slack_sandbox.rules import Rules
from slack_sandbox.sandbox import Sandbox

ROOT = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
MINUTE = 60.0
LOOKING = 0.25
"""In how many seeds two people look at Home once all is calm."""
PATIENCE = 8 * 3600.0
"""Seconds of calm after which everything must have come to its end."""


class _Clock(sandbox_clock.Clock):
    """The sandbox's clock, on the loop's time."""

    def __init__(self, loop: TimelessLoop) -> None:
        super().__init__()
        self._loop = loop

    def now(self) -> float:
        return EPOCH.timestamp() + self._loop.passed


@dataclass(frozen=True, slots=True)
class Report:
    """What one seed came to. `trace` is everything that happened, in order."""

    seed: int
    problems: tuple[str, ...]
    trace: tuple[str, ...]

    @property
    def digest(self) -> str:
        """A name for the whole course of events: equal digests, equal courses."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()


class World:
    """Everything of one seed."""

    def __init__(self, seed: int, folder: Path, loop: TimelessLoop) -> None:
        self.loop = loop
        self.chance = random.Random(seed)  # noqa: S311 -- repeatable on purpose
        self.file = File(str(folder / "bot.db"), self.chance)
        self.trace: list[str] = []
        self.lateness: list[tuple[str, float, float]] = []
        """Timers that fired: kind, how late by the clock of whom, and when in truth."""
        self.silences: list[tuple[float, float]] = []
        """From when until when somebody or the database was away."""
        self.problems: list[str] = []
        self.ended: Counter[str] = Counter()
        self.shown = Shown()
        self.replicas: list[Replica] = []
        self._births = 0
        self._lives: list[asyncio.Task[None]] = []
        self._restarting = 0
        self.stormy = True
        draw = self.chance
        self.count = draw.choice((1, 1, 2, 2, 3))
        self.deadliness = draw.choice((0.0, 0.002, 0.008, 0.02))
        self.host = Host(seed)
        self.absence = draw.choice((0.0, 0.0, 0.001, 0.004))
        self.slowness = draw.choice((0.0, 0.05, 0.3))
        workspace = new_workspace(Ids(draw.getrandbits(32)), _Clock(loop), Rules())
        workspace.app.commands += [
            {"command": name, "description": "", "usage_hint": ""}
            for name in ("/incident", "/page")
        ]
        self.sandbox = Sandbox(workspace=workspace)
        self.sandbox.faults.chance = draw
        self.sandbox.inspector.note = self._unnoted  # type: ignore[method-assign]
        self.people = People(self)
        self.reader = sqlite3.connect(self.file.path)
        self.reader.row_factory = sqlite3.Row
        self.always = AtAnyTime(self)
        self.sightings = Sightings(self)
        if self.host.goes_wrong:
            self.file.committed = self.sightings.look

    @property
    def alone(self) -> bool:
        """Whether there is one process, which gives back at its start what it held at its death."""
        return self.count == 1

    def rules(self) -> Configuration:
        """The configuration in force."""
        return RULES

    def note(self, what: str) -> None:
        """Add a line to the trace."""
        self.trace.append(f"{self.loop.passed:.6f} {what}")

    def rows(self, query: str, *parameters: Any) -> list[sqlite3.Row]:
        """Read the record as it is committed at this instant."""
        return self.reader.execute(query, parameters).fetchall()

    # --- misfortune ---------------------------------------------------------------------------

    def misfortune(self, replica: Replica, where: str) -> float:
        """What befalls a replica before a step: perhaps its death; returns a pause in seconds.

        Or the database goes away, for everybody, or the machine's clock is set.
        """
        step = self.host.look(self.loop.passed)
        if step is not None:
            self.note(f"the clock is set by {step.by:g} s, and {self.host.ahead:g} s ahead now")
            if step.boots:
                for one in list(self.replicas):
                    one.kill("with the machine")
                return 0.0
        if not self.stormy:
            return 0.0
        if self.chance.random() < self.absence and not self.file.is_away:
            self._take_away(self.chance.choice((0.2, 2.0, 20.0, 90.0)))
        if self.chance.random() < self.deadliness:
            replica.kill(where)
        elif self.chance.random() < self.slowness and not where.endswith("commit"):
            return self.chance.random() * 0.05
        return 0.0

    def died(self, replica: Replica) -> None:
        """A replica is gone; the orchestrator starts another one after a while."""
        self.replicas.remove(replica)
        pause = self.chance.choice((0.2, 2.0, 15.0, 90.0)) if self.stormy else 0.2
        self._restarting += 1
        self._silence(pause)
        self._keep(self._reborn(pause), None, "orchestrator")

    async def _reborn(self, pause: float) -> None:
        await asyncio.sleep(pause)
        self._restarting -= 1
        self.give_birth()

    def give_birth(self) -> None:
        """Start a replica."""
        self._births += 1
        replica = Replica(self, f"bot-{self._births}")
        self.replicas.append(replica)
        self.note(f"{replica.name} starts")
        self._keep(replica.live(), replica, replica.name)

    def _keep(self, life: Coroutine[Any, Any, None], replica: Replica | None, name: str) -> None:
        context = Context()  # a process of its own: nothing of who started it is inherited
        context.run(inside.set, replica)
        task = self.loop.create_task(life, name=name, context=context)
        self._lives.append(task)
        task.add_done_callback(self._buried)

    def _buried(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.problems.append(f"{task.get_name()} ended by itself: {error!r}")

    def _unnoted(self, _kind: str, **_facts: Any) -> dict[str, Any]:
        return {}

    def _storm(self) -> None:
        """What goes wrong between Slack and the bot, from now on."""
        add, chance = self.sandbox.faults.add, self.chance
        often = chance.choice((0.0, 0.02, 0.05, 0.1))
        if not often:
            return
        add(method="*", chance=often, answer="lost")
        add(method="*", chance=often, answer="cut")
        add(
            method="*",
            chance=often / 2,
            answer="ratelimited",
            retry_after=chance.choice((1, 5, 30)),
        )
        add(method="*", chance=often / 2, answer=chance.choice(("500", "503")))
        add(method="*", chance=often / 2, answer="error", error="internal_error")
        add(method="*", chance=often, delay_ms=20, jitter_ms=chance.choice((50, 2000)))
        add(event="*", chance=often, deliver="twice")
        add(event="*", chance=often, deliver="out_of_order")
        add(event="*", chance=often / 2, deliver="never")
        add(event="*", chance=often, ack="ignored")
        self.sandbox.limits.on = chance.random() < 0.3

    async def _freezes(self) -> None:
        for _ in range(self.chance.choice((0, 0, 1, 3))):
            await asyncio.sleep(self.chance.random() * 20 * MINUTE)
            if self.replicas and self.count > 1:
                victim = self.chance.choice(self.replicas)
                victim.freeze()
                pause = self.chance.choice((5.0, 70.0, 200.0))
                self._silence(pause)
                await asyncio.sleep(pause)
                victim.thaw()

    def _take_away(self, seconds: float) -> None:
        self.note(f"the database is away for {seconds} s")
        self._silence(seconds)
        self.file.is_away = True
        self.loop.call_later(seconds, self._bring_back)

    def _silence(self, seconds: float) -> None:
        self.silences.append((self.loop.passed, self.loop.passed + seconds))

    def _bring_back(self) -> None:
        self.note("the database is back")
        self.file.is_away = False

    # --- the course of events -----------------------------------------------------------------

    async def run(self) -> None:
        """Live through the storm and the calm."""
        for _ in range(self.count):
            self.give_birth()
        await asyncio.sleep(0.5)
        self._storm()
        freezes = asyncio.create_task(self._freezes())
        await self.people.act()
        await freezes
        self.stormy = False
        self.sandbox.faults.clear()
        self.sandbox.limits.on = False
        self.note("calm")
        self.always.look()
        await asyncio.sleep(6 * MINUTE)
        if self.chance.random() < LOOKING:
            await self._look_at_home()
        await self.people.finish()
        await self._rest()
        self.always.look()
        self.shown = await expected(self)

    async def _look_at_home(self) -> None:
        who = await self.people.look()
        await asyncio.sleep(MINUTE / 2)
        self.problems += [f"home_is_current: {wrong}" for wrong in await wrong_homes(self, who)]

    async def _rest(self) -> None:
        """Wait until nothing is left to do."""
        until = self.loop.passed + PATIENCE
        while self.loop.passed < until:
            was_idle = self._is_idle()
            await asyncio.sleep(MINUTE)
            if was_idle and self._is_idle():
                return

    def _is_idle(self) -> bool:
        return not self.rows("SELECT 1 FROM job WHERE status = 0 LIMIT 1")

    def close(self) -> None:
        """Kill what still lives."""
        self.reader.close()


def simulate(seed: int) -> Report:
    """Live through one seed."""
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    logging.disable(logging.CRITICAL)
    loop = TimelessLoop()
    loop.born = _born
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory(dir=ROOT, prefix="simulation-") as name:
        folder = Path(name)
        shutil.copy(_template(), folder / "bot.db")
        world = World(seed, folder, loop)
        with contextlib.closing(world):
            try:
                loop.run_until_complete(world.run())
            except NothingLeftToHappenError:
                world.problems.append("everybody waits for somebody else")
            world.problems += _judged(world)
            _end(loop, world)
    logging.disable(logging.NOTSET)
    structlog.reset_defaults()
    return Report(seed, tuple(world.problems), tuple(world.trace))


def _judged(world: World) -> Iterator[str]:
    for invariant in INVARIANTS:
        for problem in invariant(world):
            yield f"{invariant.__name__}: {problem}"


def _born(task: asyncio.Task[Any]) -> None:
    replica = inside.get()
    if replica is not None:
        replica.tasks.append(task)
        if replica.dead:
            task.cancel()


def _end(loop: TimelessLoop, world: World) -> None:
    world.stormy = False
    for replica in world.replicas:
        replica.dead = True
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    for replica in world.replicas:
        for connection in replica._connections:
            connection.stop()
    asyncio.set_event_loop(None)
    loop.close()


def _drop(_logger: Any, _name: str, _line: Any) -> Any:
    raise structlog.DropEvent


_made: list[Path] = []


def _template() -> Path:
    """An empty database, made once per process."""
    if not _made:
        path = Path(tempfile.mkdtemp(dir=ROOT, prefix="simulation-")) / "template.db"
        engine = sa.create_engine(f"sqlite:///{path}")
        tables.metadata.create_all(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        engine.dispose()
        _made.append(path)
    return _made[0]
