"""The job table on both databases: claims, fences, queues, merges, cancellations."""

from datetime import UTC, datetime, timedelta

from incident_bot.database.connection import Database
from incident_bot.database.jobs import Claimed
from incident_bot.domain.effects import (
    ConfirmPin,
    EscalationDue,
    Lane,
    OpenRoom,
    PostCard,
    RefreshCard,
    RingPerson,
    ShareRunbook,
    Work,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)
ALL = tuple(Lane)


async def added(database: Database, *work: Work, at: datetime = NOW) -> None:
    async with database.write() as tx:
        await tx.jobs.add([(one, at) for one in work], NOW)


async def claimed(
    database: Database, me: str = "me", now: datetime = NOW, limit: int = 10
) -> list[Claimed]:
    async with database.write() as tx:
        return list(await tx.jobs.claim(me, now, LEASE, limit, lanes=ALL))


async def test_a_job_is_claimed_once(database: Database) -> None:
    await added(database, ConfirmPin(1, "C1", "1.0"))
    assert len(await claimed(database)) == 1
    assert await claimed(database, "another") == []


async def test_two_transactions_never_claim_the_same_job(url: str, database: Database) -> None:
    await added(database, *(ConfirmPin(number, "C1", "1.0") for number in range(10)))
    other = Database(url)
    try:
        if database.dialect == "postgresql":
            async with database.write() as one, other.write() as two:
                first = await one.jobs.claim("one", NOW, LEASE, 6, lanes=ALL)
                second = await two.jobs.claim("two", NOW, LEASE, 6, lanes=ALL)
        else:
            first, second = await claimed(database, limit=6), await claimed(other, limit=6)
    finally:
        await other.close()
    assert {job.id for job in first} | {job.id for job in second} == {
        job.id for job in [*first, *second]
    }
    assert not {job.id for job in first} & {job.id for job in second}
    assert len(first) == 6


async def test_a_lease_that_ran_out_comes_back_unsure_and_fenced(database: Database) -> None:
    await added(database, ConfirmPin(1, "C1", "1.0"))
    [before] = await claimed(database)
    [after] = await claimed(database, "another", NOW + LEASE)
    assert not before.unsure
    assert after.unsure
    assert after.fence == before.fence + 1
    async with database.write() as tx:
        assert not await tx.jobs.finish(before, NOW)
        assert not await tx.jobs.postpone(before, NOW, "late", counted=True, unsure=False)
        assert not await tx.jobs.give_up(before, NOW, "late")
        assert await tx.jobs.finish(after, NOW)
        assert not await tx.jobs.finish(after, NOW)


async def test_a_key_is_remembered_after_its_job_is_done(database: Database) -> None:
    await added(database, ConfirmPin(1, "C1", "1.0"))
    [job] = await claimed(database)
    async with database.write() as tx:
        await tx.jobs.finish(job, NOW)
    await added(database, ConfirmPin(1, "C1", "1.0"))
    assert await claimed(database, now=NOW + LEASE) == []


async def test_a_queue_is_done_in_order_whatever_its_head_waits_for(database: Database) -> None:
    await added(database, OpenRoom(1), PostCard(1), OpenRoom(2))
    first = await claimed(database)
    assert [job.kind for job in first] == ["room.open", "room.open"]
    async with database.write() as tx:
        later = NOW + timedelta(hours=1)
        await tx.jobs.postpone(first[0], later, "429", counted=False, unsure=False)
        await tx.jobs.finish(first[1], NOW)
    assert await claimed(database, now=NOW + timedelta(minutes=1)) == []
    [head] = await claimed(database, now=later)
    async with database.write() as tx:
        await tx.jobs.finish(head, later)
    [card] = await claimed(database, now=later)
    assert card.kind == "card.post"


async def test_waiting_refreshes_merge_and_a_begun_one_does_not(database: Database) -> None:
    await added(database, RefreshCard(1))
    async with database.write() as tx:
        await tx.jobs.add([(RefreshCard(1), NOW)], NOW + timedelta(seconds=1))
    [begun] = await claimed(database, now=NOW + timedelta(seconds=2))
    async with database.write() as tx:
        await tx.jobs.add([(RefreshCard(1), NOW)], NOW + timedelta(seconds=2))
    assert await claimed(database, now=NOW + timedelta(seconds=3)) == []  # behind the begun one
    async with database.write() as tx:
        await tx.jobs.finish(begun, NOW)
    assert len(await claimed(database, now=NOW + timedelta(seconds=3))) == 1


async def test_what_is_written_down_later_never_overtakes_what_has_begun(
    database: Database,
) -> None:
    await added(database, RefreshCard(1))
    [begun] = await claimed(database)
    # Whoever waited for a turn to write had asked the clock before; or the clock was set back.
    before = NOW - timedelta(seconds=1)
    async with database.write() as tx:
        await tx.jobs.add([(RefreshCard(1), before)], before)
    assert await claimed(database) == []
    async with database.write() as tx:
        await tx.jobs.finish(begun, NOW)
    assert len(await claimed(database)) == 1


async def test_pages_go_first(database: Database) -> None:
    await added(database, ConfirmPin(1, "C1", "1.0"), OpenRoom(1), RingPerson(1, 0, "UADA"))
    assert [job.kind for job in await claimed(database, limit=1)] == ["page.ring"]
    assert [job.kind for job in await claimed(database, limit=1)] == ["room.open"]


async def test_cancelling_spares_what_has_begun_or_may_have_happened(database: Database) -> None:
    await added(
        database, RingPerson(1, 0, "UADA"), RingPerson(1, 0, "UBO"), RingPerson(1, 0, "UCHEN")
    )
    first, second = await claimed(database, limit=2)
    async with database.write() as tx:
        await tx.jobs.postpone(second, NOW, "no answer", counted=True, unsure=True)
        assert await tx.jobs.cancel("page:1", NOW) == 1
        assert await tx.jobs.finish(first, NOW)
    assert [job.id for job in await claimed(database)] == [second.id]


async def test_the_next_wake_is_that_of_the_lanes_with_room(database: Database) -> None:
    soon, later = NOW + timedelta(minutes=1), NOW + timedelta(minutes=5)
    await added(database, ConfirmPin(1, "C1", "1.0"), at=soon)
    await added(database, EscalationDue(1, 0), at=later)
    async with database.read() as tx:
        assert await tx.jobs.next_wake() == micros(soon)
        assert await tx.jobs.next_wake([int(Lane.PAGES)]) == micros(later)
        assert await tx.jobs.next_wake([int(Lane.HOUSEKEEPING)]) is None


async def test_what_belongs_to_no_incident_can_be_tried_again(database: Database) -> None:
    await added(database, ShareRunbook(None, "shop/queue", "Mitigation", "UADA", "", "o1"))
    [job] = await claimed(database)
    async with database.write() as tx:
        assert await tx.jobs.give_up(job, NOW, "no")
        assert await tx.jobs.retry_dead(job.id, NOW)
    assert [again.id for again in await claimed(database)] == [job.id]


async def test_releasing_gives_back_only_what_a_process_holds(database: Database) -> None:
    await added(database, ConfirmPin(1, "C1", "1.0"), ConfirmPin(2, "C1", "1.0"))
    await claimed(database, "dead", limit=1)
    [living] = await claimed(database, "living", limit=1)
    async with database.write() as tx:
        assert await tx.jobs.release("dead", NOW) == 1
    [back] = await claimed(database, "another")
    assert back.unsure
    assert back.id != living.id


def micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
