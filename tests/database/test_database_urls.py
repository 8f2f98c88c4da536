"""A DATABASE_URL as managed services give it, and as people mistype it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from incident_bot.cli.entry import main
from incident_bot.clock import SystemClock
from incident_bot.database.connection import Database, async_url
from incident_bot.database.migrate import head, revision, upgrade
from incident_bot.database.postgres_driver import connect_arguments
from incident_bot.database.replicas import Replicas
from incident_bot.database.revision import present
from incident_bot.errors import ConfigurationError
from incident_bot.settings import shipped
from support.postgres import Postgres
from support.rest import until

MIGRATIONS = shipped("migrations")
COMMON = "application_name=bot&connect_timeout=10&sslmode=prefer&options=-c%20lock_timeout%3D7s"


async def ask(database: Database, statement: str) -> str:
    """The one value that a statement finds."""
    async with database.read() as tx:
        return str((await tx.connection.execute(sa.text(statement))).scalar_one())


def has_socket(folder: str, port: str) -> bool:
    """Whether a PostgreSQL listens there."""
    return Path(folder, f".s.PGSQL.{port}").exists()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_what_managed_services_write_works_everywhere(
    postgres: Postgres, scheme: str
) -> None:
    async with postgres.fresh(migrated=False) as plain:
        url = f"{scheme}://{plain.partition('://')[2]}?{COMMON}"
        await upgrade(url, MIGRATIONS)
        assert await revision(url) == await present(url) == head(MIGRATIONS)

        database = Database(url)
        listening = Replicas(database, "me", SystemClock(), lease=timedelta(seconds=60))
        living = asyncio.create_task(listening.run())
        await until(database.woken.is_set, "the listener")
        assert await ask(database, "SHOW application_name") == "bot"
        assert await ask(database, "SHOW lock_timeout") == "7s"
        named = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bot'"
        assert int(await ask(database, f"{named} AND datname = current_database()")) >= 2
        living.cancel()
        await asyncio.wait({living})
        await database.close()


async def test_several_hosts_are_tried_in_turn(postgres: Postgres) -> None:
    async with postgres.fresh() as url:
        made = sa.make_url(url)
        hosts = f"127.0.0.1:1,{made.host}:{made.port or 5432}"
        database = Database(f"postgresql://{made.username}@/{made.database}?host={hosts}")
        await database.ping()
        await database.close()


async def test_a_unix_socket_is_a_host_too(postgres: Postgres) -> None:
    async with postgres.fresh() as url:
        made, direct = sa.make_url(url), Database(url)
        folder = (await ask(direct, "SHOW unix_socket_directories")).split(",")[0].strip()
        port = await ask(direct, "SHOW port")
        await direct.close()
        if not has_socket(folder, port):
            pytest.skip(f"the server has no socket in {folder}")
        there = f"?host={folder}&port={port}"
        database = Database(f"postgresql://{made.username}@/{made.database}{there}")
        try:
            assert await ask(database, "SELECT inet_server_addr() IS NULL") == "True"
        finally:
            await database.close()


@pytest.mark.parametrize("password", ["p%40ss%2Fw%3Ard%25", "p%20%2B+%3F%23"])
def test_a_password_arrives_as_it_was_meant(password: str) -> None:
    dsn = sa.make_url(connect_arguments(async_url(f"postgres://u:{password}@h/db"))["dsn"])
    assert dsn.password == sa.make_url(f"postgresql://u:{password}@h/db").password


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("channel_binding=require", "channel_binding: is not supported"),
        ("sslmode=yes", "sslmode: is one of disable, allow"),
        ("sslrootcert=/no/such.pem", "sslrootcert: there is no file /no/such.pem"),
        ("connect_timeout=soon", "connect_timeout: is a number of seconds"),
        ("statement_timeout=5", "statement_timeout: is not supported"),
    ],
)
def test_what_cannot_be_used_is_named(query: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Database(f"postgresql://ada:geheim@db/incidents?{query}")
    assert words in str(refused.value)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:geheim@db:port/incidents",
        "postgresql://ada:geheim@one:1,two:2/incidents",
        "host=db password=geheim",
        "geheim",
        "mysql://ada:geheim@db/incidents",
    ],
)
@pytest.mark.parametrize("command", [("db", "upgrade"), ("doctor", "--offline")])
def test_what_is_no_url_is_said_without_the_password(
    url: str,
    command: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SystemExit) as ended:
        main(command)
    said = "".join(capsys.readouterr())
    assert ended.value.code in (1, 2)
    assert "DATABASE_URL: " in said
    assert "geheim" not in said
    assert "Traceback" not in said
