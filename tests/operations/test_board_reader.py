"""Boards for effects: one look for those that begin together, a fresh one for who comes later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from incident_bot.operations.board_reader import BoardReader
from support.world import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as made:
        yield made


async def test_effects_that_begin_together_share_a_look_and_later_ones_see_news(
    world: World,
) -> None:
    await world.declared("sev3 db down")
    desk = world.bot.desk
    reader = BoardReader(desk, lambda: world.bot.library.shelf)
    looks = list[str]()

    def count(_c: object, _cursor: object, statement: str, *_: object) -> None:
        looks.extend([statement] if "FROM incident" in statement else [])

    engine = desk.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    boards = await asyncio.gather(*(reader.read(1) for _ in range(5)))
    event.remove(engine, "before_cursor_execute", count)
    assert len(looks) == 1
    assert {board.incident.title for board in boards if board} == {"db down"}

    async with desk.database.write() as tx:
        await tx.connection.execute(sa.text("UPDATE incident SET title = 'db back'"))
    late = await reader.read(1)
    assert late is not None
    assert late.incident.title == "db back"


async def test_there_is_no_board_without_an_incident(world: World) -> None:
    assert await BoardReader(world.bot.desk, lambda: world.bot.library.shelf).read(7) is None
