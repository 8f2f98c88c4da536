"""What a runbook lacks reaches its owner and the post-mortem."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.books import a_shop
from support.world import World


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    """One runbook, owned by Dana; it escalates to Chen, everything else to Bo."""
    async with a_shop(tmp_path) as world:
        yield world


async def test_given_a_gap__when_it_is_reported__then_the_owner_and_the_draft_know(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    await ada.types("/runbook queue-full diagnostics", channel=room)
    await ada.sees("Look at the depth", channel=room)
    await shop.settle()

    await ada.types("/runbook report-gap which queue? <!channel>", channel=room)

    said = await ada.sees("Gap in runbook", channel=room)
    assert shop.person("dana").mention in str(said.blocks)
    assert "<!channel>" not in str(said.blocks)
    await ada.types("/runbook rate outdated", channel=room)
    await shop.settle()
    await ada.types("/incident resolve", channel=room)
    await ada.types("/incident postmortem", channel=room)
    file = await ada.sees("post-mortem-1.md", channel=room, within=20)
    assert "which queue?" in file.files[0].decode()
    assert "outdated" in file.files[0].decode()


async def test_given_no_room__when_a_gap_is_reported__then_the_owner_gets_a_message(
    shop: World,
) -> None:
    ada = shop.person("ada")
    await ada.types("/runbook report-gap queue-full: which queue?", channel="general")
    await shop.person("dana").sees("which queue?", channel="dm")
