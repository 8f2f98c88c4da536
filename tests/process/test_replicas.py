"""Several replicas on PostgreSQL: whatever happens to one, all is done, and done once."""

from __future__ import annotations

import asyncio
import itertools
import signal

import pytest

from process.conftest import OnPostgres
from process.house import House
from support.postgres import Postgres

pytestmark = [pytest.mark.process, pytest.mark.endurance]
_numbers = itertools.count(100)


async def _declare(house: House, count: int) -> None:
    for _ in range(count):
        number = next(_numbers)
        await house.insist(f"/incident declare sev2 trouble number {number} of shop {number}")


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

        await _declare(house, 6)
        await house.rest()

        _all_there(house, 6)


async def test_a_replica_frozen_for_longer_than_its_lease_neither_blocks_nor_doubles(
    on_postgres: OnPostgres,
) -> None:
    async with on_postgres() as house:
        frozen, _other = await house.join(), await house.join()
        await house.rest()
        house.slack.faults.add(method="*", delay_ms=150)
        await _declare(house, 2)

        frozen.send(signal.SIGSTOP)
        await _declare(house, 2)
        await house.rest()
        _all_there(house, 4)

        frozen.send(signal.SIGCONT)
        await _declare(house, 1)
        await house.rest()
        _all_there(house, 5)


async def test_when_a_replica_is_killed_the_others_finish_its_work(
    on_postgres: OnPostgres,
) -> None:
    async with on_postgres() as house:
        victim, _other = await house.join(), await house.join()
        house.slack.faults.add(method="*", delay_ms=150)
        await _declare(house, 3)

        await victim.kill()
        await _declare(house, 1)
        await house.rest()

        _all_there(house, 4)


async def test_a_rolling_restart_loses_no_command(on_postgres: OnPostgres) -> None:
    async with on_postgres() as house:
        old = [await house.join(), await house.join()]
        await _declare(house, 1)
        await house.rest()
        room, stopping = house.rooms()[0], asyncio.Event()
        said: list[str] = []

        async def talk() -> None:
            for number in itertools.count():
                if stopping.is_set():
                    return
                assert await house.say(f"/incident log note {number}", channel=room)
                said.append(f"note {number}")

        talking = asyncio.create_task(talk())
        for bot in old:
            await house.join()
            assert await bot.stop() == 0
        stopping.set()
        await talking
        await house.rest()

        assert len(said) > 10
        assert sorted(await house.timeline()) == sorted(said)


async def test_a_database_that_cuts_every_connection_loses_and_doubles_nothing(
    on_postgres: OnPostgres, postgres: Postgres
) -> None:
    async with on_postgres() as house:
        await house.join()
        await house.join()
        name = str(house.database.url.database)
        for number in range(4):
            declaring = asyncio.create_task(_declare_once(house, number))
            assert await postgres.end_connections(name) > 0
            await declaring
        await house.rest()

        _all_there(house, 4)


async def _declare_once(house: House, number: int) -> None:
    """A person repeats a command of which nothing came."""
    text = f"trouble number {number} of shop {number}"
    while not any(text in m.text for m in house.slack.messages("incidents")):
        await house.insist(f"/incident declare sev2 {text}")
        await house.rest()
