"""Which revision a database is at, and which this release wants, without loading Alembic.

A start that has nothing to migrate (nearly every one) does not pay for the migration machinery.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from incident_bot.database.answering import answering
from incident_bot.database.connection import bare_engine


def newest(migrations: Path) -> str:
    """The newest revision of a folder: its files are named `0001_what.py` and form one line."""
    return max(file.name.split("_")[0] for file in (migrations / "versions").glob("[0-9]*_*.py"))


async def present(url: str) -> str | None:
    """The revision a database is at, or None when it is empty.

    Raises:
        Unavailable: when it does not answer.
    """
    engine = bare_engine(url)
    try:
        with answering():
            return await _read(engine)
    finally:
        await engine.dispose()


async def _read(engine: AsyncEngine) -> str | None:
    try:
        async with engine.connect() as connection:
            found = await connection.execute(sa.text("SELECT version_num FROM alembic_version"))
            revision: str | None = found.scalar_one_or_none()
            return revision
    except DBAPIError as error:
        if error.connection_invalidated or "alembic_version" not in str(error.orig):
            raise
        return None  # there is no such table yet
