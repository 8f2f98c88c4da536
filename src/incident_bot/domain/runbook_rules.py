"""What the configuration says of runbooks: where they are shown, who is reminded, what may run."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from incident_bot.domain.durations import TimeOfDay
from incident_bot.domain.execution.allowance import Execution


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reviews(_Part):
    """Once on each working day owners are told which reviews and drills are overdue.

    `at` is local to the business hours' time zone; without it, when they open. `channel` (a name
    without `#`) is told of runbooks whose owner is nobody that can be written to.
    """

    remind: bool = True
    at: TimeOfDay | None = None
    channel: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,80}$")] | None = None


class Library(_Part):
    """One folder of runbooks; `base_url` is where its files are shown on the web."""

    base_url: Annotated[str, Field(pattern=r"^https?://[^\s<>|]+$", max_length=1000)] | None = None


class RunbookRules(_Part):
    """How runbooks may be used. `libraries` are known by the names of their folders."""

    libraries: dict[str, Library] = {}
    reviews: Reviews = Reviews()
    execution: Execution = Execution()
