"""What people do with a section, and say of it, is remembered; escalating pages."""

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


async def test_given_a_section__when_its_buttons_are_pressed__then_the_room_remembers(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    await ada.types("/runbook queue-full diagnostics", channel=room)
    await ada.sees("Look at the depth", channel=room)

    await ada.clicks("✔ Step done", channel=room)
    await shop.told(ada, "Diagnostics is done", room)
    await ada.clicks("👎 Didn't work", channel=room)
    await ada.submits({"What did not work?": "the depth is never shown"})
    await shop.settle()
    await ada.types("/incident timeline", channel=room)

    told = await ada.sees("rated failed", channel=room)
    assert "the depth is never shown" in told
    assert "Diagnostics" in told


async def test_given_a_runbook_with_a_policy__when_escalated__then_its_own_people_are_paged(
    shop: World,
) -> None:
    ada, room = await shop.declared("sev3 orders are slow")
    await ada.types("/runbook queue-full escalation", channel=room)
    await ada.sees("Queue is full", channel=room)

    await ada.clicks("🚨 Escalate", channel=room)

    await shop.person("chen").sees("You are paged", channel="dm")
    await shop.settle()
    assert not [m for m in shop.slack.dm("bo") if "You are paged" in m]
