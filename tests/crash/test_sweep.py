"""Whatever instant the bot is killed at, the end is that of a run in which it was not."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from crash.instants import Instants
from crash.lives import Sweep, a_life, undisturbed
from crash.scenario import STEPS
from incident_bot.database.migrate import upgrade
from incident_bot.settings import shipped
from support.bots import a_nest
from support.postgres import Postgres

MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""Where SQLite's files do not wait for a disk: what dies is the process, not the machine."""
AT_ONCE = 8
"""Runs at the same time: with more PostgreSQL would have too few connections for all of them."""

Fresh = Callable[[str], AbstractAsyncContextManager[str]]
"""Makes a migrated database of that name and gives its URL."""

pytestmark = pytest.mark.sweep


async def test_no_death_on_sqlite_loses_or_doubles_anything(tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    await upgrade(f"sqlite:///{template}", shipped("migrations"))

    @contextlib.asynccontextmanager
    async def fresh(name: str) -> AsyncIterator[str]:
        with tempfile.TemporaryDirectory(dir=MEMORY, prefix=f"sweep-{name}-") as folder:
            file = Path(folder) / "bot.db"
            await asyncio.to_thread(shutil.copy, template, file)
            yield f"sqlite:///{file}"

    await _sweep(tmp_path, fresh)


async def test_no_death_on_postgresql_loses_or_doubles_anything(
    tmp_path: Path, postgres: Postgres
) -> None:
    await _sweep(tmp_path, lambda _name: postgres.fresh())


async def _sweep(folder: Path, fresh: Fresh) -> None:
    async with a_nest(folder, learns=True) as nest:
        async with fresh("calm") as url, a_life(folder / "calm", url, nest, "calm") as life:
            counted, wanted = await undisturbed(life, STEPS)
        sweep = Sweep(STEPS, [Instants(one) for one in counted], wanted)
        numbers = itertools.count(1)
        wrong: list[str] = []

        async def runs() -> None:
            while deaths := sweep.row():
                name = f"run{next(numbers)}"
                async with fresh(name) as url, a_life(folder / name, url, nest, name) as life:
                    wrong.extend(await sweep.live(life, deaths))

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(runs())
    hit = sum(len(one.hit) for one in sweep.instants)
    beyond = {name: one.beyond for name, one in zip(sweep.names, sweep.instants, strict=True)}
    told = f"{hit} deaths in {next(numbers) - 1} runs; behind the end of every run: {beyond}"
    (folder / "report.txt").write_text(told, "utf-8")
    assert not wrong, "\n  ".join([told, *wrong])
    for name, before, one in zip(sweep.names, counted, sweep.instants, strict=True):
        assert len(one.hit) >= sum(before.values()), f"{name}: {before}, died only at {one.hit}"
