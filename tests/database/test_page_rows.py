"""Pages and their ledgers: whoever is first decides, on either database."""

from __future__ import annotations

import asyncio

import pytest

from incident_bot.database.connection import Database
from incident_bot.domain.paging.page import Page, PageState, Ring, RingState
from incident_bot.errors import NotFound
from support.rows import LONG, NOW, WORDS, a_page, an_incident, another, later, recorded


async def paged(database: Database, origin: str = "p1", **changes: object) -> Page:
    """Record a page of a new incident."""
    (incident,) = await recorded(database, an_incident(f"for {origin}"))
    async with database.write() as tx:
        page = await tx.pages.add(a_page(incident.id, origin, **changes))
    assert page is not None
    return page


async def test_every_field_comes_back_as_it_went_in(database: Database) -> None:
    page = await paged(database, policy=WORDS, message=LONG, started_by="UADA", position=-1)

    async with database.read() as tx:
        assert await tx.pages.get(page.id) == page
        assert await tx.pages.of(page.incident) == [page]
        assert await tx.pages.by_origin("p1") == page
        assert await tx.pages.by_origin("p2") is None


async def test_a_gesture_makes_one_page(database: Database) -> None:
    page = await paged(database)
    async with database.write() as tx:
        assert await tx.pages.add(a_page(page.incident, "p1")) is None


async def test_no_such_page_is_refused(database: Database) -> None:
    with pytest.raises(NotFound, match="no longer known"):
        async with database.write() as tx:
            await tx.pages.get(4711)


async def test_an_incident_lists_its_own_pages_oldest_first(database: Database) -> None:
    page, stranger = await paged(database), await paged(database, "p2")
    async with database.write() as tx:
        second = await tx.pages.add(a_page(page.incident, "p3"))

    async with database.read() as tx:
        assert await tx.pages.of(page.incident) == [page, second]
        assert [p.id for p in await tx.pages.open_ones()] == [page.id, stranger.id, second.id]


async def test_answer_against_climb_one_of_them_wins(url: str, database: Database) -> None:
    page = await paged(database)

    async def climb() -> bool:
        async with database.write() as tx:
            return await tx.pages.move(await tx.pages.get(page.id, lock=True), 1)

    async def answer(where: Database) -> bool:
        async with where.write() as tx:
            await tx.pages.get(page.id, lock=True)
            return await tx.pages.answer(page.id, PageState.ACKNOWLEDGED, "UBO", NOW)

    async with another(url) as other:
        climbed, answered = await asyncio.gather(climb(), answer(other))

    assert answered
    async with database.read() as tx:
        kept = await tx.pages.get(page.id)
    assert (kept.state, kept.position) == (PageState.ACKNOWLEDGED, 1 if climbed else 0)


async def test_two_who_answer_one_is_first(url: str, database: Database) -> None:
    page = await paged(database)

    async def answer(where: Database, who: str) -> bool:
        async with where.write() as tx:
            return await tx.pages.answer(page.id, PageState.ACKNOWLEDGED, who, NOW)

    async with another(url) as other:
        first, second = await asyncio.gather(answer(database, "UADA"), answer(other, "UBO"))

    assert first != second
    async with database.read() as tx:
        kept = await tx.pages.get(page.id)
    assert kept.answered_by == ("UADA" if first else "UBO")


@pytest.mark.parametrize(
    ("state", "then", "works"),
    [
        (PageState.ACKNOWLEDGED, PageState.EXHAUSTED, False),
        (PageState.ACKNOWLEDGED, PageState.STOPPED, False),
        (PageState.STOPPED, PageState.ACKNOWLEDGED, False),
        (PageState.EXHAUSTED, PageState.ACKNOWLEDGED, True),
        (PageState.EXHAUSTED, PageState.STOPPED, False),
    ],
)
async def test_what_has_ended_stays_but_a_missed_page_can_be_acknowledged(
    database: Database, state: PageState, then: PageState, works: bool
) -> None:
    page = await paged(database)
    async with database.write() as tx:
        assert await tx.pages.answer(page.id, state, "UADA", NOW)
        assert await tx.pages.answer(page.id, then, "UBO", later(minutes=1)) is works
        kept = await tx.pages.get(page.id)

    assert kept.state is (then if works else state)
    assert kept.answered_by == ("UBO" if works else "UADA")


async def test_a_page_climbs_only_from_where_it_stands(database: Database) -> None:
    page = await paged(database)
    async with database.write() as tx:
        assert await tx.pages.move(page, 1)
        assert not await tx.pages.move(page, 1)
        await tx.pages.answer(page.id, PageState.ACKNOWLEDGED, "UADA", NOW)
        assert not await tx.pages.move(await tx.pages.get(page.id), 2)
        assert await tx.pages.open_ones() == []


async def test_the_ledger_is_in_order_and_has_each_person_once_a_tier(database: Database) -> None:
    page = await paged(database)
    lines = [
        Ring(page.id, 1, "UCHEN", RingState.QUEUED, later(minutes=5)),
        Ring(page.id, 0, "UBO", RingState.QUEUED, NOW),
        Ring(page.id, 0, "UADA", RingState.QUEUED, NOW),
    ]
    async with database.write() as tx:
        await tx.pages.add_rings(lines)
        await tx.pages.set_ring(
            page.id, 0, "UBO", RingState.SENT, sent_at=later(seconds=1), channel="D1", ts="1.1"
        )
        await tx.pages.add_rings(lines)
        await tx.pages.set_ring(page.id, 0, "UADA", RingState.FAILED, why=WORDS)

    async with database.read() as tx:
        found = await tx.pages.rings(page.id)

    assert [(r.position, r.user, r.state) for r in found] == [
        (0, "UADA", RingState.FAILED),
        (0, "UBO", RingState.SENT),
        (1, "UCHEN", RingState.QUEUED),
    ]
    assert found[0].why == WORDS
    assert (found[1].sent_at, found[1].channel, found[1].ts) == (later(seconds=1), "D1", "1.1")
