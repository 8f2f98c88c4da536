"""`incident-bot db`: the database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import typer

from incident_bot.clock import SystemClock
from incident_bot.database import transfer
from incident_bot.database.lock import FileLock, make_folder
from incident_bot.database.migrate import upgrade as migrate
from incident_bot.errors import ConfigurationError
from incident_bot.settings import read_settings, shipped

app = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True, help="The database."
)
_NEW = typer.Argument(help="the SQLite file to write")
_OLD = typer.Argument(help="a file that db backup wrote")
_FROM = typer.Argument(help="database URL to copy from")
_TO = typer.Argument(help="database URL to copy to")
_FORCE = typer.Option(False, "--force", help="replace what is there")


@app.callback()
def database() -> None:
    """The database."""


@app.command()
def upgrade() -> None:
    """Bring the database to this release's revision (`run` does it by itself)."""
    settings = read_settings()
    file = transfer.sqlite_file(settings.database)
    if file is not None:
        make_folder(file)
    before, after = asyncio.run(migrate(settings.database, shipped("migrations")))
    print(f"already at {after}" if before == after else f"{before or 'empty'} → {after}")


@app.command()
def backup(file: Path = _NEW) -> None:
    """Write the database into a new SQLite file; the bot may run meanwhile."""
    url, now = read_settings().database, SystemClock().now()
    rows = asyncio.run(transfer.backup(url, file, shipped("migrations"), now))
    _tell(f"{file} holds", rows)


@app.command()
def restore(
    file: Path = _OLD,
    force: bool = _FORCE,
) -> None:
    """Put a backup in place of the database. The bot must not run."""
    settings, now = read_settings(), SystemClock().now()
    url, migrations = settings.database, shipped("migrations")
    transfer.must_exist(f"sqlite:///{file.resolve()}")
    with _alone_on(url, force=force):
        rows = asyncio.run(transfer.restore(file, url, migrations, now, force=force))
    _tell("restored", rows)


@app.command()
def copy(
    source: str = _FROM,
    target: str = _TO,
    force: bool = _FORCE,
) -> None:
    """Copy a database, SQLite or PostgreSQL, to another. The bot must not run on either."""
    now, migrations = SystemClock().now(), shipped("migrations")
    transfer.must_exist(source)
    with _alone_on(source, force=force), _alone_on(target, force=force):
        rows = asyncio.run(transfer.copy(source, target, migrations, now, force=force))
    _tell("copied", rows)


@contextlib.contextmanager
def _alone_on(url: str, *, force: bool) -> Iterator[None]:
    """Nobody else works on the database meanwhile.

    Raises:
        ConfigurationError: when somebody does.
    """
    file = transfer.sqlite_file(url)
    if file is not None:
        lock = FileLock(file)
        lock.take()
        try:
            yield
        finally:
            lock.release()
        return
    others = asyncio.run(transfer.sessions(url))
    if others and not force:
        raise ConfigurationError(
            "DATABASE_URL", "", f"{others} others are connected; stop the bot, or use --force"
        )
    yield


def _tell(what: str, rows: Mapping[str, int]) -> None:
    print(f"{what} {sum(rows.values())} rows:")
    for name, count in rows.items():
        if count:
            print(f"  {name:14} {count}")
