"""The engine: 10,000 armed timers, 500 due in one second; effects a second; idle processor time."""

import asyncio
import itertools
import secrets
import time
from datetime import UTC, datetime, timedelta

from benchmarks.bot import database, kinds, percentile

from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import Outcome, Sent
from incident_bot.domain.effects import ConfirmPin, SayEntry, UpdateDue, Work
from incident_bot.engine.loop import Engine
from incident_bot.ids import Mint
from incident_bot.operations.declare import Order, declare
from incident_bot.operations.desk import Desk

ARMED, DUE = 10_000, 500
IDLE_SECONDS = 10.0
EFFECTS = 1500
RULES = Configuration.model_validate({"severities": [{"name": "SEV3", "page_when": "never"}]})


class Lateness:
    """A Watch that remembers how late timers were."""

    def __init__(self, expected: int) -> None:
        self.late: list[float] = []
        self.enough = asyncio.Event()
        self._left = expected

    def fired(self, _kind: str, late: float) -> None:
        self.late.append(late * 1000)
        self._one_less()

    def settled(self, _job: Claimed, _outcome: Outcome, _age: float) -> None:
        self._one_less()

    def _one_less(self) -> None:
        self._left -= 1
        if not self._left:
            self.enough.set()

    def lost(self, kind: str) -> None:
        raise AssertionError(f"{kind} lost its lease")

    def repaired(self, kind: str) -> None:
        raise AssertionError(f"{kind} was missing")

    def beat(self) -> None:
        """Of no interest."""


async def at_once(_job: Claimed, _work: Work) -> Outcome:
    return Sent()


def a_desk(url: str) -> Desk:
    return Desk("bench", Database(url), Mint(secrets.token_bytes), lambda: RULES)


async def timers(url: str) -> dict[str, float]:
    """500 of 10,000 reminders come due within one second; then nothing is due for ten."""
    desk, watch = a_desk(url), Lateness(DUE)
    incident = (await declare(desk, Order("bench", "UADA", "bench", "SEV3"))).incident
    now = desk.clock.now()
    soon = now + timedelta(seconds=3)
    due = [soon + timedelta(seconds=number / DUE) for number in range(DUE)]
    far = [now + timedelta(hours=2, seconds=number) for number in range(ARMED - DUE)]
    work = [
        (UpdateDue(incident.id, 1000 + number, "due"), at) for number, at in enumerate(due + far)
    ]
    async with desk.database.write() as tx:
        await tx.jobs.add(work, now)
    engine = Engine(desk, dict.fromkeys((ConfirmPin, SayEntry), at_once), watch)
    running = asyncio.create_task(engine.run())
    await watch.enough.wait()
    before = time.process_time()
    await asyncio.sleep(IDLE_SECONDS)
    idle = (time.process_time() - before) / IDLE_SECONDS * 100
    await engine.stop(5)
    await running
    await desk.database.close()
    return {
        "lateness_p50_ms": percentile(watch.late, 0.5),
        "lateness_p99_ms": percentile(watch.late, 0.99),
        "idle_cpu_percent": idle,
    }


async def effects(url: str) -> float:
    """How many effects a second go through delivery and its record, without pacing."""
    desk, watch = a_desk(url), Lateness(EFFECTS)
    now = datetime.now(UTC)
    numbers = itertools.count()
    work = [(ConfirmPin(next(numbers), "C1", "1.0"), now) for _ in range(EFFECTS)]
    async with desk.database.write() as tx:
        await tx.jobs.add(work, now)
    engine = Engine(desk, {ConfirmPin: at_once}, watch)
    began = time.perf_counter()
    running = asyncio.create_task(engine.run())
    await watch.enough.wait()
    took = time.perf_counter() - began
    await engine.stop(5)
    await running
    await desk.database.close()
    return EFFECTS / took


async def run() -> dict[str, float | str]:
    """Goals: lateness p99 250 ms, idle 1 %, 300 effects a second; on every database there is."""
    results: dict[str, float | str] = {}
    for kind in kinds():
        async with database(kind) as url:
            results |= {f"{kind}_{name}": value for name, value in (await timers(url)).items()}
        async with database(kind) as url:
            results[f"{kind}_effects_per_second"] = await effects(url)
    return results
