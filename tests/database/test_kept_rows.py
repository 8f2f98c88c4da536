"""People, post-mortems, receipts and deliveries, kept."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from incident_bot.database.connection import Database
from incident_bot.database.people import Profile
from incident_bot.database.receipts import Receipt
from incident_bot.domain.runbooks.usage import Use, UseKind
from support.rows import LONG, NOW, WORDS, a_message, an_incident, another, later, recorded

ADA = Profile("UADA", WORDS, "Ada Lovelace", "Ada@Example.com", "Europe/Kyiv", False, False, NOW)


# --- people -----------------------------------------------------------------------------------


async def test_of_a_person_the_newest_is_known(database: Database) -> None:
    async with database.write() as tx:
        await tx.people.put(ADA)
        await tx.people.put(replace(ADA, name="ada", deleted=True, seen_at=later(days=1)))
        await tx.people.put(Profile("UBOT", "bot", "", None, None, True, False, NOW))

    async with database.read() as tx:
        found = await tx.people.get(["UADA", "UADA", "UNOBODY"])

    assert found == {"UADA": replace(ADA, name="ada", deleted=True, seen_at=later(days=1))}


async def test_many_people_are_looked_up_at_once(database: Database) -> None:
    async with database.write() as tx:
        for number in range(5):
            await tx.people.put(replace(ADA, user_id=f"U{number}"))

    async with database.read() as tx:
        found = await tx.people.get(f"U{number}" for number in range(1200))

    assert sorted(found) == [f"U{number}" for number in range(5)]


async def test_an_address_is_found_whatever_its_case(database: Database) -> None:
    async with database.write() as tx:
        await tx.people.put(ADA)

    async with database.read() as tx:
        assert await tx.people.by_email(["ADA@example.COM", "bo@example.com"]) == {
            "ada@example.com": ADA
        }
        assert await tx.people.by_email([]) == {}


# --- post-mortems -----------------------------------------------------------------------------


async def test_revisions_count_up_for_each_incident(database: Database) -> None:
    one, other = await recorded(database, an_incident("a"), an_incident("b"))
    async with database.write() as tx:
        numbers = [await tx.postmortems.ask(i.id, "UADA", NOW) for i in (one, one, other)]

    assert numbers == [1, 2, 1]


async def test_the_latest_draft_is_the_newest_that_is_written(database: Database) -> None:
    (incident,) = await recorded(database, an_incident())
    async with database.write() as tx:
        for _ in range(3):
            await tx.postmortems.ask(incident.id, "UADA", NOW)
        assert await tx.postmortems.latest(incident.id) is None
        await tx.postmortems.write(incident.id, 2, WORDS + LONG, later(minutes=1))
        await tx.postmortems.write(incident.id, 1, "older", later(minutes=2))
        latest = await tx.postmortems.latest(incident.id)
        asked = await tx.postmortems.get(incident.id, 3)

    assert latest is not None
    assert (latest.revision, latest.markdown) == (2, WORDS + LONG)
    assert latest.drafted_at == later(minutes=1)
    assert asked is not None
    assert asked.markdown is None
    assert asked.drafted_at is None


async def test_a_draft_belongs_to_an_incident(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await tx.postmortems.ask(4711, "UADA", NOW)


# --- receipts ---------------------------------------------------------------------------------


async def test_a_place_is_remembered_and_replaced(database: Database) -> None:
    async with database.write() as tx:
        assert await tx.receipts.get("card:1") is None
        await tx.receipts.put("card:1", Receipt("C1", "1.1"), NOW)
        await tx.receipts.put("card:10", Receipt("C10", ""), NOW)
        await tx.receipts.put("card:1", Receipt("C2", "2.2"), later(minutes=1))

    async with database.read() as tx:
        assert await tx.receipts.get("card:1") == Receipt("C2", "2.2")
        assert await tx.receipts.get("card:10") == Receipt("C10", "")


# --- deliveries -------------------------------------------------------------------------------


async def test_of_two_processes_one_sees_a_delivery_first(url: str, database: Database) -> None:
    async def take(where: Database) -> bool:
        async with where.write() as tx:
            return await tx.seen.first_time("event:1", NOW)

    async with another(url) as other:
        assert sorted(await asyncio.gather(take(database), take(other))) == [False, True]

    async with database.read() as tx:
        assert await tx.seen.is_known("event:1")
        assert not await tx.seen.is_known("event:10")


async def test_a_delivery_whose_work_failed_is_not_remembered(database: Database) -> None:
    with contextlib.suppress(RuntimeError):
        async with database.write() as tx:
            assert await tx.seen.first_time("event:1", NOW)
            raise RuntimeError

    async with database.write() as tx:
        assert await tx.seen.first_time("event:1", NOW)


async def test_only_what_is_old_is_forgotten(database: Database) -> None:
    async with database.write() as tx:
        for number in range(4):
            await tx.seen.first_time(f"event:{number}", later(hours=number))
        assert await tx.seen.forget(later(hours=2)) == 2
        known = [await tx.seen.is_known(f"event:{number}") for number in range(4)]

    assert known == [False, False, True, True]


# --- runbooks in use --------------------------------------------------------------------------


async def test_private_incidents_and_drills_are_nobodys_precedent(database: Database) -> None:
    public, private, drill = await recorded(
        database,
        an_incident("a", title="checkout 5xx"),
        an_incident("b", title="payroll leak", private=True),
        an_incident("c", title="rehearsal", drill=True),
    )
    async with database.write() as tx:
        for incident in (public, private, drill):
            use = Use(incident.id, "pack1/api-5xx", "", "", UseKind.VIEW, "UADA", NOW, "")
            await tx.runbook_uses.add(use)

    async with database.read() as tx:
        told = [precedent.title for precedent in await tx.runbook_uses.precedents()]

    assert told == ["checkout 5xx"]


# --- what no database can hold ----------------------------------------------------------------


@pytest.mark.parametrize("bad", ["\x00", "\ud800"], ids=["NUL", "half a pair"])
async def test_what_cannot_be_kept_is_replaced_and_the_rest_is_kept(
    database: Database, bad: str
) -> None:
    (incident,) = await recorded(database, an_incident(f"o{bad}", title=f"a{bad}b 🔥"))
    async with database.write() as tx:
        await tx.messages.put([a_message(text=f"c{bad}d"), a_message("2.0", text="whole")])
        assert await tx.seen.first_time(f"event:{bad}", NOW)

    async with database.read() as tx:
        kept = await tx.incidents.find(incident.id)
        said = [message.text for message in await tx.messages.of("CROOM")]
        assert await tx.incidents.by_origin(f"o{bad}") == kept
        assert await tx.seen.is_known(f"event:{bad}")
    assert kept is not None
    assert kept.title == "a\ufffdb 🔥"
    assert said == ["c\ufffdd", "whole"]
