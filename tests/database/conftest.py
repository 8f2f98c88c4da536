"""Every database test runs on SQLite (a copy of a template file) and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from incident_bot.database.connection import Database
from incident_bot.database.migrate import upgrade
from incident_bot.settings import shipped
from support import postgres

MIGRATIONS = shipped("migrations")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of this release."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(upgrade(f"sqlite:///{file}", MIGRATIONS))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database of this release."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'bot.db')}"
        return
    async with postgres.fresh_database() as made:
        await upgrade(made, MIGRATIONS)
        yield made


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """An empty database of this release."""
    made = Database(url)
    yield made
    await made.close()
