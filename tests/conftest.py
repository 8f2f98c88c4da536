"""What holds for every test: the network is the loopback, and no property has a deadline."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from support.postgres import Postgres, needed_server

# A deadline would be a timed assertion: it would fail on a busy machine, not on a wrong program.
settings.register_profile(
    "dev", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trace no thousands of examples: it takes longer than they do, and shows one line in a hundred."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.unmeasured)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Trace nothing of what is `unmeasured`: pytest-cov's own `no_cover` is deaf under ``-n``."""
    tracer = sys.gettrace()
    if item.get_closest_marker("unmeasured") is None or tracer is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


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
