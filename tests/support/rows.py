"""Rows for database tests: an incident, a page, a message, each as plain as can be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from incident_bot.clock import Clock
from incident_bot.database.connection import Database
from incident_bot.database.messages import SaidMessage
from incident_bot.domain.incidents.incident import Incident, Status
from incident_bot.domain.paging.page import Page, PageState, Step

NOW = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)
WORDS = "支付失败 🔥🔥 <!channel> 'quoted' \"double\" \\ %s {x} :bind\nsecond line"
LONG = "Проверка связи 🔥 " * 3000


def an_incident(origin: str = "o1", **changes: Any) -> Incident:
    """An incident that is not recorded yet."""
    plain = Incident(
        id=0,
        title="checkout 5xx",
        severity="SEV2",
        status=Status.INVESTIGATING,
        declared_by="UADA",
        declared_at=NOW,
        origin=origin,
    )
    return replace(plain, **changes)


def a_page(incident: int, origin: str = "p1", **changes: Any) -> Page:
    """A page of two tiers, twice around, that is not recorded yet."""
    plain = Page(
        id=0,
        incident=incident,
        policy="primary",
        message="checkout fails",
        steps=(Step("first", ("person:ada",), 300.0), Step("second", ("schedule:ops",), 60.0)),
        rounds=2,
        state=PageState.OPEN,
        position=0,
        started_by=None,
        started_at=NOW,
        origin=origin,
    )
    return replace(plain, **changes)


def a_message(ts: str = "1.000100", **changes: Any) -> SaidMessage:
    """A message of a room."""
    plain = SaidMessage("CROOM", ts, None, "UADA", None, None, "errors since 14:02")
    return replace(plain, **changes)


async def recorded(database: Database, *incidents: Incident) -> list[Incident]:
    """Record incidents, each of which must be new."""
    made = []
    async with database.write() as tx:
        for incident in incidents:
            kept = await tx.incidents.add(incident)
            assert kept is not None
            made.append(kept)
    return made


def later(**span: float) -> datetime:
    """Some time after NOW."""
    return NOW + timedelta(**span)


@asynccontextmanager
async def another(url: str, clock: Clock | None = None) -> AsyncIterator[Database]:
    """A second process on the same database."""
    made = Database(url, clock=clock)
    try:
        yield made
    finally:
        await made.close()
