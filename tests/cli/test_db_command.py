"""`incident-bot db` at the terminal: what it prints, how it exits, and what it never does."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from incident_bot.cli.entry import main
from incident_bot.database.connection import Database
from incident_bot.database.lock import FileLock
from support.postgres import Postgres
from support.rows import an_incident

NOBODY = "postgresql://ada:geheim@127.0.0.1:1/incidents"
"""Where no server listens."""


class Terminal:
    """Somebody at a terminal."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def says(self, *words: str) -> str:
        """What a command prints that works."""
        status, out, err = self._enter(words)
        assert (status, err) == (0, "")
        return out

    def is_refused(self, *words: str, status: int = 2) -> str:
        """What a command prints that does not: one line, and nothing else."""
        ended, out, err = self._enter(words)
        assert (ended, out) == (status, "")
        assert "geheim" not in err
        return err

    def _enter(self, words: Sequence[str]) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["db", *words])
        out, err = self._capsys.readouterr()
        return ended.value.code, out, err


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Terminal:
    """A terminal whose bot keeps its data in a folder that is not there yet."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("INCIDENT_BOT_DATA_DIR", str(tmp_path / "data"))
    return Terminal(capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database of the data directory is."""
    return tmp_path / "data" / "incident-bot.db"


@pytest.fixture
def bare(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty PostgreSQL database without tables."""
    with asyncio.Runner() as runner:
        making = postgres.fresh(migrated=False)
        yield runner.run(making.__aenter__())
        runner.run(making.__aexit__(None, None, None))


def declare(url: str, origin: str) -> None:
    """Record an incident."""

    async def record() -> None:
        database = Database(url)
        async with database.write() as tx:
            await tx.incidents.add(an_incident(origin))
        await database.close()

    asyncio.run(record())


def origins(url: str) -> list[str]:
    """The incidents of a database, newest first."""

    async def read() -> list[str]:
        database = Database(url)
        async with database.read() as tx:
            found = [incident.origin for incident in await tx.incidents.recent()]
        await database.close()
        return found

    return asyncio.run(read())


# --- upgrade ----------------------------------------------------------------------------------


def test_upgrade_makes_the_database_and_then_leaves_it_alone(
    terminal: Terminal, file: Path
) -> None:
    assert terminal.says("upgrade").startswith("empty → ")
    assert file.is_file()
    assert terminal.says("upgrade").startswith("already at ")


def test_upgrade_works_on_postgresql(
    terminal: Terminal, bare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", bare)
    assert terminal.says("upgrade").startswith("empty → ")
    declare(bare, "one")
    assert terminal.says("upgrade").startswith("already at ")
    assert origins(bare) == ["one"]


def test_upgrade_leaves_a_database_of_a_newer_release_alone(terminal: Terminal, file: Path) -> None:
    terminal.says("upgrade")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    assert "is at revision 9999, which this release does not know" in terminal.is_refused("upgrade")


@pytest.mark.parametrize("command", ["upgrade", "backup"])
def test_a_server_that_does_not_answer_is_named_as_such(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", NOBODY)
    words = [command, str(tmp_path / "b.db")] if command == "backup" else [command]
    assert "does not answer" in terminal.is_refused(*words, status=1)
    assert not (tmp_path / "b.db").exists()


def test_a_file_that_is_no_database_is_named_as_such(terminal: Terminal, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("this is a diary, not a database" * 100)
    assert "file is not a database" in terminal.is_refused("upgrade", status=1)


@pytest.mark.parametrize("command", ["upgrade", "restore"])
def test_a_folder_that_cannot_be_made_is_named(
    terminal: Terminal, file: Path, tmp_path: Path, command: str
) -> None:
    file.parent.write_text("a file where the folder should be")
    words = [command]
    if command == "restore":
        words.append(str(tmp_path / "backup.db"))
        (tmp_path / "backup.db").touch()
    assert f"{file.parent} cannot be written (File exists)" in terminal.is_refused(*words)


def test_upgrade_makes_the_folder_that_the_url_names(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'bot.db'}")
    assert terminal.says("upgrade").startswith("empty → ")


def test_another_kind_of_database_is_refused(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://ada:geheim@db/incidents")
    assert "'mysql' is not supported" in terminal.is_refused("upgrade")


# --- backup -----------------------------------------------------------------------------------


def test_backup_while_the_bot_runs_holds_everything(
    terminal: Terminal, file: Path, tmp_path: Path
) -> None:
    terminal.says("upgrade")
    declare(f"sqlite:///{file}", "one")
    running = FileLock(file)
    running.take()
    backup = tmp_path / "backup.db"

    said = terminal.says("backup", str(backup))

    running.release()
    assert f"{backup} holds 1 rows" in said
    assert origins(f"sqlite:///{backup}") == ["one"]


def test_backup_never_overwrites(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("upgrade")
    kept = tmp_path / "diary.txt"
    kept.write_text("dear diary")
    assert "exists already" in terminal.is_refused("backup", str(kept))
    assert kept.read_text() == "dear diary"


def test_backup_of_nothing_is_refused_and_makes_nothing(
    terminal: Terminal, file: Path, tmp_path: Path
) -> None:
    assert "there is no such file" in terminal.is_refused("backup", str(tmp_path / "backup.db"))
    assert not file.exists()
    assert not (tmp_path / "backup.db").exists()


def test_backup_into_a_folder_that_is_not_there_is_refused(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.says("upgrade")
    assert "no such folder" in terminal.is_refused("backup", str(tmp_path / "no" / "backup.db"))


# --- restore ----------------------------------------------------------------------------------


@pytest.fixture
def backup(terminal: Terminal, file: Path, tmp_path: Path) -> Path:
    """A backup of a database with one incident; since then there was another."""
    terminal.says("upgrade")
    declare(f"sqlite:///{file}", "one")
    made = tmp_path / "backup.db"
    terminal.says("backup", str(made))
    declare(f"sqlite:///{file}", "two")
    return made


def test_restore_keeps_a_database_that_is_not_empty_unless_forced(
    terminal: Terminal, backup: Path, file: Path
) -> None:
    url = f"sqlite:///{file}"
    assert "is not empty (2 incident)" in terminal.is_refused("restore", str(backup))
    assert origins(url) == ["two", "one"]

    assert "restored 1 rows" in terminal.says("restore", str(backup), "--force")
    assert origins(url) == ["one"]


def test_restore_makes_the_database_that_is_not_there(
    terminal: Terminal, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_BOT_DATA_DIR", str(tmp_path / "another"))
    terminal.says("restore", str(backup))
    assert origins(f"sqlite:///{tmp_path / 'another' / 'incident-bot.db'}") == ["one"]


def test_restore_while_the_bot_runs_is_refused_even_when_forced(
    terminal: Terminal, backup: Path, file: Path
) -> None:
    running = FileLock(file)
    running.take()

    assert "is in use by process" in terminal.is_refused("restore", str(backup), "--force")

    running.release()
    assert origins(f"sqlite:///{file}") == ["two", "one"]


@pytest.mark.parametrize("what", ["nothing", "empty", "diary", "stranger", "folder"])
def test_what_is_no_backup_replaces_nothing_however_forced(
    terminal: Terminal, backup: Path, file: Path, tmp_path: Path, what: str
) -> None:
    wrong = tmp_path / "wrong.db"
    if what == "folder":
        wrong.mkdir()
    elif what == "stranger":
        with contextlib.closing(sqlite3.connect(wrong)) as connection:
            connection.execute("CREATE TABLE diary (day)")
    elif what != "nothing":
        wrong.write_text("dear diary " * 500 if what == "diary" else "")

    status = 1 if what == "diary" else 2
    assert terminal.is_refused("restore", str(wrong), "--force", status=status)

    assert origins(f"sqlite:///{file}") == ["two", "one"]


def test_a_backup_of_a_newer_release_replaces_nothing(
    terminal: Terminal, backup: Path, file: Path
) -> None:
    with contextlib.closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    refused = terminal.is_refused("restore", str(backup), "--force")
    assert f"{backup}: is at revision 9999" in refused

    assert origins(f"sqlite:///{file}") == ["two", "one"]


# --- copy -------------------------------------------------------------------------------------


def test_copy_to_postgresql_and_back(
    terminal: Terminal, backup: Path, file: Path, bare: str, tmp_path: Path
) -> None:
    back = f"sqlite:///{tmp_path / 'back.db'}"

    assert "copied 2 rows" in terminal.says("copy", f"sqlite:///{file}", bare)
    declare(bare, "three")
    assert "copied 3 rows" in terminal.says("copy", bare, back)

    assert origins(back) == ["three", "two", "one"]


def test_copy_onto_itself_is_refused(terminal: Terminal, backup: Path, file: Path) -> None:
    url = f"sqlite:///{file}"
    assert "in use" in terminal.is_refused("copy", url, url, "--force")
    assert origins(url) == ["two", "one"]


def test_copy_of_nothing_is_refused_and_makes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    nothing, target = tmp_path / "nothing.db", tmp_path / "target.db"
    refused = terminal.is_refused("copy", f"sqlite:///{nothing}", f"sqlite:///{target}")
    assert "there is no such file" in refused
    assert list(tmp_path.glob("*.db*")) == []


def test_copy_into_a_postgresql_in_use_is_refused_unless_forced(
    terminal: Terminal, backup: Path, file: Path, bare: str
) -> None:
    with asyncio.Runner() as runner:
        others = Database(bare)
        reading = others.read()
        runner.run(reading.__aenter__())

        assert "1 others are connected" in terminal.is_refused("copy", f"sqlite:///{file}", bare)

        runner.run(reading.__aexit__(None, None, None))
        runner.run(others.close())


# --- usage ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["copy"], "Missing argument"),
        (["backup"], "Missing argument"),
        (["restore", "x.db", "--forse"], "No such option"),
        (["mend"], "No such command"),
    ],
)
def test_bad_usage_ends_with_status_2_and_says_what_is_wrong(words: list[str], said: str) -> None:
    entered = [sys.executable, "-m", "incident_bot", "db", *words]
    done = subprocess.run(entered, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
