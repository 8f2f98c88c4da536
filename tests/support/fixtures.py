"""Fixtures that several areas share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from support.postgres_server import Postgres, skip_without_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; the test is skipped when none can be found."""
    server = Postgres(skip_without_postgres())
    yield server
    asyncio.run(server.forget())
