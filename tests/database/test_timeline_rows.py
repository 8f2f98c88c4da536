"""The timeline is in order of time, and a message is on it at most once."""

from __future__ import annotations

import asyncio

from incident_bot.database.connection import Database
from support.rows import LONG, NOW, WORDS, an_incident, another, later, recorded


async def test_lines_come_in_order_of_time_and_then_of_writing(database: Database) -> None:
    (incident,) = await recorded(database, an_incident())
    async with database.write() as tx:
        for at, text in (
            (later(minutes=2), "third"),
            (NOW, "first"),
            (later(minutes=1), "second"),
            (later(minutes=2), "fourth"),
        ):
            await tx.timeline.add(incident.id, at, "note", "UADA", text, {})

    async with database.read() as tx:
        found = await tx.timeline.of(incident.id)

    assert [entry.text for entry in found] == ["first", "second", "third", "fourth"]
    async with database.read() as tx:
        assert [e.text for e in await tx.timeline.of(incident.id, limit=2)] == ["first", "second"]


async def test_a_line_is_kept_to_the_letter(database: Database) -> None:
    (incident,) = await recorded(database, an_incident())
    facts = {"words": WORDS, "list": [1, 2.5, None, True], "deep": {"ключ": "🔥"}}
    async with database.write() as tx:
        number = await tx.timeline.add(incident.id, NOW, "note", None, WORDS + LONG, facts)

    async with database.read() as tx:
        kept = await tx.timeline.get(number)

    assert kept is not None
    assert (kept.at, kept.kind, kept.actor) == (NOW, "note", None)
    assert kept.text == WORDS + LONG
    assert kept.facts == facts


async def test_each_incident_has_its_own(database: Database) -> None:
    one, other = await recorded(database, an_incident("a"), an_incident("b"))
    async with database.write() as tx:
        await tx.timeline.add(one.id, NOW, "note", None, "mine", {})

    async with database.read() as tx:
        assert [entry.text for entry in await tx.timeline.of(one.id)] == ["mine"]
        assert await tx.timeline.of(other.id) == []


async def put(database: Database, incident: int, text: str = "pinned") -> bool:
    async with database.write() as tx:
        return await tx.timeline.put_message(incident, NOW, "UADA", text, "CROOM", "1.1", {})


async def test_a_message_is_put_on_it_once(database: Database) -> None:
    (incident,) = await recorded(database, an_incident())

    assert await put(database, incident.id)
    assert not await put(database, incident.id, "again")

    async with database.read() as tx:
        assert [entry.text for entry in await tx.timeline.of(incident.id)] == ["pinned"]


async def test_two_who_pin_one_message_put_it_on_once(url: str, database: Database) -> None:
    (incident,) = await recorded(database, an_incident())
    async with another(url) as other:
        done = await asyncio.gather(put(database, incident.id), put(other, incident.id))

    assert sorted(done) == [False, True]


async def test_a_message_that_was_taken_off_can_be_put_back(database: Database) -> None:
    (incident,) = await recorded(database, an_incident())
    await put(database, incident.id)
    async with database.write() as tx:
        (entry,) = await tx.timeline.of(incident.id)
        assert await tx.timeline.take_message("CROOM", "1.1", later(minutes=1))
        assert not await tx.timeline.take_message("CROOM", "1.1", later(minutes=2))
        assert await tx.timeline.get(entry.id) is None
        assert await tx.timeline.of(incident.id) == []

    assert await put(database, incident.id, "pinned again")

    async with database.read() as tx:
        (back,) = await tx.timeline.of(incident.id)
    assert (back.id, back.text) == (entry.id, "pinned again")


async def test_an_edit_is_followed_also_while_the_message_is_off(database: Database) -> None:
    (incident,) = await recorded(database, an_incident())
    await put(database, incident.id)
    async with database.write() as tx:
        await tx.timeline.edit_message("CROOM", "1.1", WORDS)
        await tx.timeline.edit_message("COTHER", "1.1", "nobody's")
        (entry,) = await tx.timeline.of(incident.id)
        assert entry.text == WORDS


async def test_lines_without_a_message_are_as_many_as_there_are(database: Database) -> None:
    (incident,) = await recorded(database, an_incident())
    async with database.write() as tx:
        for _ in range(3):
            await tx.timeline.add(incident.id, NOW, "note", "UADA", "the same", {})

    async with database.read() as tx:
        assert len(await tx.timeline.of(incident.id)) == 3
