"""The machine's clock is wrong, and is set right."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from process.house import House, a_house
from support.postgres import Postgres
from support.rest import until

pytestmark = pytest.mark.alone
MINUTE = timedelta(minutes=1)


class Machine:
    """Two replicas on a machine whose clock can be set, or one where SQLite allows no more."""

    def __init__(self, house: House, ahead: Path) -> None:
        self.house = house
        self._ahead = ahead
        self._told = 0
        self.set_clock(timedelta(0))

    async def boot(self) -> None:
        """Start them."""
        for _ in range(1 if "sqlite" in self.house.told["DATABASE_URL"] else 2):
            await self.house.join(CLOCK_AHEAD=str(self._ahead))
        await self.house.rest()

    def set_clock(self, ahead: timedelta) -> None:
        """From now on its clock is so far ahead of the right time."""
        new = self._ahead.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()), "utf-8")
        new.replace(self._ahead)

    async def live_on(self) -> None:
        """The bots do something by the clock as it is now."""
        self._told += 1
        await self.house.declare(f"something else {self._told} of shop {self._told}")

    def pages(self, name: str, title: str) -> int:
        """How often somebody was paged for an incident."""
        sent = [m for m in self.house.slack.dm(name) if "You are paged" in m.text]
        return sum(title in str(message.blocks) for message in sent)


@pytest.fixture
async def machine(server: Postgres | None, tmp_path: Path) -> AsyncIterator[Machine]:
    async with contextlib.AsyncExitStack() as exits:
        url = f"sqlite:///{tmp_path / 'house.db'}"
        if server is not None:
            url = await exits.enter_async_context(server.fresh())
        house = await exits.enter_async_context(a_house(tmp_path, url))
        made = Machine(house, tmp_path / "ahead")
        await made.boot()
        yield made


async def test_a_clock_that_jumps_ahead_pages_the_next_tier_once(machine: Machine) -> None:
    await machine.house.declare("checkout down")

    machine.set_clock(29 * MINUTE)
    await machine.live_on()
    assert machine.pages("chen", "checkout down") == 0
    machine.set_clock(31 * MINUTE)
    await until(lambda: machine.pages("chen", "checkout down"), "the second tier's page")
    await machine.house.rest()

    assert machine.pages("chen", "checkout down") == 1
    assert machine.pages("bo", "checkout down") == 1
    assert machine.house.doubled() == []


async def test_a_clock_that_was_ahead_and_is_set_back_pages_in_time(machine: Machine) -> None:
    machine.set_clock(timedelta(hours=2))
    await machine.house.declare("checkout down")

    machine.set_clock(timedelta(0))
    await machine.live_on()
    machine.set_clock(29 * MINUTE)
    await machine.live_on()
    assert machine.pages("chen", "checkout down") == 0
    machine.set_clock(31 * MINUTE)
    await until(lambda: machine.pages("chen", "checkout down"), "the second tier's page")
    await machine.house.rest()

    assert machine.pages("chen", "checkout down") == 1
    assert machine.pages("bo", "checkout down") == 1
    assert machine.house.doubled() == []
