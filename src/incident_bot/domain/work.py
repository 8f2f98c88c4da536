"""What every effect and timer is: a value with a lane, a key, a subject and a merge key."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import IntEnum
from typing import Any, ClassVar, Self


class Lane(IntEnum):
    """What goes first when not everything can."""

    PAGES = 0
    STATE = 1
    DECORATION = 2
    HOUSEKEEPING = 3


WORK: dict[str, type[Work]] = {}
"""Every kind of work by its name."""


@dataclass(frozen=True, slots=True)
class Work:
    """A job: an effect (calls out) or a timer (pure database)."""

    kind: ClassVar[str] = ""
    lane: ClassVar[Lane] = Lane.STATE
    timer: ClassVar[bool] = False
    calendar: ClassVar[bool] = False
    """Due at a time of day, not after a span: a clock that was wrong has not made it wrong."""

    @property
    def key(self) -> str:
        """Unique: the same decision asked for twice is done once."""
        values = "/".join(_word(getattr(self, f.name)) for f in fields(self))
        return f"{self.kind}:{values}"

    @property
    def merge(self) -> str | None:
        """While a job with the same merge key waits, this one is not needed."""
        return None

    @property
    def queue(self) -> str | None:
        """Jobs of one queue are done one at a time, in order; refreshes queue behind themselves."""
        return self.merge

    @property
    def subject(self) -> str | None:
        """The name by which a decision cancels it."""
        return None

    def payload(self) -> dict[str, Any]:
        """What is kept in the job's row; `v` is the version of the shape."""
        return {"v": 1, **asdict(self)}

    @classmethod
    def read(cls, payload: dict[str, Any]) -> Self:
        """Read a payload, also one of an older release with fewer fields."""
        known = {f.name for f in fields(cls)}
        return cls(**{k: _tupled(v) for k, v in payload.items() if k in known})


def _word(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _tupled(value: object) -> Any:
    return tuple(value) if isinstance(value, list) else value


def work(cls: type[Work]) -> type[Work]:
    """Enter a kind of work into the list."""
    if cls.kind in WORK:
        msg = f"two kinds of work are called {cls.kind}"
        raise TypeError(msg)
    WORK[cls.kind] = cls
    return cls


@dataclass(frozen=True, slots=True)
class OfIncident(Work):
    """Work about one incident, cancelled with it."""

    incident: int

    @property
    def subject(self) -> str | None:
        return f"incident:{self.incident}"


@dataclass(frozen=True, slots=True)
class Refresh(OfIncident):
    """Waiting refreshes of one thing merge: what is sent is made from the newest state."""

    @property
    def merge(self) -> str | None:
        return f"{self.kind}:{self.incident}"
