"""An execution happens at most once, one at a time, and only while it is allowed."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from domain.runbooks.shapes import book, shelf_of
from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.database.migrate import upgrade
from incident_bot.domain import effects
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.execution.allowance import Execution
from incident_bot.domain.execution.registry import steps_of
from incident_bot.domain.execution.runs import Ran, Run, RunState
from incident_bot.errors import NotNow, Refused
from incident_bot.ids import Mint
from incident_bot.operations import updates
from incident_bot.operations.declare import Order as Declaration
from incident_bot.operations.declare import declare
from incident_bot.operations.desk import Desk
from incident_bot.operations.execution import Ask, Executor, Order
from incident_bot.settings import shipped
from support.clock import WoundClock

TEXT = """---
steps: {vars: {NS: {}}}
---
# Thing

```bash {id=look kind=check risk=read runner=tool vars=NS}
tool look $NS
```

```bash {id=fix kind=action risk=high runner=tool}
tool fix
```
"""
JOB = Claimed(1, "step.run", "k", {}, 1, 0, 1, 0, False, 0)


@dataclass
class Bench:
    """An executor whose runner writes down what it was told, and says what it is told to say."""

    desk: Desk
    text: str = TEXT
    permitted: bool = True
    says: Ran = field(default_factory=lambda: Ran(True, "fine"))
    told: list[Order] = field(default_factory=list)
    hold: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, order: Order) -> Ran:
        self.told.append(order)
        self.begun.set()
        if self.hold is not None:
            await self.hold.wait()
        return self.says

    @property
    def executor(self) -> Executor:
        shelf = shelf_of({"shop/thing.md": self.text})
        return Executor(self.desk, lambda: shelf, self.run, permitted=self.permitted)

    async def asks(self, step: str, origin: str, by: str = "U0ADA", **values: str) -> Run:
        digest = self.executor.step("shop/thing", step).digest
        ask = Ask(1, "shop/thing", step, digest, values, by, origin)
        return await self.executor.ask(ask)

    async def perform(self, run: Run) -> Run:
        await self.executor.perform(JOB, effects.RunStep(1, run.id))
        return await self.now(run)

    async def now(self, run: Run) -> Run:
        async with self.desk.database.read() as tx:
            return await tx.step_runs.get(run.id)


def rules(**more: Any) -> Configuration:
    pins = {s.name: s.digest for s in steps_of(book(TEXT), Execution(), datetime.date.min)}
    runners = {"tool": {"type": "argv", "binaries": {"tool": "/opt/tool"}}}
    execution = {"enabled": True, "runners": runners, "steps": pins, "approvers": ["bo"], **more}
    return Configuration.model_validate(
        {
            "severities": [{"name": "SEV1", "page_when": "never"}],
            "people": {"bo": {"slack": "U0BEN"}},
            "runbooks": {"execution": execution},
        }
    )


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    await upgrade(url, shipped("migrations"))
    database = Database(url, clock=WoundClock())
    allowed = rules()
    desk = Desk("me", database, Mint(bytes), lambda: allowed)
    await declare(desk, Declaration(title="x", by="U0ADA", origin="o", severity="SEV1"))
    yield Bench(desk)
    await database.close()


async def test_second_attempt_says_unknown_outcome_and_runs_nothing(bench: Bench) -> None:
    run = await bench.asks("look", "a", NS="prod")
    async with bench.desk.database.write() as tx:  # the first attempt began, and died
        await tx.step_runs.move(run.id, (RunState.QUEUED,), RunState.RUNNING)

    ended = await bench.perform(run)

    assert (ended.state, bench.told) == (RunState.UNKNOWN, [])
    assert (await bench.perform(run)).state is RunState.UNKNOWN


async def test_performing_twice_runs_once(bench: Bench) -> None:
    run = await bench.asks("look", "a", NS="prod")
    assert (await bench.perform(run)).state is RunState.DONE
    await bench.perform(run)
    assert len(bench.told) == 1
    assert bench.told[0].command.argv == ("/opt/tool", "look", "prod")


async def test_failure_is_not_repeated(bench: Bench) -> None:
    bench.says = Ran(False, "boom", 1, "ended with status 1")
    run = await bench.asks("look", "a", NS="prod")
    assert (await bench.perform(run)).state is RunState.FAILED
    async with bench.desk.database.read() as tx:
        assert await tx.jobs.count_dead() == 0
    await bench.perform(run)
    assert len(bench.told) == 1


async def test_same_target_is_locked_until_it_has_ended_and_another_is_not(bench: Bench) -> None:
    run = await bench.asks("look", "a", NS="prod")
    with pytest.raises(NotNow, match="being executed already"):
        await bench.asks("look", "b", NS="prod")
    await bench.asks("look", "c", NS="test")
    await bench.perform(run)
    await bench.asks("look", "d", NS="prod")


async def test_changed_step_is_refused_when_asked_approved_and_run(bench: Bench) -> None:
    digest = bench.executor.step("shop/thing", "look").digest
    run = await bench.asks("look", "a", NS="prod")
    with pytest.raises(NotNow, match="changed"):
        await bench.executor.ask(Ask(1, "shop/thing", "look", "0" * 64, {"NS": "x"}, "U", "b"))
    bench.text = TEXT.replace("tool look $NS", "tool look $NS --all")
    with pytest.raises(NotNow, match="changed"):
        await bench.executor.ask(Ask(1, "shop/thing", "look", digest, {"NS": "x"}, "U", "c"))
    ended = await bench.perform(run)
    assert (ended.state, bench.told) == (RunState.FAILED, [])
    assert "changed" in ended.why


async def test_kill_switch_stops_what_is_queued(bench: Bench) -> None:
    run = await bench.asks("look", "a", NS="prod")
    bench.permitted = False
    ended = await bench.perform(run)
    assert (ended.state, bench.told) == (RunState.FAILED, [])
    with pytest.raises(NotNow, match="switched off"):
        await bench.asks("look", "b", NS="prod")


async def test_incident_that_is_over_runs_nothing(bench: Bench) -> None:
    run = await bench.asks("look", "a", NS="prod")
    await updates.resolve(bench.desk, 1, "", "U0ADA")
    assert (await bench.perform(run)).state is RunState.FAILED
    assert bench.told == []
    with pytest.raises(NotNow):
        await bench.asks("look", "b", NS="prod")


async def test_what_waited_too_long_is_not_run(bench: Bench) -> None:
    run = await bench.asks("look", "a", NS="prod")
    assert isinstance(bench.desk.clock, WoundClock)
    bench.desk.clock.advance(datetime.timedelta(minutes=11))
    assert (await bench.perform(run)).state is RunState.FAILED
    assert bench.told == []


async def test_rate_has_a_limit(bench: Bench) -> None:
    for number in range(6):
        await bench.asks("look", f"o{number}", NS=f"n{number}")
    with pytest.raises(NotNow, match="within a minute"):
        await bench.asks("look", "more", NS="more")


async def test_hostile_values_are_refused_before_anything_is_recorded(bench: Bench) -> None:
    for values in ({"NS": "-x"}, {"NS": "a b"}, {}, {"NS": "a", "PATH": "/tmp"}):
        with pytest.raises(Refused):
            await bench.asks("look", f"o{values}", **values)
    async with bench.desk.database.read() as tx:
        assert await tx.step_runs.since(datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)) == 0


async def test_action_is_dry_first_and_real_once_with_another_persons_approval(
    bench: Bench,
) -> None:
    dry = await bench.asks("fix", "a")
    assert (dry.state, dry.command) == (RunState.PREVIEWED, "/opt/tool fix")
    real = await bench.executor.run_for_real(dry.id, "U0ADA")
    with pytest.raises(NotNow, match="asked for already"):
        await bench.executor.run_for_real(dry.id, "U0ADA")
    assert (await bench.perform(real)).state is RunState.WAITING
    for who in ("U0ADA", "U0EVE"):
        with pytest.raises(NotNow):
            await bench.executor.approve(real.id, who)
    assert (await bench.executor.approve(real.id, "U0BEN")).state is RunState.QUEUED
    assert (await bench.perform(real)).state is RunState.DONE
    assert [order.command.argv for order in bench.told] == [("/opt/tool", "fix")]


async def test_output_is_redacted_before_it_is_kept(bench: Bench) -> None:
    bench.says = Ran(True, "AKIAIOSFODNN7EXAMPLE password=hunter2hunter2")
    ended = await bench.perform(await bench.asks("look", "a", NS="prod"))
    assert "hunter2" not in ended.output
    assert "AKIAIOSFODNN7" not in ended.output


async def test_late_truth_replaces_unknown(bench: Bench) -> None:
    bench.hold = asyncio.Event()
    run = await bench.asks("look", "a", NS="prod")
    first = asyncio.create_task(bench.perform(run))
    await bench.begun.wait()
    second = await bench.perform(run)
    bench.hold.set()
    assert second.state is RunState.UNKNOWN
    assert (await first).state is RunState.DONE
    assert len(bench.told) == 1
