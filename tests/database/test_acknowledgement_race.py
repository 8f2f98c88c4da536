"""Acknowledged within milliseconds of the timer, many at once: one of the two decides."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta

import sqlalchemy as sa

from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import Outcome, Sent
from incident_bot.domain.effects import WORK, Work
from incident_bot.domain.paging.page import PageState
from incident_bot.engine.loop import Engine
from incident_bot.engine.performing import instant
from incident_bot.ids import Mint
from incident_bot.operations.declare import Order, declare
from incident_bot.operations.desk import Desk
from incident_bot.operations.paging import acknowledge
from support.clock import WoundClock
from support.desk import NobodyWatches
from support.rows import another

MANY = 40
RULES = Configuration.model_validate(
    {
        "people": {"ada": {"slack": "UADA"}, "bo": {"slack": "UBO"}},
        "policies": {
            "crew": {
                "tiers": [
                    {"targets": [f"person:{one}"], "acknowledge_within": "5m"}
                    for one in ("ada", "bo")
                ]
            }
        },
        "severities": [{"name": "SEV1", "policy": "crew"}],
    }
)


async def test_an_acknowledgement_and_its_timer_never_both_win_and_nobody_is_paged_twice(
    url: str, database: Database
) -> None:
    clock = database.clock = WoundClock()
    performed = Counter[str]()

    async def perform(job: Claimed, work: Work) -> Outcome:
        performed[job.key] += 1
        return Sent(f"C{job.id}", "1.0", {"name": "inc-1"} if job.kind == "room.open" else {})

    async with AsyncExitStack() as stack:
        replicas = [database]
        if database.dialect == "postgresql":
            replicas.append(await stack.enter_async_context(another(url, clock)))
        desks = [
            Desk(f"bot-{n}", one, Mint(secrets.token_bytes), lambda: RULES)
            for n, one in enumerate(replicas)
        ]
        for number in range(MANY):
            await declare(desks[0], Order(f"trouble {number}", "UADA", f"{number}", "SEV1"))
        due = await _due(database)
        assert len(due) == MANY
        first = instant(min(due.values()))
        clock.advance(first - clock.now() - timedelta(milliseconds=200))

        engines = [Engine(desk, dict.fromkeys(WORK.values(), perform), _Quiet()) for desk in desks]
        running = [asyncio.create_task(engine.run()) for engine in engines]

        async def answers(page: int, after: float) -> None:
            at = instant(due[page]) + timedelta(milliseconds=after)
            await clock.wait(asyncio.Event(), at)
            assert (await acknowledge(desks[page % len(desks)], page, "UADA"))[1]

        # From 20 ms before the timer to 20 ms after it.
        await asyncio.gather(*(answers(page, (page % 21 - 10) * 2) for page in due))
        for engine in engines:
            await engine.stop(10)
        await asyncio.gather(*running)

    for page in due:
        assert await _story(database, page) in (
            ["tier 0", "acknowledged"],
            ["tier 0", "tier 1", "acknowledged"],
        )
    assert {key: count for key, count in performed.items() if count > 1} == {}


class _Quiet(NobodyWatches):
    def lost(self, kind: str) -> None:
        raise AssertionError(f"{kind} was done by two")


async def _due(database: Database) -> dict[int, int]:
    """When each page climbs, by page."""
    async with database.read() as tx:
        rows = await tx.connection.execute(
            sa.text("SELECT subject, run_at FROM job WHERE kind = 'timer.escalation'")
        )
        return {int(subject.partition(":")[2]): run_at for subject, run_at in rows}


async def _story(database: Database, number: int) -> list[str]:
    """What became of a page, in the order in which it was recorded."""
    async with database.read() as tx:
        page = await tx.pages.get(number)
        entries = sorted(await tx.timeline.of(page.incident), key=lambda entry: entry.id)
        rung = {ring.position for ring in await tx.pages.rings(number)}
    told = [
        f"tier {entry.facts['position']}" if entry.kind == "tier" else "acknowledged"
        for entry in entries
        if entry.kind in ("tier", "acknowledged")
    ]
    assert page.state is PageState.ACKNOWLEDGED
    assert len(rung) == page.position + 1 == told.count("tier 0") + told.count("tier 1")
    return told
