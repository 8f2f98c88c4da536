"""A pooler that lends a connection for one transaction only is told from all that keep it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from incident_bot.app import App
from incident_bot.cli.entry import main
from incident_bot.database.pooler import lends_by_transaction
from incident_bot.settings import Settings
from support.pgbouncer import a_pgbouncer
from support.postgres import Postgres, needed_server


async def test_nobody_stands_between_a_server_and_its_client() -> None:
    assert not await lends_by_transaction(needed_server())


async def test_a_server_that_does_not_answer_is_not_judged() -> None:
    assert not await lends_by_transaction("postgresql://postgres@127.0.0.1:9/postgres")


@pytest.mark.parametrize(("mode", "lends"), [("transaction", True), ("session", False)])
async def test_a_pooler_is_known_by_its_mode(tmp_path: Path, mode: str, *, lends: bool) -> None:
    async with a_pgbouncer(tmp_path, needed_server(), mode) as url:
        for _ in range(3):
            assert await lends_by_transaction(url) is lends


async def test_it_is_known_while_others_use_the_same_pool(tmp_path: Path) -> None:
    async with a_pgbouncer(tmp_path, needed_server(), "transaction") as url:
        assert all(await asyncio.gather(*(lends_by_transaction(url) for _ in range(5))))


async def test_the_doctor_names_it_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with a_pgbouncer(tmp_path, needed_server(), "transaction") as url:
        monkeypatch.setenv("DATABASE_URL", url)
        with pytest.raises(SystemExit):
            await asyncio.to_thread(main, ["doctor", "--offline"])

    told = capsys.readouterr().out
    assert "BAD  pooler" in told
    assert "pool_mode = session" in told


async def test_the_log_of_the_start_names_it(tmp_path: Path, postgres: Postgres) -> None:
    async with postgres.fresh() as server, a_pgbouncer(tmp_path, server, "transaction") as url:
        bot = App(Settings.model_validate({"DATABASE_URL": url, "INCIDENT_BOT_DATA_DIR": tmp_path}))
        with capture_logs() as logs:
            await bot._look_for_pooler()
        await bot.desk.database.close()

    [warning] = logs
    assert warning["event"] == "database.pooler"
    assert "pool_mode = session" in warning["remedy"]
