"""What holds for every test: the network is the loopback, and no property has a deadline."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from support.postgres import Postgres, needed_server

# A deadline would be a timed assertion: it would fail on a busy machine, not on a wrong program.
settings.register_profile(
    "dev", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; the test is skipped when there is none."""
    server = Postgres(needed_server())
    asyncio.run(server.prepare())
    yield server
    asyncio.run(server.forget())


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Postgres | None:
    """The server of the test's database; None for SQLite."""
    if request.param == "sqlite":
        return None
    found: Postgres = request.getfixturevalue("postgres")
    return found
