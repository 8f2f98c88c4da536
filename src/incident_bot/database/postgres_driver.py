"""asyncpg, as everything here opens it: by a URL in libpq's words, and with an end to every wait.

A server that has vanished refuses nothing and ends nothing. asyncpg alone would wait for its answer
until the kernel gives up, a quarter of an hour later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from incident_bot.errors import ConfigurationError

CONNECT = 5.0  # seconds until there is a connection; `connect_timeout` in the URL goes before it
PING = 1.0  # for a sign of life before a connection is used: a person has 3 s in all
TRUSTED = 1.0  # after its last answer no sign of life is asked for: in a crowd each costs a trip
ALIVE = "SELECT 1"  # asyncpg stumbles over the answer to an empty statement
ANSWER = 12.0  # for each statement: PostgreSQL ends it after 10 s, and says so
# A replica that is frozen in the middle of a transaction holds rows that the others wait for. Between
# two statements PostgreSQL ends its transaction; within one it cannot, so nobody waits for ever.
POSTGRES_LIMITS = {"idle_in_transaction_session_timeout": "5s", "statement_timeout": "10s"}
# The host of a replica can vanish, too. PostgreSQL looks for it, and lets its locks go after 14 s.
# (Over a Unix socket these settings are accepted and do nothing.)
PROBES = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "14000",  # ms
}
STANDBY = "25006"
"""The SQLSTATE of a server that only lets read: a primary that has become a standby."""
_FILES = ("sslcert", "sslkey", "sslrootcert", "sslcrl")
_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_PASSED = frozenset(
    {
        *("host", "port", "user", "password", "passfile", "dbname", "application_name", "options"),
        *("sslmode", "sslpassword", "sslnegotiation", "target_session_attrs", *_FILES),
        *("ssl_min_protocol_version", "ssl_max_protocol_version"),
    }
)
"""What asyncpg understands in a URL. Other names it would hand to the server as settings."""


def connect_arguments(url: sa.URL) -> dict[str, Any]:
    """What `asyncpg.connect` is given for a URL.

    Raises:
        ConfigurationError: naming the parameter of the URL that cannot be used.
    """
    asked = {
        key: value if isinstance(value, str) else ",".join(value)
        for key, value in url.query.items()
    }
    if "ssl" in asked:  # SQLAlchemy's name for it
        asked["sslmode"] = asked.pop("ssl")
    timeout = _seconds(asked.pop("connect_timeout", ""))
    for key, value in asked.items():
        _must_be_usable(key, value)
    dsn = url.set(drivername="postgresql", query=asked).render_as_string(hide_password=False)
    return {"dsn": dsn, "timeout": timeout}


def postgres_engine(url: sa.URL, *, patient: bool = False, **pool: Any) -> AsyncEngine:
    """An engine whose calls end: as an answer, or as an error that is none.

    A `patient` one has no limits: migrating or moving a whole database takes its time.
    """
    arguments = connect_arguments(url)
    if not patient:
        arguments["command_timeout"] = ANSWER
    engine = create_async_engine(
        "postgresql+asyncpg://", connect_args=arguments, hide_parameters=True, **pool
    )
    settings = PROBES | (dict.fromkeys(POSTGRES_LIMITS, "0") if patient else POSTGRES_LIMITS)

    @event.listens_for(engine.sync_engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        connection.run_async(lambda there: settle(there, settings))

    _ask_for_a_sign_of_life(engine)

    @event.listens_for(engine.sync_engine, "handle_error")
    def _lost(context: ExceptionContext) -> None:
        error = context.original_exception
        over = isinstance(error, TimeoutError | asyncio.CancelledError)
        if over and context.connection is not None:
            silent: Any = context.connection.connection.driver_connection
            silent.terminate()  # a farewell would wait for an answer
            context.is_disconnect = True
            context.invalidate_pool_on_disconnect = False  # the others are asked one by one
        elif getattr(error, "sqlstate", None) == STANDBY:
            context.is_disconnect = True  # so are all others: the primary is elsewhere by now

    return engine


def _ask_for_a_sign_of_life(engine: AsyncEngine) -> None:
    """Whoever takes a connection from the pool gets one that answers."""
    driver: Any = engine.dialect.dbapi.asyncpg  # type: ignore[union-attr]  # is there by now

    @event.listens_for(engine.sync_engine, "connect")
    @event.listens_for(engine.sync_engine, "checkin")
    def _answered(_connection: Any, record: Any) -> None:
        record.info["answered"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _ping(connection: Any, record: Any, _proxy: Any) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError
        if time.monotonic() - record.info["answered"] < TRUSTED:
            return
        try:
            connection.run_async(lambda there: there.execute(ALIVE, timeout=PING))
        except (OSError, driver.PostgresError, driver.InterfaceError) as error:
            connection.driver_connection.terminate()  # a farewell would wait for an answer
            raise DisconnectionError from error


async def settle(connection: Any, settings: Mapping[str, str] = PROBES) -> None:
    """Set what holds for a connection. PgBouncer refuses such settings while connecting."""
    words = "; ".join(f"SET {name} = '{value}'" for name, value in settings.items())
    await connection.execute(words, timeout=CONNECT)


def _must_be_usable(key: str, value: str) -> None:
    if key not in _PASSED:
        raise _wrong(key, "is not supported; leave it out")
    if key == "sslmode" and value not in _MODES:
        raise _wrong(key, f"is one of {', '.join(_MODES)}")
    if key in _FILES and not Path(value).is_file():
        raise _wrong(key, f"there is no file {value}")


def _seconds(value: str) -> float:
    if not value:
        return CONNECT
    if not value.isdecimal():
        raise _wrong("connect_timeout", "is a number of seconds")
    # For libpq zero means for ever, which is never meant.
    return float(value) or CONNECT


def _wrong(key: str, problem: str) -> ConfigurationError:
    return ConfigurationError("DATABASE_URL", key, problem)
