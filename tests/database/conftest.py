"""Every database test runs on SQLite (a copy of a template file) and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from incident_bot.database.connection import Database
from incident_bot.database.migrate import upgrade
from incident_bot.settings import shipped
from support.postgres import Postgres


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of this release."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(upgrade(f"sqlite:///{file}", shipped("migrations")))
    return file


@pytest.fixture
async def url(server: Postgres | None, template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database of this release."""
    if server is None:
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'bot.db')}"
        return
    async with server.fresh() as made:
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """An empty database of this release."""
    made = Database(url)
    yield made
    await made.close()
