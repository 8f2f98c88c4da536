"""A database that does not answer, told apart from what is wrong with a question."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as Crowded

from incident_bot.errors import Unavailable

RACES = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization failure and deadlock: nothing was done, and it may be tried again."""
TOO_SLOW = frozenset({"25P03"})
"""PostgreSQL has ended the whole transaction for a limit of the connection."""
SHUT = frozenset({"28000", "28P01", "3D000"})
"""PostgreSQL lets nobody in: by that name, with that password, to that database."""
CHANGED = frozenset({"25006", "0A000", "55P03"})
"""PostgreSQL has become a standby; its tables are others since a statement was prepared, because a newer
release has migrated; somebody else has locked what is asked for."""
NOT_NOW = ("08", "53", "57", "58")
"""Classes: no connection; too many of them, no memory, no disk; starting, stopping, too slow; its
own trouble with its files."""
_BROKEN = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_NO_COMMIT = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY})


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Failures to answer are named for what they are.

    Raises:
        Unavailable: when the database does not answer, in the driver's own words.
    """
    try:
        yield
    except (OperationalError, InterfaceError, OSError, TimeoutError, Crowded) as error:
        raise Unavailable(_why(error)) from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_no_answer(error.orig):
            raise Unavailable(_why(error)) from error
        raise


def _is_no_answer(error: BaseException | None) -> bool:
    state = _state(error)
    if state.startswith(NOT_NOW) or state in RACES | TOO_SLOW | SHUT | CHANGED:
        return True
    return getattr(error, "sqlite_errorcode", None) in _BROKEN


def _state(error: BaseException | None) -> str:
    # SQLAlchemy drops the state of what it renames; it is left in the cause.
    states = (getattr(e, "sqlstate", None) for e in (error, getattr(error, "__cause__", None)))
    return next((str(state) for state in states if state), "")


def is_refused(error: BaseException) -> bool:
    """Whether a commit that failed so has surely not happened: no room, locked, lost a race."""
    inner = getattr(error, "orig", None)
    code = getattr(inner, "sqlite_errorcode", None)
    return _state(inner) in RACES or (code is not None and code & 0xFF in _NO_COMMIT)


def in_words(error: BaseException) -> str:
    """The driver's own words, on one line."""
    inner = getattr(error, "orig", None) or error
    if isinstance(inner, TimeoutError) and not str(inner):
        return "no answer in time"
    return str(inner).splitlines()[0] if str(inner) else repr(inner)


def _why(error: Exception) -> str:
    return f"the database does not answer: {in_words(error)}"
