"""What the log shows of a statement that failed: never what people said."""

from __future__ import annotations

import traceback

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from incident_bot.database.connection import Database
from incident_bot.logs import without_rows

SECRET = "the password is\nhunter2"
NO_KIND = sa.text("INSERT INTO timeline (incident_id, text) VALUES (1, :said)")


async def test_what_a_row_says_is_not_in_the_traceback_of_its_failure(database: Database) -> None:
    with pytest.raises(IntegrityError) as raised:
        await _write(database)

    shown = "".join(traceback.format_exception(raised.value))
    logged = without_rows(None, "error", {"event": "gesture.failed", "exception": shown})
    assert "IntegrityError" in logged["exception"]
    assert "INSERT INTO timeline" in logged["exception"]
    assert "hunter2" not in logged["exception"]


async def _write(database: Database) -> None:
    async with database.write() as tx:
        await tx.connection.execute(NO_KIND, {"said": SECRET})
