"""Several replicas on PostgreSQL: whatever happens to one, all is done, and done once."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections import Counter

import pytest

from process.conftest import OnPostgres
from process.house import House
from support.postgres import Postgres
from support.rest import until

pytestmark = pytest.mark.alone
_numbers = itertools.count(100)


def _title() -> str:
    number = next(_numbers)
    return f"trouble number {number} of shop {number}"


async def _taken(house: House, count: int) -> None:
    """So many declarations are taken; what follows from them is still being done."""
    for _ in range(count):
        assert await house.say(f"/incident declare sev2 {_title()}")


async def _declare(house: House, count: int) -> None:
    """So many incidents are declared, and everything is done."""
    for _ in range(count):
        await house.declare(_title())


def _all_there(house: House, count: int) -> None:
    assert len(house.rooms()) == count
    assert [house.cards(room) for room in house.rooms()] == [1] * count
    announced = [m.text for m in house.slack.messages("incidents") if "trouble number" in m.text]
    assert len(announced) == count
    paged = [m for m in house.slack.dm("bo") if "You are paged" in m.text]
    assert len(paged) == count
    assert house.doubled() == []


@pytest.mark.parametrize("replicas", [2, 3])
async def test_replicas_share_the_work_and_do_each_thing_once(
    on_postgres: OnPostgres, replicas: int
) -> None:
    async with on_postgres() as house:
        for _ in range(replicas):
            await house.join()
        assert house.sockets == replicas

        await _taken(house, 6)
        await house.rest()

        _all_there(house, 6)


async def test_a_replica_frozen_for_longer_than_its_lease_neither_blocks_nor_doubles(
    on_postgres: OnPostgres,
) -> None:
    async with on_postgres(ack_seconds=5.0) as house:
        frozen, _other = await house.join(), await house.join()
        await house.rest()
        house.slack.faults.add(method="*", delay_ms=150)
        await _taken(house, 2)
        await house.recorded(2)

        frozen.send(signal.SIGSTOP)
        await _declare(house, 2)
        _all_there(house, 4)

        frozen.send(signal.SIGCONT)
        await _declare(house, 1)
        _all_there(house, 5)


async def test_when_a_replica_is_killed_the_others_finish_its_work(
    on_postgres: OnPostgres,
) -> None:
    async with on_postgres() as house:
        victim, _other = await house.join(), await house.join()
        house.slack.faults.add(method="*", delay_ms=150)
        await _taken(house, 3)

        await victim.kill()
        await until(lambda: house.sockets == 1, "the end of its connection")
        await _taken(house, 1)
        await house.rest()

        _all_there(house, 4)


async def test_what_a_killed_replica_held_does_not_wait_for_the_end_of_its_lease(
    on_postgres: OnPostgres,
) -> None:
    async with on_postgres() as house:
        longer_than_any_patience = {"INCIDENT_BOT_LEASE": "600"}
        victim = await house.join(**longer_than_any_patience)
        house.slack.faults.add(method="conversations.create", delay_ms=20000, times=1)
        await _taken(house, 1)

        await victim.kill()
        await until(lambda: house.sockets == 0, "the end of its connection")
        await house.join(**longer_than_any_patience)
        await house.rest()

        _all_there(house, 1)


async def test_a_rolling_restart_loses_no_command_that_was_taken(on_postgres: OnPostgres) -> None:
    """Nor does it do one twice.

    Socket Mode has no word for "send me nothing more": a command may cross the farewell of the
    connection it is sent on. Slack then says that it was not taken. As this person waits
    for each answer, that can be one command for each replica that goes.
    """
    async with on_postgres(ack_seconds=10.0) as house:
        old = [await house.join(), await house.join()]
        await _declare(house, 1)
        room, stopping = house.rooms()[0], asyncio.Event()
        taken: list[str] = []
        crossed: list[str] = []

        async def talk() -> None:
            for number in itertools.count():
                if stopping.is_set():
                    return
                is_taken = await house.say(f"/incident log note {number}", channel=room)
                (taken if is_taken else crossed).append(f"note {number}")

        talking = asyncio.create_task(talk())
        for bot in old:
            await house.join()
            assert await bot.stop() == 0
        stopping.set()
        await talking
        await house.rest()

        done = Counter(await house.timeline())
        assert len(taken) > 10
        assert [done[note] for note in taken] == [1] * len(taken)
        assert all(done[note] <= 1 for note in crossed)
        assert len(crossed) <= len(old)


async def test_a_database_that_cuts_every_connection_loses_and_doubles_nothing(
    on_postgres: OnPostgres, postgres: Postgres
) -> None:
    async with on_postgres() as house:
        await house.join()
        await house.join()
        name = str(house.database.url.database)
        for _ in range(4):
            declaring = asyncio.create_task(house.declare(_title()))
            assert await postgres.end_connections(name) > 0
            await declaring
        await house.rest()

        _all_there(house, 4)
