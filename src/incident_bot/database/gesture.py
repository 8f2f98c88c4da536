"""Which gesture of a person the present task carries out, so that it is recorded once.

A command or form may reach two processes, or one process twice: after a crash between its commit
and its acknowledgement, or when its first holder was frozen for longer than its lease. The first
transaction that records something for a gesture writes the gesture's mark with it; another
attempt finds the mark.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

_current: ContextVar[Attempt | None] = ContextVar("gesture", default=None)


class Turn(Enum):
    """Which of the attempts at a gesture one is, and so whether another follows."""

    ONLY = "only"
    FIRST = "first"
    AGAIN = "again"
    LAST = "last"


@dataclass(slots=True)
class Attempt:
    """One attempt at a gesture.

    `marked` once its mark is committed; `interrupted` when the database stopped answering in its
    middle and another attempt will follow.
    """

    origin: str
    at: datetime
    turn: Turn = Turn.ONLY
    marked: bool = False
    interrupted: bool = False

    @property
    def is_followed(self) -> bool:
        """Whether another attempt is made when this one is interrupted."""
        return self.turn in (Turn.FIRST, Turn.AGAIN)


@contextlib.contextmanager
def attempting(attempt: Attempt) -> Iterator[None]:
    """Everything recorded inside, also by tasks begun inside, belongs to this gesture."""
    token = _current.set(attempt)
    try:
        yield
    finally:
        _current.reset(token)


def current_attempt() -> Attempt | None:
    """The gesture of this task, if it carries one out."""
    return _current.get()


def mark_of(origin: str) -> str:
    """The key under which a gesture is remembered."""
    return f"gesture:{origin}"
