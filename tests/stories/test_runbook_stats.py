"""What was used is counted everywhere, without telling on private incidents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from support.books import a_shop
from support.world import World


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    """One runbook, owned by Dana; it escalates to Chen, everything else to Bo."""
    async with a_shop(tmp_path) as world:
        yield world


async def test_given_uses__when_statistics_are_asked_for__then_they_are_counted_everywhere(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 secret-title --private")
    await ada.types("/runbook queue-full diagnostics", channel=room)
    await ada.sees("Look at the depth", channel=room)
    await shop.settle()
    await ada.types("/runbook rate worked", channel=room)
    await ada.types("/incident status monitoring", channel=room)
    await shop.settle()

    await ada.types("/runbook stats queue-full", channel="general")

    told = await shop.told(ada, "1 worked", "general")
    assert "Mitigation" in told  # never read
    assert "(n=1)" in told
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{shop.bot.server.port}/metrics") as answer,
    ):
        page = await answer.text()
    assert 'runbook_views_total{runbook="shop/queue-full"} 1.0' in page
    assert 'runbook_ratings_total{rating="worked",runbook="shop/queue-full"} 1.0' in page
    assert "secret-title" not in page
