"""asyncpg, as everything here opens it: by a URL in libpq's words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from incident_bot.errors import ConfigurationError

CONNECT = 5.0  # seconds until there is a connection; `connect_timeout` in the URL goes before it
# A replica that is frozen in the middle of a transaction holds rows that the others wait for. Between
# two statements PostgreSQL ends its transaction; within one it cannot, so nobody waits for ever.
POSTGRES_LIMITS = {"idle_in_transaction_session_timeout": "5s", "statement_timeout": "10s"}
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


def postgres_engine(
    url: sa.URL, limits: Mapping[str, str] = MappingProxyType({}), **pool: Any
) -> AsyncEngine:
    """An engine for a URL in libpq's words."""
    return create_async_engine(
        "postgresql+asyncpg://",
        connect_args={**connect_arguments(url), "server_settings": dict(limits)},
        **pool,
    )


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
