"""`incident-bot doctor` at the terminal: what it finds in the record, and what to do about it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from incident_bot.cli.entry import main
from incident_bot.database.connection import Database
from incident_bot.database.migrate import upgrade
from incident_bot.domain.effects import ConfirmPin
from incident_bot.settings import shipped
from support.rows import NOW


async def _record(file: Path) -> None:
    """A record with one job in it."""
    await upgrade(f"sqlite:///{file}", shipped("migrations"))
    database = Database(f"sqlite:///{file}")
    async with database.write() as tx:
        await tx.jobs.add([(ConfirmPin(1, "C1", "1.0"), NOW)], NOW)
    await database.close()


def test_what_only_another_release_can_do_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bot.db"
    asyncio.run(_record(file))
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE job SET kind = 'room.fold'")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")

    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--offline"])

    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "BAD  other release  not known to this release: 1 room.fold" in told
    assert "start it, or finish the upgrade" in told
