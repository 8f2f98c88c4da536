"""What is said over HTTP while the database is silent: at once, and nothing that is not known."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from incident_bot.database.connection import Database
from incident_bot.domain.configuration import Configuration
from incident_bot.ids import Mint
from incident_bot.operations.desk import Desk
from incident_bot.web.metrics import Metrics
from incident_bot.web.server import DATABASE_PATIENCE, Server
from support.postgres import Postgres
from support.silence import Way, a_way

RULES = Configuration.model_validate({"severities": [{"name": "SEV1"}]})
COUNTED = (
    "incident_bot_dead_letters",
    "incident_bot_queue_depth",
    "incident_bot_queue_age_seconds",
)
PROBE = aiohttp.ClientTimeout(total=DATABASE_PATIENCE + 2)
"""What deploy/kubernetes allows the readiness probe."""


@pytest.fixture
async def url(postgres: Postgres) -> AsyncIterator[str]:
    """A database of its own."""
    async with postgres.fresh() as made:
        yield made


@pytest.fixture
async def way(url: str) -> AsyncIterator[Way]:
    """The way to it."""
    async with a_way(url) as made:
        yield made


@pytest.fixture
async def server(url: str, way: Way) -> AsyncIterator[Server]:
    """A bot's web server, with that database."""
    database = Database(way.leading(url))
    desk = Desk("me", database, Mint(lambda count: b"1" * count), lambda: RULES)
    metrics = Metrics(desk.clock)
    metrics.beat()
    made = Server(desk, metrics, lambda: ("connected", 0))
    await made.start("127.0.0.1", 0)
    yield made
    await made.stop()
    await database.close()


async def get(server: Server, path: str) -> tuple[int, str]:
    """Ask, as a probe does: with little patience."""
    async with (
        aiohttp.ClientSession(timeout=PROBE) as session,
        session.get(f"http://127.0.0.1:{server.port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def test_metrics_leave_out_what_is_not_known(server: Server, way: Way) -> None:
    _, well = await get(server, "/metrics")
    way.silence()
    status, away = await get(server, "/metrics")
    way.open()
    _, again = await get(server, "/metrics")

    assert status == 200
    assert [("incident_bot_database_up 1.0" in text) for text in (well, away, again)] == [1, 0, 1]
    assert "incident_bot_database_up 0.0" in away
    for name in COUNTED:
        assert name in well
        assert name not in away
        assert name in again


async def test_readiness_names_the_database(server: Server, way: Way) -> None:
    assert (await get(server, "/readyz"))[0] == 200
    way.silence()
    status, said = await get(server, "/readyz")
    assert status == 503
    assert '"database"' in said
    way.open()
    assert (await get(server, "/readyz"))[0] == 200
