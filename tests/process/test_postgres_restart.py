"""PostgreSQL itself goes away under load, and comes back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from process.house import House, a_house
from support.postgres import OwnServer

pytestmark = pytest.mark.alone
COUNT = 10


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with contextlib.closing(OwnServer()) as own:
        yield own


def _told(house: House, words: str) -> int:
    ada = house.slack.user("ada")
    return sum(words in message for message in ada.ephemerals("general"))


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_orders_given_while_postgresql_restarts_are_done_once_or_said_not_to_be(
    tmp_path: Path, server: OwnServer, mode: str
) -> None:
    """None waits for a lease: those here last longer than any patience."""
    async with a_house(tmp_path, server.url) as house:
        for _ in range(2):
            await house.join(INCIDENT_BOT_LEASE="600")
        await house.rest()
        orders = [f"/incident declare sev2 trouble {n} of shop {n}" for n in range(COUNT)]

        restarting = asyncio.create_task(asyncio.to_thread(server.restart, mode))
        for order in orders:
            await house.say(order)
        await restarting
        await house.rest()

        most = COUNT - _told(house, "Nothing was done")
        made = len(house.rooms())
        assert most - _told(house, "whether that is on record") <= made <= most
        assert [house.cards(room) for room in house.rooms()] == [1] * made
        assert len([m for m in house.slack.dm("bo") if "You are paged" in m.text]) == made
        assert house.doubled() == []
        await house.declare("trouble after the restart")
        for bot in house.bots:
            assert bot.is_alive, bot.said()
            assert await bot.stop() == 0
