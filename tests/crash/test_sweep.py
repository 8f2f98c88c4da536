"""Whatever instant the bot is killed at, the end is that of a run in which it was not."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from crash.lives import Report, Run, a_life, instants, undisturbed
from crash.scenario import STEPS
from incident_bot.database.migrate import upgrade
from incident_bot.settings import shipped
from support.bots import a_nest
from support.postgres import Postgres

AT_ONCE = 6
"""Runs at the same time; they mostly wait."""

Fresh = Callable[[str], AbstractAsyncContextManager[str]]
"""Makes a migrated database of that name and gives its URL."""

pytestmark = [pytest.mark.process, pytest.mark.endurance]


async def test_no_death_on_sqlite_loses_or_doubles_anything(tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    await upgrade(f"sqlite:///{template}", shipped("migrations"))

    @contextlib.asynccontextmanager
    async def fresh(name: str) -> AsyncIterator[str]:
        file = tmp_path / f"{name}.db"
        await asyncio.to_thread(shutil.copy, template, file)
        yield f"sqlite:///{file}"

    await _sweep(tmp_path, fresh)


async def test_no_death_on_postgresql_loses_or_doubles_anything(
    tmp_path: Path, postgres: Postgres
) -> None:
    await _sweep(tmp_path, lambda _name: postgres.fresh())


async def _sweep(folder: Path, fresh: Fresh) -> None:
    async with a_nest(folder) as nest:
        async with fresh("calm") as url, a_life(folder / "calm", url, nest, "calm") as life:
            counted, wanted = await undisturbed(life, STEPS)
        deaths = [instants(one) for one in counted]
        report = Report()
        places = asyncio.Semaphore(AT_ONCE)

        async def run(number: int, each: tuple[str | None, ...]) -> None:
            name = f"run{number}"
            last = max(i for i, instant in enumerate(each) if instant)
            async with places, fresh(name) as url, a_life(folder / name, url, nest, name) as life:
                await Run(life, STEPS, each[: last + 1]).go(wanted, report)

        async with asyncio.TaskGroup() as group:
            for number, each in enumerate(itertools.zip_longest(*deaths)):
                group.create_task(run(number, each))
    every = sum(map(len, deaths))
    told = f"{every} instants, {len(report.hit)} hit, missed: {report.missed}"
    (folder / "report.txt").write_text(told, "utf-8")
    assert not report.wrong, "\n".join([told, *report.wrong])
    # Refreshes may merge, so that a step of one run takes a little less than that of another.
    assert len(report.missed) <= every // 10, told
