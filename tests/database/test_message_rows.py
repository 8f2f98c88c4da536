"""What was said in rooms: the newest version, in order, and a deletion is for good."""

from __future__ import annotations

from incident_bot.database.connection import Database
from incident_bot.database.messages import SaidMessage
from support.rows import LONG, WORDS, a_message


async def put(database: Database, *said: SaidMessage) -> None:
    async with database.write() as tx:
        await tx.messages.put(said)


async def test_every_field_comes_back_as_it_went_in(database: Database) -> None:
    full = SaidMessage(
        "CROOM",
        "1700000000.000200",
        "1700000000.000100",
        None,
        "B1",
        "bot_message",
        WORDS + LONG,
        edited=True,
        reactions=[{"name": "🔥", "users": ["UADA"], "count": 1}],
        reply_count=3,
        files=[{"name": WORDS, "size": 2**40}],
    )
    await put(database, full)

    async with database.read() as tx:
        assert await tx.messages.get("CROOM", full.ts) == full
        assert await tx.messages.get("CROOM", "0") is None


async def test_a_room_is_read_in_order_however_it_was_taken_down(database: Database) -> None:
    await put(database, *(a_message(f"17000000{n:02}.000100") for n in (30, 10, 20)))
    await put(database, a_message("1700000005.000100"), a_message("9", channel_id="COTHER"))

    async with database.read() as tx:
        found = [message.ts for message in await tx.messages.of("CROOM")]
        newest = await tx.messages.latest("CROOM")

    assert found == sorted(found)
    assert len(found) == 4
    assert newest == found[-1] == "1700000030.000100"


async def test_an_empty_room_has_no_newest_message(database: Database) -> None:
    async with database.read() as tx:
        assert await tx.messages.latest("CROOM") is None
        assert await tx.messages.of("CROOM") == []


async def test_a_later_version_replaces_an_earlier_one(database: Database) -> None:
    await put(database, a_message(text="first"))
    await put(database, a_message(text=WORDS, edited=True, reply_count=2))

    async with database.read() as tx:
        assert await tx.messages.of("CROOM") == [a_message(text=WORDS, edited=True, reply_count=2)]


async def test_history_does_not_bring_back_what_was_deleted(database: Database) -> None:
    await put(database, a_message(files=[{"name": "secret"}]))
    async with database.write() as tx:
        await tx.messages.delete("CROOM", a_message().ts)

    await put(database, a_message(text="back from history"))

    async with database.read() as tx:
        (kept,) = await tx.messages.of("CROOM")
    assert (kept.text, kept.deleted, kept.files) == ("", True, [])


async def test_a_thousand_messages_go_in_at_once(database: Database) -> None:
    await put(database, *(a_message(f"1700000000.{n:06}", text=f"line {n}") for n in range(1000)))

    async with database.read() as tx:
        assert [m.text for m in await tx.messages.of("CROOM")] == [f"line {n}" for n in range(1000)]


async def test_a_message_whose_deletion_came_first_stays_deleted(database: Database) -> None:
    async with database.write() as tx:
        await tx.messages.delete("CROOM", "1.000100")
        await tx.messages.put([a_message()])
    async with database.read() as tx:
        kept = await tx.messages.get("CROOM", "1.000100")
    assert kept is not None
    assert (kept.text, kept.deleted) == ("", True)
