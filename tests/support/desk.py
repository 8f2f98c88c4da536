"""A desk without Slack, for tests of the engine alone."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import sqlalchemy as sa

from incident_bot.database import tables
from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import Outcome
from incident_bot.ids import Mint
from incident_bot.operations.desk import Desk
from support.clock import WoundClock

RULES = Configuration.model_validate({"severities": [{"name": "SEV3", "page_when": "never"}]})


class NobodyWatches:
    """The engine's measurements, unmeasured."""

    def beat(self) -> None: ...
    def fired(self, kind: str, late: float) -> None: ...
    def lost(self, kind: str) -> None: ...
    def repaired(self, kind: str) -> None: ...
    def settled(self, job: Claimed, outcome: Outcome, age: float) -> None: ...


@contextlib.asynccontextmanager
async def a_desk(folder: Path, clock: WoundClock) -> AsyncIterator[Desk]:
    """A desk on an empty SQLite file."""
    file = folder / "desk.db"
    empty = sa.create_engine(f"sqlite:///{file}")
    tables.metadata.create_all(empty)
    empty.dispose()
    database = Database(f"sqlite:///{file}", clock=clock)
    yield Desk("me", database, Mint(secrets.token_bytes), lambda: RULES)
    await database.close()
