"""The auditor: what is promised and has no job is found, armed again and counted."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from incident_bot.database.connection import Database
from incident_bot.database.receipts import Receipt
from incident_bot.domain.configuration import Configuration
from incident_bot.domain.effects import (
    ConfirmPin,
    EscalationDue,
    Lane,
    OpenRoom,
    PostCard,
    RingPerson,
    UpdateDue,
    Work,
)
from incident_bot.domain.paging.page import PageState, Ring, RingState
from incident_bot.engine import housekeeping
from incident_bot.engine.housekeeping import KEEP_DONE, Housekeeping
from incident_bot.ids import Mint
from incident_bot.operations.desk import Desk
from support.clock import WoundClock
from support.desk import NobodyWatches
from support.rows import a_page, an_incident, recorded

RULES = Configuration.model_validate(
    {"severities": [{"name": "SEV2", "page_when": "never", "update_every": "30m"}]}
)


class Repairs(NobodyWatches):
    """Counts repairs."""

    def __init__(self) -> None:
        self.counted = Counter[str]()

    def repaired(self, kind: str) -> None:
        self.counted[kind] += 1


async def audited(database: Database, clock: WoundClock) -> Counter[str]:
    """What the auditor repairs, once and then once more."""
    watch = Repairs()
    database.clock = clock
    desk = Desk("me", database, Mint(secrets.token_bytes), lambda: RULES)
    keeping = Housekeeping(desk, watch)
    await keeping.once()
    first = watch.counted.copy()
    await keeping.once()
    assert watch.counted == first
    return first


async def open_keys(database: Database) -> Sequence[str]:
    async with database.read() as tx:
        rows = await tx.connection.execute(
            sa.text("SELECT key FROM job WHERE status = 0 ORDER BY key")
        )
        return list(rows.scalars())


async def added(database: Database, clock: WoundClock, *work: Work) -> None:
    async with database.write() as tx:
        await tx.jobs.add([(one, clock.now()) for one in work], clock.now())


async def test_an_open_page_without_its_jobs_gets_them(database: Database) -> None:
    clock = WoundClock()
    old = clock.now() - timedelta(minutes=1)
    (incident,) = await recorded(database, an_incident(declared_at=old))
    await added(database, clock, OpenRoom(incident.id))
    async with database.write() as tx:
        page = await tx.pages.add(a_page(incident.id, started_at=old, position=1))
        over = await tx.pages.add(
            a_page(incident.id, "p2", started_at=old, state=PageState.STOPPED)
        )
        assert page is not None
        assert over is not None
        queued = [Ring(page.id, n, "UADA", RingState.QUEUED, old) for n in (0, 1)]
        sent = Ring(page.id, 1, "UBO", RingState.SENT, old)
        await tx.pages.add_rings([*queued, sent, Ring(over.id, 0, "UADA", RingState.QUEUED, old)])

    assert await audited(database, clock) == {EscalationDue.kind: 1, RingPerson.kind: 1}
    assert {RingPerson(page.id, 1, "UADA").key, EscalationDue(page.id, 1).key} < set(
        await open_keys(database)
    )


async def test_an_open_incident_without_room_card_or_reminder_gets_them(database: Database) -> None:
    clock = WoundClock()
    old, due = clock.now() - timedelta(hours=2), clock.now() - timedelta(minutes=50)
    bare, roomy, whole = await recorded(
        database,
        an_incident("a", declared_at=old),
        an_incident("b", declared_at=old, channel_id="C1"),
        an_incident("c", declared_at=old, channel_id="C2", update_due_at=due),
    )
    async with database.write() as tx:
        await tx.receipts.put(f"card:{whole.id}", Receipt("C2", "1.0"), old)

    assert await audited(database, clock) == {OpenRoom.kind: 1, PostCard.kind: 1, UpdateDue.kind: 1}
    reminder = UpdateDue(whole.id, 0, "again-2")  # the next: what is past was said or is late
    assert set(await open_keys(database)) == {
        OpenRoom(bare.id).key,
        PostCard(roomy.id).key,
        reminder.key,
    }


async def test_what_is_armed_again_may_have_happened(database: Database) -> None:
    clock = WoundClock()
    await recorded(database, an_incident(declared_at=clock.now() - timedelta(minutes=1)))
    await added(database, clock, OpenRoom(1))
    async with database.write() as tx:
        [job] = await tx.jobs.claim("me", clock.now(), timedelta(1), 9, lanes=tuple(Lane))
        assert await tx.jobs.finish(job, clock.now())

    assert await audited(database, clock) == {OpenRoom.kind: 1}
    async with database.write() as tx:
        [again] = await tx.jobs.claim("me", clock.now(), timedelta(1), 9, lanes=tuple(Lane))
    assert again.unsure


async def test_what_waits_for_its_button_or_is_on_its_way_is_left_alone(database: Database) -> None:
    clock = WoundClock()
    old = clock.now() - timedelta(minutes=1)
    await recorded(
        database, an_incident("a", declared_at=old), an_incident("b", declared_at=clock.now())
    )
    await added(database, clock, OpenRoom(1))
    async with database.write() as tx:
        [job] = await tx.jobs.claim("me", clock.now(), timedelta(1), 9, lanes=tuple(Lane))
        assert await tx.jobs.give_up(job, clock.now(), "Slack forbids it")

    assert await audited(database, clock) == {}


async def test_finished_jobs_are_dropped_in_slices_and_others_stay(database: Database) -> None:
    clock = WoundClock()
    work = [ConfirmPin(n, "C1", "1.0") for n in range(2 * housekeeping.SLICE + 5)]
    await added(database, clock, *work)
    async with database.write() as tx:
        await tx.connection.execute(
            sa.text("UPDATE job SET status = id % 2 + 1, done_at = run_at WHERE id > 5")
        )
    clock.advance(KEEP_DONE)
    await audited(database, clock)

    async with database.read() as tx:
        left = await tx.connection.execute(sa.text("SELECT count(*) FROM job"))
        assert left.scalar_one() == 5
