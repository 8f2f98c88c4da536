"""Two transactions at once on PostgreSQL: neither undoes what the other has written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
import sqlalchemy as sa

from domain.runbooks.shapes import book
from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.database.transaction import Transaction
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import GiveUp, Outcome, Sent
from incident_bot.domain.effects import WORK, Lane, OpenRoom, RingPerson, Work
from incident_bot.domain.incidents.incident import Status
from incident_bot.domain.paging.page import RingState
from incident_bot.domain.runbooks.checklist import StepState
from incident_bot.engine.performing import Performing
from incident_bot.errors import Refused
from incident_bot.ids import Mint
from incident_bot.operations import checklists, paging, postmortems, runbooks, updates
from incident_bot.operations.declare import Order, declare
from incident_bot.operations.desk import Desk
from support.books import QUEUE_FULL
from support.clock import WoundClock
from support.postgres import Postgres
from support.rest import pause

RULES = Configuration.model_validate(
    {
        "people": {"ada": {"slack": "UADA"}, "bo": {"slack": "UBO"}},
        "policies": {"crew": {"tiers": [{"targets": ["person:ada", "person:bo"]}]}},
        "severities": [{"name": "SEV1", "policy": "crew", "update_every": "30m"}],
    }
)
TURNS = 8
_WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class NobodyWatches:
    """The engine's measurements, unmeasured."""

    def beat(self) -> None: ...
    def fired(self, kind: str, late: float) -> None: ...
    def lost(self, kind: str) -> None: ...
    def settled(self, job: Claimed, outcome: Outcome, seconds: float) -> None: ...


class Office:
    """A desk on PostgreSQL whose effects end as they are told to."""

    def __init__(self, database: Database) -> None:
        self.desk = Desk("me", database, Mint(bytes), lambda: RULES)
        self.outcome: Outcome = Sent()
        performers = dict.fromkeys(WORK.values(), self._perform)
        self._replicas = cycle(
            [Performing(self.desk, performers, NobodyWatches()) for _ in range(2)]
        )

    async def declared(self) -> int:
        """Declare an incident that pages Ada and Bo."""
        order = Order("checkout", "UADA", "gesture", "SEV1")
        return (await declare(self.desk, order)).incident.id

    async def claimed(self, *kinds: type[Work]) -> list[Claimed]:
        """Everything due of some kinds, claimed (and of other kinds too)."""
        desk = self.desk
        async with desk.database.write() as tx:
            later = desk.clock.now() + timedelta(hours=1)
            found = await tx.jobs.claim("me", later, desk.lease, 100, lanes=tuple(Lane))
        return [job for job in found if WORK[job.kind] in kinds]

    async def ends(self, job: Claimed, outcome: Outcome) -> None:
        """An effect ends, and that is written down."""
        self.outcome = outcome
        await next(self._replicas).effect(job)

    async def fires(self, job: Claimed) -> None:
        """A timer fires."""
        await next(self._replicas).timers([job])

    async def behind(
        self, first: Callable[[Transaction], Awaitable[object]], second: Awaitable[Any]
    ) -> Any:
        """`second` begins before what `first` has written is committed, and waits for it."""
        async with self.desk.database.write() as tx:
            await first(tx)
            waiting = asyncio.ensure_future(second)
            while not waiting.done() and not await self._somebody_waits():
                await pause()
        return await waiting

    async def _somebody_waits(self) -> bool:
        async with self.desk.database.read() as tx:
            return bool((await tx.connection.execute(_WAITING)).scalar_one())

    async def _perform(self, _job: Claimed, _work: Work) -> Outcome:
        return self.outcome


@pytest.fixture
async def office(postgres: Postgres) -> AsyncIterator[Office]:
    async with postgres.fresh() as url:
        database = Database(url, clock=WoundClock())
        yield Office(database)
        await database.close()


async def test_an_effect_that_is_given_up_does_not_undo_a_resolution(office: Office) -> None:
    number = await office.declared()
    [job] = await office.claimed(OpenRoom)

    async def resolve(tx: Transaction) -> None:
        incident = await tx.incidents.get(number)
        await tx.incidents.save(incident.with_(status=Status.RESOLVED))

    await office.behind(resolve, office.ends(job, GiveUp("no")))

    async with office.desk.database.read() as tx:
        assert (await tx.incidents.get(number)).status is Status.RESOLVED


async def test_a_page_that_arrives_does_not_undo_its_acknowledgement(office: Office) -> None:
    await office.declared()
    [job, _] = await office.claimed(RingPerson)
    desk = office.desk

    async def acknowledge(tx: Transaction) -> None:
        await tx.incidents.get(1)
        await tx.pages.set_ring(1, 0, "UADA", RingState.ACKNOWLEDGED)

    await office.behind(acknowledge, office.ends(job, Sent("D1", "1.0")))

    async with desk.database.read() as tx:
        [ada, _] = await tx.pages.rings(1)
    assert (ada.state, ada.ts) == (RingState.ACKNOWLEDGED, "1.0")


async def test_a_page_that_arrives_while_the_room_opens_gets_its_link(office: Office) -> None:
    number = await office.declared()
    [job, _] = await office.claimed(RingPerson)

    async def open_room(tx: Transaction) -> None:
        incident = await tx.incidents.get(number)
        await tx.incidents.save(incident.with_(channel_id="C1", channel_name="inc-1"))

    await office.behind(open_room, office.ends(job, Sent("D1", "1.0")))

    async with office.desk.database.read() as tx:
        keys = sa.text("SELECT key FROM job WHERE key = 'page.refresh:1/0/UADA/room'")
        assert (await tx.connection.execute(keys)).scalars().all()


async def test_the_same_words_typed_twice_at_the_same_instant_make_one_incident(
    office: Office,
) -> None:
    orders = [Order("checkout", "UADA", f"gesture {number}", "SEV1") for number in range(6)]

    made = await asyncio.gather(*(declare(office.desk, order) for order in orders))

    assert {one.incident.id for one in made} == {made[0].incident.id}
    assert [one.new for one in made].count(True) == 1
    unkeepable = await declare(office.desk, Order("half a \0 title", "UADA", "nul", "SEV1"))
    assert unkeepable.new


async def test_people_and_the_engine_never_wait_for_each_other_for_ever(office: Office) -> None:
    number, desk, queue = await office.declared(), office.desk, book(QUEUE_FULL)
    second = (await declare(desk, Order("search", "UBO", "another", "SEV1"))).incident.id
    rooms = await office.claimed(OpenRoom)
    await asyncio.gather(
        *(office.ends(job, Sent(f"C{job.id}", "", {"name": "inc"})) for job in rooms)
    )
    made = (await checklists.start(desk, number, queue, "UADA")).checklist

    async def crowd(turn: int) -> None:
        jobs = await office.claimed(*WORK.values())
        acts: list[Awaitable[object]] = [
            updates.update(desk, number, f"news {turn}", "UADA"),
            updates.update(desk, second, f"news {turn}", "UADA"),
            updates.assign(desk, number, "lead", f"U{turn}", "UADA"),
            updates.log(desk, second, f"note {turn}", "UBO"),
            paging.page_person(desk, second, "UBO", "help", "UADA", f"page {turn}"),
            paging.acknowledge(desk, 1 + turn % 4, "UBO"),
            paging.escalate_now(desk, 2, "UADA"),
            postmortems.ask(desk, number, "UADA"),
            checklists.move(desk, made, turn % 4, StepState.DONE, "UADA"),
            *(
                runbooks.rate(desk, runbooks.Reading(number, queue, user), "worked", "")
                for user in ("UADA", "UBO", "UCHEN")
            ),
            *(
                runbooks.opened(
                    desk,
                    runbooks.Reading(number, queue, user),
                    runbooks.Wanted(None, 0, f"{user} {turn}"),
                    (),
                )
                for user in ("UADA", "UBO")
            ),
            runbooks.report_gap(desk, number, queue, "no numbers", "UADA"),
            runbooks.report_gap(desk, number, queue, "no numbers", "UBO"),
        ]
        for job in jobs:
            timer = WORK[job.kind].timer
            acts.append(office.fires(job) if timer else office.ends(job, office.outcome))
        ended = await asyncio.gather(*acts, return_exceptions=True)
        wrong = [e for e in ended if isinstance(e, BaseException) and not isinstance(e, Refused)]
        assert wrong == []

    for turn in range(TURNS):
        office.outcome = GiveUp("no") if turn % 3 == 2 else Sent("C9", f"{turn}.0")
        await crowd(turn)
