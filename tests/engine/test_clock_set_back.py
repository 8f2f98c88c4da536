"""A clock that was ahead is set back; a machine sleeps for hours. Nothing comes late for it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from incident_bot.database.jobs import Claimed
from incident_bot.domain.delivery import Outcome, Sent
from incident_bot.domain.effects import ConfirmPin, EscalationDue, Lane, PinCard, Work
from incident_bot.engine.loop import SAFETY_POLL, Engine
from incident_bot.slack.blockkit import clock_time
from support.clock import WoundClock
from support.desk import NobodyWatches, a_desk
from support.rest import pause
from support.world import PATIENCE, World

AHEAD = timedelta(hours=1)


def pages(world: World, person: str) -> int:
    """How many pages somebody got."""
    return sum("You are paged" in message.text for message in world.slack.dm(person))


async def noticed(world: World) -> None:
    """Let the loop look at the clock, and put everything right."""
    await world.fast_forward(seconds=SAFETY_POLL.total_seconds() + 1)
    async with asyncio.timeout(PATIENCE):
        while await _is_something_ahead(world):
            await pause()
    await world.settle()


async def _is_something_ahead(world: World) -> bool:
    async with world.bot.desk.database.read() as tx:
        return await tx.instants.ahead() is not None


async def test_an_escalation_armed_by_a_clock_that_was_ahead_comes_in_its_time(
    world: World,
) -> None:
    world.clock.advance(AHEAD)
    await world.declared("sev2 database down")
    world.clock.jump(-AHEAD)
    await noticed(world)
    await world.fast_forward(minutes=4)
    assert pages(world, "chen") == 0

    await world.fast_forward(minutes=1)

    assert (pages(world, "bo"), pages(world, "chen")) == (1, 1)


async def test_what_names_a_time_is_right_again(world: World) -> None:
    world.clock.advance(AHEAD)
    _, room = await world.declared("sev2 database down")
    world.clock.jump(-AHEAD)
    await noticed(world)

    number = {"page": 1, "position": 0}
    async with world.bot.desk.database.read() as tx:
        due = await tx.backlog.due(EscalationDue(**number))
        update = (await tx.incidents.get(1)).update_due_at
    assert due is not None
    assert update is not None
    [page] = [m for m in world.slack.dm("bo") if "You are paged" in m.text]
    [mention] = world.said(room, "you are paged for")
    [card] = [m for m in world.slack.messages(room) if m.is_pinned]
    assert clock_time(due) in json.dumps(page.blocks)
    assert clock_time(due) in json.dumps(mention.blocks)
    assert clock_time(due) in json.dumps(card.blocks)
    assert clock_time(update) in json.dumps(card.blocks)


async def test_a_mention_made_anew_still_says_why(world: World) -> None:
    world.clock.advance(AHEAD)
    _, room = await world.declared("sev2 database down")
    await world.fast_forward(minutes=5)
    before = world.said(room, "you are paged for")[-1]
    edited = before.raw.get("edited")
    assert "no answer" in before
    world.clock.jump(-AHEAD)
    await noticed(world)

    after = world.said(room, "you are paged for")[-1]
    assert after.raw.get("edited") != edited
    assert "no answer" in after


async def test_what_was_declared_by_a_clock_that_was_ahead_has_lasted_an_unknown_time(
    world: World,
) -> None:
    world.clock.advance(AHEAD)
    ada, room = await world.declared("sev3 slow search")
    world.clock.jump(-AHEAD)
    await noticed(world)
    await ada.types("/incident resolve it was the cache", channel=room)
    await world.settle()

    [card] = [m for m in world.slack.messages(room) if m.is_pinned]
    assert "after an unknown time" in card


async def test_a_clock_set_back_and_the_machine_booted_anew(world: World) -> None:
    world.clock.advance(AHEAD)
    await world.declared("sev2 database down")
    world.clock.jump(-AHEAD)
    world.clock.reboot()

    await world.restarted()
    await world.fast_forward(minutes=4)
    assert pages(world, "chen") == 0
    await world.fast_forward(minutes=1)

    assert (pages(world, "bo"), pages(world, "chen")) == (1, 1)


async def test_a_clock_set_back_while_the_bot_was_down_is_noticed_at_its_start(
    world: World,
) -> None:
    world.clock.advance(AHEAD)
    await world.declared("sev2 database down")
    world.clock.jump(-AHEAD)  # who stops looks no more

    await world.restarted()
    await world.fast_forward(minutes=5)

    assert (pages(world, "bo"), pages(world, "chen")) == (1, 1)


async def test_a_reminder_comes_in_its_time_and_so_do_those_after_it(world: World) -> None:
    world.clock.advance(AHEAD)
    await world.declared("sev3 slow search")
    world.clock.jump(-AHEAD)
    await noticed(world)

    await world.fast_forward(hours=2, minutes=1)

    async with world.bot.desk.database.read() as tx:
        incident = await tx.incidents.get(1)
        said = [entry.text for entry in await tx.timeline.of(1) if entry.kind == "reminder"]
    assert [text.partition(";")[0] for text in said] == [
        "Status update due soon",
        "Status update overdue",
    ]
    assert incident.update_due_at is not None
    assert incident.update_due_at < world.clock.now()


async def test_a_clock_set_back_while_the_engine_asks_when_to_look_next_does_not_make_it_wait(
    tmp_path: Path,
) -> None:
    clock, done, asked = WoundClock(), asyncio.Event(), asyncio.Event()
    clock.advance(AHEAD)

    async def pin(_job: Claimed, _work: Work) -> Outcome:
        done.set()
        return Sent()

    def set_back(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT job.wake_at") and not asked.is_set():
            clock.jump(-AHEAD)
            asked.set()

    async with a_desk(tmp_path, clock) as desk:
        due = clock.now() + SAFETY_POLL / 2
        async with desk.database.write() as tx:
            await tx.jobs.add([(ConfirmPin(1, "C1", "1.0"), due)], clock.now())
        event.listen(desk.database.engine.sync_engine, "after_cursor_execute", set_back)
        engine = Engine(desk, {ConfirmPin: pin}, NobodyWatches())
        running = asyncio.create_task(engine.run())
        await asked.wait()
        for _ in range(10):  # first it notices, then it is due
            await pause()
            clock.advance(SAFETY_POLL)
        async with asyncio.timeout(5):
            await done.wait()
        await engine.stop(5)
        await running


async def test_who_asked_the_clock_before_and_writes_after_it_was_set_back_is_noticed_too(
    tmp_path: Path,
) -> None:
    clock, done, minute = WoundClock(), asyncio.Event(), timedelta(minutes=1)
    clock.advance(AHEAD)

    async def pin(_job: Claimed, _work: Work) -> Outcome:
        done.set()
        return Sent()

    async with a_desk(tmp_path, clock) as desk:
        engine = Engine(desk, {ConfirmPin: pin}, NobodyWatches())
        await engine.turn()
        asked = clock.now()
        clock.jump(-AHEAD)
        await engine.turn()
        async with desk.database.write() as tx:
            await tx.jobs.add([(ConfirmPin(1, "C1", "1.0"), asked + minute)], asked)
        await engine.turn()
        clock.advance(minute)
        await engine.turn()
        await engine.settle()

    assert done.is_set()


async def test_what_another_replica_does_while_the_clock_is_set_forward_is_left_to_it(
    tmp_path: Path,
) -> None:
    clock, done = WoundClock(), []

    async def pin(job: Claimed, _work: Work) -> Outcome:
        done.append(job.id)
        return Sent()

    async with a_desk(tmp_path, clock) as desk:
        engine = Engine(desk, {ConfirmPin: pin}, NobodyWatches())
        await engine.turn()
        async with desk.database.write() as tx:
            await tx.jobs.add([(ConfirmPin(1, "C1", "1.0"), clock.now())], clock.now())
            await tx.jobs.claim("another", clock.now(), desk.lease, 1, lanes=tuple(Lane))
        clock.jump(AHEAD)
        for _ in range(4):
            await engine.turn()
            await engine.settle()
            assert done == []
            clock.advance(desk.lease / 4)
        await engine.turn()
        await engine.settle()

    assert len(done) == 1


async def test_what_is_being_done_while_the_machine_sleeps_is_not_begun_again(
    tmp_path: Path,
) -> None:
    clock, begun, answer, woken = WoundClock(), asyncio.Event(), asyncio.Event(), asyncio.Event()
    attempts = []

    async def slow(job: Claimed, _work: Work) -> Outcome:
        attempts.append(job.attempt)
        begun.set()
        await answer.wait()
        return Sent()

    async def quick(_job: Claimed, _work: Work) -> Outcome:
        woken.set()
        return Sent()

    async with a_desk(tmp_path, clock) as desk:
        engine = Engine(desk, {ConfirmPin: slow, PinCard: quick}, NobodyWatches())
        running = asyncio.create_task(engine.run())
        async with desk.database.write() as tx:
            await tx.jobs.add([(ConfirmPin(1, "C1", "1.0"), clock.now())], clock.now())
        await begun.wait()
        clock.jump(timedelta(hours=8))
        async with desk.database.write() as tx:
            await tx.jobs.add([(PinCard(1), clock.now())], clock.now())
        await woken.wait()
        answer.set()
        await engine.stop(5)
        await running

    assert attempts == [1]
