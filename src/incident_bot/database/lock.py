"""One process at a time on an SQLite file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from incident_bot.errors import ConfigurationError


class FileLock:
    """An exclusive lock beside the database file; the operating system frees it with the process."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock.

        Raises:
            ConfigurationError: when another process has it, naming that process, or nobody can
                write there.
        """
        make_folder(self._path)
        try:
            file = self._path.open("a+", encoding="ascii")
        except OSError as error:
            raise _unwritable(self._path, error) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            file.close()
            raise ConfigurationError(
                "DATABASE_URL",
                "",
                f"{self._path.with_suffix('')} is in use by process {holder}. SQLite serves one "
                "process; stop that one, or use PostgreSQL for several replicas",
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def make_folder(database: Path) -> None:
    """The folder of an SQLite file.

    Raises:
        ConfigurationError: when it cannot be made.
    """
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(database.parent, error) from error


def _unwritable(path: Path, error: OSError) -> ConfigurationError:
    problem = f"{path} cannot be written ({error.strerror}); name a folder that can"
    return ConfigurationError("DATABASE_URL", "", problem)
