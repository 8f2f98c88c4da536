"""The database stops answering in the middle of things: nothing is lost, doubled or long delayed."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from incident_bot.engine.loop import Engine
from incident_bot.errors import Unavailable
from incident_bot.slack.inbox import Inbox
from slack_sandbox.testing import Person
from support.rest import PATIENCE, until
from support.world import World

pytestmark = pytest.mark.alone
OPEN_GESTURES = sa.text("SELECT key FROM job WHERE kind = 'inbound' AND status = 0")


class Blockade:
    """Somebody else's write lock on the database, taken after a commit of the bot's choosing."""

    def __init__(self, world: World) -> None:
        file = world.bot.desk.database.file
        assert file is not None
        self._world = world
        self._other = sqlite3.connect(
            file, isolation_level=None, check_same_thread=False, timeout=PATIENCE
        )
        self.taken = asyncio.Event()

    def once(self, query: str) -> None:
        """Take the lock right after the commit that makes a query find something."""

        def around(moment: str) -> None:
            if moment == "after" and not self.taken.is_set() and self._finds(query):
                self._take()

        self._world.bot.desk.database.around_commit = around

    def lose_answers(self, query: str) -> None:
        """Commits arrive and their answers are lost for as long as a query finds something."""

        def around(moment: str) -> None:
            if moment == "after" and self._finds(query):
                raise Unavailable("the answer was lost")

        self._world.bot.desk.database.around_commit = around

    def _finds(self, query: str) -> bool:
        return self._other.execute(query).fetchone() is not None

    async def take(self) -> None:
        """Take the lock as soon as the bot does not write."""
        await asyncio.to_thread(self._take)

    def _take(self) -> None:
        self._other.execute("BEGIN IMMEDIATE")
        self.taken.set()

    def lift(self) -> None:
        self._world.bot.desk.database.around_commit = lambda _moment: None
        if self._other.in_transaction:
            self._other.execute("ROLLBACK")

    def close(self) -> None:
        self._other.close()


@pytest.fixture
def blockade(world: World) -> Iterator[Blockade]:
    made = Blockade(world)
    with contextlib.closing(made):
        yield made
        made.lift()


def _inbox(world: World) -> Inbox:
    assert world.bot.intake is not None
    return world.bot.intake._inbox


def _engine(world: World) -> Engine:
    assert world.bot.engine is not None
    return world.bot.engine


def _rooms(world: World) -> list[str]:
    return [name for name in world.slack.channels() if name.startswith("inc-")]


def _heard(person: Person, words: str, channel: str = "general") -> int:
    return sum(words in message for message in person.ephemerals(channel))


async def test_a_command_waits_for_a_database_that_is_away_for_an_instant(
    world: World, blockade: Blockade
) -> None:
    ada, typed = world.person("ada"), 0
    await world.settle()

    async with asyncio.timeout(PATIENCE):
        while _heard(ada, "Nothing was done") == typed:  # on a busy machine it is no instant
            typed += 1
            await _typed_during(blockade, world, f"/incident declare sev3 slow search {typed}")

    await world.room()
    await world.settle()
    assert _rooms(world) == [f"inc-1-slow-search-{typed}"]


async def _typed_during(blockade: Blockade, world: World, order: str) -> None:
    """Type something, and lift the blockade as soon as writing it down has failed once."""
    await blockade.take()
    typing = asyncio.create_task(world.person("ada").types(order, channel="general"))
    await until(lambda: typing.done() or any(one.tried for one in _inbox(world)._waiting))
    blockade.lift()
    await typing


async def test_what_was_not_recorded_is_said_and_never_done(
    world: World, blockade: Blockade
) -> None:
    ada = world.person("ada")
    await world.settle()

    await blockade.take()
    await ada.types("/incident declare sev3 slow search", channel="general")
    await world.told(ada, "Nothing was done", channel="general")
    blockade.lift()

    await world.settle()
    assert _rooms(world) == []


async def test_a_button_that_was_not_recorded_answers_whoever_pressed_it(
    world: World, blockade: Blockade
) -> None:
    await world.declared("sev2 database down")
    bo = world.person("bo")

    await blockade.take()
    await bo.clicks("Acknowledge", channel="dm")
    await world.told(bo, "Nothing was done", channel="dm")
    blockade.lift()

    await bo.clicks("Acknowledge", channel="dm")
    await world.settle()
    assert len(world.said(await world.room(), "acknowledged the page")) == 1


async def test_an_order_on_record_is_done_as_soon_as_the_database_answers(
    world: World, blockade: Blockade
) -> None:
    ada = world.person("ada")
    await world.settle()

    blockade.once("SELECT 1 FROM job WHERE kind = 'inbound' AND status = 0")
    await ada.types("/incident declare sev3 slow search", channel="general")
    await world.told(ada, "on record", channel="general")
    assert _rooms(world) == []
    blockade.lift()

    await world.room()  # well before its lease would have ended
    await world.settle()
    assert len(_rooms(world)) == 1
    assert _heard(ada, "does not answer") == 1


async def test_an_order_that_was_done_is_not_done_again_when_only_its_end_was_not_written(
    world: World, blockade: Blockade
) -> None:
    ada, room = await world.declared("sev3 slow search")

    blockade.once("SELECT 1 FROM timeline WHERE kind = 'note'")
    await ada.types("/incident log cache restarted", channel=room)
    await blockade.taken.wait()
    await until(lambda: _inbox(world)._endings, "an ending kept in hand")
    blockade.lift()
    await until(lambda: not _inbox(world)._endings, "an ending written down")
    await world.settle()

    async with world.bot.desk.database.read() as tx:
        notes = [e.text for e in await tx.timeline.of(1) if e.kind == "note"]
        gestures = (await tx.connection.execute(OPEN_GESTURES)).all()
    assert notes == ["cache restarted"]
    assert gestures == []


async def test_what_was_sent_is_written_down_when_the_database_is_back_and_not_looked_for(
    world: World, blockade: Blockade
) -> None:
    ada, room = await world.declared("sev3 slow search")
    engine, said = _engine(world), 0

    async with asyncio.timeout(PATIENCE):
        while not engine._performing.kept:  # sometimes the bot is faster than the blockade
            blockade.lift()
            said += 1
            await ada.types(f"/incident update state {said}", channel=room)
            await world.slack.until(partial(_has_updates, world, room, said))
            await blockade.take()
            await until(lambda: engine._performing.kept or not engine.in_flight, "an end")
    blockade.lift()
    await world.settle()

    assert len(world.said(room, "Status update")) == said
    assert not world.slack.calls("conversations.history")


def _has_updates(world: World, room: str, count: int) -> bool:
    return len(world.said(room, "Status update")) == count


async def test_a_timer_claimed_just_before_the_database_went_away_fires_once_it_is_back(
    world: World, blockade: Blockade
) -> None:
    ada, room = await world.declared("sev2 database down")

    blockade.once(
        "SELECT 1 FROM job WHERE kind = 'timer.escalation' AND status = 0 AND lease IS NOT NULL"
    )
    world.clock.advance(timedelta(minutes=5, seconds=1))
    await blockade.taken.wait()
    await until(lambda: _engine(world)._has_strays, "a failure to fire")
    blockade.lift()

    await ada.sees("no answer", channel=room)  # well before its lease would have ended
    await world.settle()
    assert len([m for m in world.slack.dm("chen") if "You are paged" in m.text]) == 1


async def test_a_form_stays_open_with_what_was_typed_and_counts_once(
    world: World, blockade: Blockade
) -> None:
    ada = world.person("ada")
    await ada.types("/incident declare", channel="general")
    await ada.fills({"What is wrong?": "Checkout is down"})
    await world.settle()

    await blockade.take()
    answer = await ada.submits()
    assert "does not answer" in str(answer["errors"])
    blockade.lift()
    await ada.submits()

    assert ada.modal is None
    await world.room()
    await world.settle()
    assert len(_rooms(world)) == 1


async def test_a_message_that_could_not_be_taken_down_comes_again(
    world: World, blockade: Blockade
) -> None:
    ada, room = await world.declared("sev3 slow search")

    await blockade.take()
    said = await ada.says("the index is rebuilding", channel=room)
    await until(lambda: not world.bot.busy, "the failure")
    blockade.lift()

    async def kept() -> bool:
        async with world.bot.desk.database.read() as tx:
            return await tx.messages.get(said.channel.id, said.ts) is not None

    async with asyncio.timeout(PATIENCE):
        while not await kept():
            world.slack.clock.advance(4)
            await world.settle()


@pytest.mark.parametrize("dies", [False, True])
async def test_what_may_be_on_record_is_not_said_to_be_undone_and_is_done_once(
    world: World, blockade: Blockade, dies: bool
) -> None:
    ada = world.person("ada")
    await world.settle()

    blockade.lose_answers("SELECT 1 FROM job WHERE kind = 'inbound' AND status = 0")
    await ada.types("/incident declare sev3 slow search", channel="general")
    await world.told(ada, "before it said whether that is on record", channel="general")
    blockade.lift()
    if dies:
        await world.restarted()
    await world.room()
    await world.settle()

    assert _rooms(world) == ["inc-1-slow-search"]
    assert _heard(ada, "Nothing was done") == 0
