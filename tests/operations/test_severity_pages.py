"""Who is paged when an incident grows old, gets worse, or waits for business hours."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from incident_bot.clock import Uptime
from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.database.migrate import upgrade
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.delivery import Outcome, Sent
from incident_bot.domain.effects import WORK, AgeDue, Lane, Work
from incident_bot.domain.paging.page import PageState
from incident_bot.engine.performing import Performing, instant
from incident_bot.errors import NotNow
from incident_bot.ids import Mint
from incident_bot.operations import paging, severity_pages, updates
from incident_bot.operations.declare import Order, declare
from incident_bot.operations.desk import Desk
from incident_bot.settings import shipped
from support.desk import NobodyWatches

FRIDAY_NIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = Configuration.model_validate(
    {
        "people": {"ada": {"slack": "UADA"}, "boss": {"slack": "UBOSS"}},
        "policies": {
            "crew": {"tiers": [{"targets": ["person:ada"], "acknowledge_within": "30d"}]},
            "manager": {"tiers": [{"targets": ["person:boss"], "acknowledge_within": "30d"}]},
            "ladder": {
                "tiers": [
                    {"targets": [f"person:{who}"], "acknowledge_within": "30d"}
                    for who in ("ada", "boss", "ada")
                ]
            },
        },
        "links": [{"title": "Status page", "url": "https://status.example.com"}],
        "severities": [
            {
                "name": "P0",
                "policy": "crew",
                "escalate_when_older": [{"after": "2h", "policy": "manager"}],
            },
            {
                "name": "P1",
                "page_when": "never",
                "escalate_when_older": [
                    {"after": "2h", "policy": "manager"},
                    {"after": "4h", "policy": "crew"},
                    {"after": "6h", "policy": "manager"},
                ],
            },
            {"name": "P2", "policy": "crew", "page_when": "business_hours"},
            {"name": "P3", "policy": "crew", "page_when": "never"},
        ],
    }
)


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = FRIDAY_NIGHT

    def now(self) -> datetime:
        return self.time

    def uptime(self) -> Uptime:
        return Uptime("by hand", self.time - FRIDAY_NIGHT)

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    async def wait(self, wake: Any, until: datetime | None) -> None:
        self.time = until or self.time

    def real_seconds(self, seconds: float) -> float:
        return seconds


class House:
    """An incident desk without Slack: timers fire, effects are only written down."""

    def __init__(self, desk: Desk, clock: HandClock) -> None:
        self.desk, self.clock = desk, clock
        self._performing = Performing(desk, dict.fromkeys(WORK.values(), _sent), NobodyWatches())
        self._gestures: Iterator[int] = count()

    async def declare(self, severity: str, *, drill: bool = False) -> int:
        order = Order("checkout", "UADA", f"gesture {next(self._gestures)}", severity, drill=drill)
        return (await declare(self.desk, order)).incident.id

    async def until(self, moment: datetime) -> None:
        """Let time pass; every timer fires at its time."""
        while True:
            self.clock.time = max(self.clock.time, await self._next(moment))
            if self.clock.time >= moment:
                break
            await self._fire()
        await self._fire()

    async def down_until(self, moment: datetime) -> None:
        """Let time pass while nobody fires timers."""
        self.clock.time = moment
        await self._fire()

    async def messages(self, number: int) -> list[tuple[str, str]]:
        async with self.desk.database.read() as tx:
            return [(page.policy, page.message) for page in await tx.pages.of(number)]

    async def _next(self, moment: datetime) -> datetime:
        async with self.desk.database.read() as tx:
            wake = await tx.jobs.next_wake()
        return moment if wake is None else min(instant(wake), moment)

    async def _fire(self) -> None:
        now, lanes = self.clock.now(), [int(lane) for lane in Lane]
        async with self.desk.database.write() as tx:
            claimed = await tx.jobs.claim("house", now, timedelta(minutes=1), 100, lanes=lanes)
        for job in claimed:
            if WORK[job.kind].timer:
                await self._performing.timers([job])
            else:
                await self._performing.effect(job)

    async def paged(self, number: int) -> list[tuple[str, str]]:
        async with self.desk.database.read() as tx:
            return [(page.policy, str(page.state)) for page in await tx.pages.of(number)]


async def _sent(job: Claimed, work: Work) -> Outcome:
    return Sent("C1", str(job.id), {"name": "inc-1"} if job.kind == "room.open" else {})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    await upgrade(url, shipped("migrations"))
    clock = HandClock()
    database = Database(url, clock=clock)
    yield House(Desk("house", database, Mint(bytes), lambda: RULES), clock)
    await database.close()


async def test_old_incident_pages_the_manager_once(house: House) -> None:
    number = await house.declare("P0")
    await house.until(FRIDAY_NIGHT + HOUR)
    assert await house.paged(number) == [("crew", "open")]
    await house.until(FRIDAY_NIGHT + 30 * HOUR)
    assert await house.paged(number) == [("crew", "open"), ("manager", "open")]


async def test_drill_that_grows_old_pages_nobody(house: House) -> None:
    number = await house.declare("P0", drill=True)
    await house.until(FRIDAY_NIGHT + 3 * HOUR)
    assert await house.paged(number) == []


async def test_resolved_incident_does_not_grow_older(house: House) -> None:
    number = await house.declare("P0")
    await house.until(FRIDAY_NIGHT + HOUR)
    await updates.resolve(house.desk, number, "rolled back", "UADA")
    await house.until(FRIDAY_NIGHT + 5 * HOUR)
    assert [policy for policy, _ in await house.paged(number)] == ["crew"]


async def test_reopened_incident_grows_older_again(house: House) -> None:
    number = await house.declare("P0")
    await updates.resolve(house.desk, number, "rolled back", "UADA")
    await updates.reopen(house.desk, number, "it is back", "UADA")
    await house.until(FRIDAY_NIGHT + 3 * HOUR)
    assert [policy for policy, _ in await house.paged(number)] == ["crew", "manager"]


async def test_lowered_and_raised_incident_grows_older_again(house: House) -> None:
    number = await house.declare("P0")
    await updates.set_severity(house.desk, number, "P3", "not so bad", "UADA")
    await updates.set_severity(house.desk, number, "P0", "it is", "UADA")
    await house.until(FRIDAY_NIGHT + 3 * HOUR)
    assert [policy for policy, _ in await house.paged(number)] == ["crew", "manager"]


async def test_management_is_paged_once_however_often_it_is_reopened(house: House) -> None:
    number = await house.declare("P0")
    await house.until(FRIDAY_NIGHT + 3 * HOUR)
    await updates.resolve(house.desk, number, "rolled back", "UADA")
    await updates.reopen(house.desk, number, "it is back", "UADA")
    await house.until(FRIDAY_NIGHT + 9 * HOUR)
    assert [policy for policy, _ in await house.paged(number)] == ["crew", "manager"]


async def test_raised_incident_pages_even_when_the_policy_is_the_same(house: House) -> None:
    number = await house.declare("P3")
    assert await house.paged(number) == []
    await updates.set_severity(house.desk, number, "P0", "all are affected", "UADA")
    assert await house.paged(number) == [("crew", "open")]


async def test_incident_that_waited_for_monday_pages_at_once_when_it_gets_worse(
    house: House,
) -> None:
    number = await house.declare("P2")
    await house.until(FRIDAY_NIGHT + HOUR)
    assert await house.paged(number) == []
    await updates.set_severity(house.desk, number, "P0", "all are affected", "UADA")
    await house.until(FRIDAY_NIGHT + 90 * HOUR)
    assert [policy for policy, _ in await house.paged(number)] == ["crew", "manager"]


async def test_people_who_are_being_paged_are_not_paged_twice_for_a_worse_severity(
    house: House,
) -> None:
    number = await house.declare("P3")
    await updates.set_severity(house.desk, number, "P2", "", "UADA")
    await updates.set_severity(house.desk, number, "P0", "", "UADA")
    await updates.set_severity(house.desk, number, "P2", "", "UADA")
    await updates.set_severity(house.desk, number, "P0", "", "UADA")
    assert await house.paged(number) == [("crew", "open")]


async def test_page_in_vain_is_repeated_when_it_gets_worse(house: House) -> None:
    number = await house.declare("P3")
    await updates.set_severity(house.desk, number, "P0", "", "UADA")
    async with house.desk.database.write() as tx:
        page = (await tx.pages.of(number))[0]
        await tx.pages.answer(page.id, PageState.EXHAUSTED, None, house.clock.now())
    await updates.set_severity(house.desk, number, "P3", "", "UADA")
    await updates.set_severity(house.desk, number, "P0", "", "UADA")
    assert await house.paged(number) == [("crew", "exhausted"), ("crew", "open")]


async def test_night_incident_pages_when_business_opens(house: House) -> None:
    number = await house.declare("P2")
    await house.until(MONDAY - timedelta(seconds=1))
    assert await house.paged(number) == []
    await house.until(MONDAY)
    assert await house.paged(number) == [("crew", "open")]


async def test_incident_reopened_at_night_pages_when_business_opens(house: House) -> None:
    number = await house.declare("P2")
    await updates.resolve(house.desk, number, "rolled back", "UADA")
    await updates.reopen(house.desk, number, "it is back", "UADA")
    assert await house.paged(number) == []
    await house.until(MONDAY)
    assert await house.paged(number) == [("crew", "open")]


async def test_incident_lowered_at_night_to_what_can_wait_pages_when_business_opens(
    house: House,
) -> None:
    number = await house.declare("P2")
    await updates.set_severity(house.desk, number, "P1", "worse", "UADA")
    await updates.set_severity(house.desk, number, "P2", "not so bad", "UADA")
    await house.until(FRIDAY_NIGHT + HOUR)
    assert await house.paged(number) == []
    await house.until(MONDAY)
    assert await house.paged(number) == [("crew", "open")]


async def test_who_was_paged_for_a_worse_severity_is_not_paged_again_when_business_opens(
    house: House,
) -> None:
    number = await house.declare("P0")
    await updates.set_severity(house.desk, number, "P2", "not so bad", "UADA")
    await house.until(MONDAY + HOUR)
    assert await house.paged(number) == [("crew", "open")]


async def test_page_in_vain_at_one_opening_is_repeated_at_the_next_when_it_is_reopened(
    house: House,
) -> None:
    number = await house.declare("P2")
    await house.until(MONDAY)
    await updates.resolve(house.desk, number, "rolled back", "UADA")
    await house.until(MONDAY + 12 * HOUR)
    await updates.reopen(house.desk, number, "it is back", "UADA")
    await house.until(MONDAY + 24 * HOUR)
    assert await house.paged(number) == [("crew", "stopped"), ("crew", "open")]


async def test_configured_links_are_bookmarked_in_the_room(house: House) -> None:
    await house.declare("P0")
    await house.until(FRIDAY_NIGHT + HOUR)
    database = house.desk.database
    async with database.engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT payload FROM job WHERE kind='bookmark.add'")
        assert "https://status.example.com" in str(rows.all())


async def test_after_downtime_each_policy_is_paged_once_for_an_old_incident_and_reads_how_late(
    house: House,
) -> None:
    number = await house.declare("P1")
    await house.down_until(FRIDAY_NIGHT + 7 * HOUR)
    assert await house.messages(number) == [
        ("manager", f"INC-{number} is not resolved after 2 h; late by 5 h"),
        ("crew", f"INC-{number} is not resolved after 4 h; late by 3 h"),
    ]


async def test_each_age_pages_in_its_time_and_says_nothing_of_lateness(house: House) -> None:
    number = await house.declare("P1")
    await house.until(FRIDAY_NIGHT + 7 * HOUR)
    assert await house.messages(number) == [
        ("manager", f"INC-{number} is not resolved after 2 h"),
        ("crew", f"INC-{number} is not resolved after 4 h"),
        ("manager", f"INC-{number} is not resolved after 6 h"),
    ]


async def test_a_page_that_waited_for_business_hours_and_comes_late_says_so(house: House) -> None:
    number = await house.declare("P2")
    await house.down_until(MONDAY + 2 * HOUR)
    assert await house.messages(number) == [("crew", "business hours have begun; late by 2 h")]


async def test_a_timer_of_a_severity_that_was_lowered_meanwhile_pages_nobody(
    house: House,
) -> None:
    number = await house.declare("P0")
    timer = AgeDue(number, "manager", (2 * HOUR).total_seconds())
    await updates.set_severity(house.desk, number, "P3", "", "UADA")

    due = FRIDAY_NIGHT + 2 * HOUR
    async with house.desk.database.write() as tx:  # a replica that was killed had claimed it
        await severity_pages.age_due(tx, RULES, timer, due, due)

    assert await house.paged(number) == [("crew", "open")]


async def test_two_who_escalate_at_once_climb_one_tier(house: House) -> None:
    number = await house.declare("P0")
    await paging.page_policy(house.desk, number, "ladder", "", "UADA", "by hand")
    async with house.desk.database.read() as tx:
        [_, page] = await tx.pages.of(number)

    assert await paging.escalate_now(house.desk, page.id, "UADA", page.position)
    with pytest.raises(NotNow, match="tier 2 is being paged"):
        await paging.escalate_now(house.desk, page.id, "UBOSS", page.position)
