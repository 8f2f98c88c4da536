"""Houses of several real processes around one local Slack."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from process.house import House, a_house
from support.postgres import Postgres

OnPostgres = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def on_postgres(tmp_path: Path, postgres: Postgres) -> OnPostgres:
    """Makes a house (see `a_house`) whose replicas share a PostgreSQL; leases last two seconds."""

    @contextlib.asynccontextmanager
    async def make(**more: Any) -> AsyncIterator[House]:
        async with postgres.fresh() as url, a_house(tmp_path, url, **more) as made:
            yield made

    return make


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A house on SQLite, with nobody in it yet."""
    async with a_house(tmp_path, f"sqlite:///{tmp_path / 'house.db'}") as made:
        yield made
