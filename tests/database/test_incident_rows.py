"""Incidents are kept as they were given, once per gesture, and found again."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from sqlalchemy.exc import IntegrityError

from incident_bot.database.connection import Database
from incident_bot.domain.incidents.incident import OPEN_STATUSES, Status
from incident_bot.errors import NotFound
from support.rows import LONG, NOW, WORDS, an_incident, another, later, recorded


async def test_every_field_comes_back_as_it_went_in(database: Database) -> None:
    full = an_incident(
        title=WORDS,
        status=Status.MONITORING,
        private=True,
        drill=True,
        service=WORDS,
        summary=LONG,
        channel_id="CROOM",
        channel_name="inc-1",
        acknowledged_at=later(seconds=1),
        mitigated_at=later(seconds=2),
        resolved_at=later(seconds=3),
        closed_at=later(seconds=4),
        update_due_at=later(minutes=30),
        update_generation=7,
        last_update_at=later(microseconds=1),
        last_update=LONG,
        roles={"commander": "UADA", "Протокол": "UBO"},
        receipt_url="https://hooks.example/1",
    )

    (made,) = await recorded(database, full)

    async with database.read() as tx:
        assert await tx.incidents.find(made.id) == full.with_(id=made.id)


async def test_a_gesture_makes_one_incident(database: Database) -> None:
    (first,) = await recorded(database, an_incident("same"))
    async with database.write() as tx:
        assert await tx.incidents.add(an_incident("same", title="again")) is None
        assert await tx.incidents.by_origin("same") == first
        assert await tx.incidents.by_origin("another") is None


async def test_a_gesture_that_two_processes_carry_out_makes_one_incident(
    url: str, database: Database
) -> None:
    async def declare(where: Database) -> bool:
        async with where.write() as tx:
            return await tx.incidents.add(an_incident("same")) is not None

    async with another(url) as other:
        made = await asyncio.gather(declare(database), declare(other))

    assert sorted(made) == [False, True]


async def test_saving_raises_the_version_and_touches_no_other(database: Database) -> None:
    one, other = await recorded(database, an_incident("a"), an_incident("b"))

    async with database.write() as tx:
        saved = await tx.incidents.save(one.with_(title=WORDS, status=Status.RESOLVED))

    async with database.read() as tx:
        assert saved.version == one.version + 1
        assert await tx.incidents.find(one.id) == saved
        assert await tx.incidents.find(other.id) == other


async def test_two_who_change_one_incident_take_turns(url: str, database: Database) -> None:
    (made,) = await recorded(database, an_incident())

    async def rename(where: Database, word: str) -> None:
        async with where.write() as tx:
            incident = await tx.incidents.get(made.id)
            await tx.incidents.save(incident.with_(title=f"{incident.title} {word}"))

    async with another(url) as other:
        await asyncio.gather(*(rename(database, "a") for _ in range(3)), rename(other, "a"))

    async with database.read() as tx:
        kept = await tx.incidents.find(made.id)
    assert kept is not None
    assert kept.title == "checkout 5xx a a a a"
    assert kept.version == made.version + 4


async def test_open_ones_are_newest_first_and_leave_out_what_is_over(database: Database) -> None:
    made = await recorded(
        database, *(an_incident(f"o{n}", status=status) for n, status in enumerate(Status))
    )

    async with database.read() as tx:
        found = await tx.incidents.open_ones()

    wanted = [incident.id for incident in made if incident.status in OPEN_STATUSES]
    assert [incident.id for incident in found] == wanted[::-1]


async def test_recent_ones_are_the_newest_whatever_became_of_them(database: Database) -> None:
    made = await recorded(
        database,
        *(an_incident(f"o{n}", status=Status.CLOSED, declared_at=NOW) for n in range(5)),
    )

    async with database.read() as tx:
        assert [i.id for i in await tx.incidents.recent(limit=3)] == [i.id for i in made[:1:-1]]


async def test_a_room_belongs_to_one_incident(database: Database) -> None:
    one, other = await recorded(database, an_incident("a", channel_id="C1"), an_incident("b"))

    async with database.read() as tx:
        assert await tx.incidents.by_channel("C1") == one
        assert await tx.incidents.by_channel("C2") is None
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await tx.incidents.save(other.with_(channel_id="C1"))
    async with database.read() as tx:
        assert await tx.incidents.find(other.id) == other


async def test_no_such_incident_is_said_by_its_number(database: Database) -> None:
    async with database.read() as tx:
        assert await tx.incidents.find(4711) is None
    with pytest.raises(NotFound, match="INC-4711"):
        async with database.write() as tx:
            await tx.incidents.get(4711)


async def test_what_is_not_committed_has_not_happened(database: Database) -> None:
    with contextlib.suppress(RuntimeError):
        async with database.write() as tx:
            await tx.incidents.add(an_incident())
            raise RuntimeError

    async with database.read() as tx:
        assert await tx.incidents.recent() == []


class _GivenUpError(Exception):
    """Somebody changes their mind in the middle."""


async def test_no_number_is_left_out_when_a_declaration_is_given_up(database: Database) -> None:
    async def declared(origin: str, *, given_up: bool = False) -> int:
        async with database.write() as tx:
            await tx.incidents.hold_numbers()
            made = await tx.incidents.add(an_incident(origin=origin))
            assert made is not None
            if given_up:
                raise _GivenUpError
            return made.id

    first = await declared("one")
    for _ in range(3):
        with contextlib.suppress(_GivenUpError):
            await declared("two", given_up=True)
    assert await declared("two") == first + 1


async def test_who_declares_goes_one_at_a_time(database: Database) -> None:
    async def declared(number: int) -> int:
        async with database.write() as tx:
            await tx.incidents.hold_numbers()
            made = await tx.incidents.add(an_incident(origin=f"gesture {number}"))
            assert made is not None
            return made.id

    numbers = await asyncio.gather(*(declared(number) for number in range(8)))

    assert sorted(numbers) == list(range(1, 9))
