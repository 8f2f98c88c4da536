"""A room follows a runbook step by step, on one list."""

from __future__ import annotations

from pathlib import Path

from support.books import a_shop
from support.world import World


async def test_given_a_runbook__when_it_is_started__then_the_room_ends_its_steps_together(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path) as world:
        ada, room = await world.declared("sev3 orders are slow")
        bo = world.person("bo")
        await bo.joins(room)

        await ada.types("/runbook start queue-full", channel=room)
        card = await ada.sees("0 of 4 steps", channel=room)
        assert "queue depth" in card

        await ada.clicks("Done", channel=room)
        await ada.sees("1 of 4 steps", channel=room)
        await bo.clicks("Skip", channel=room)
        await bo.sees("2 of 4 steps", channel=room)
        await bo.clicks("Undo last", channel=room)
        card = await bo.sees("1 of 4 steps", channel=room)
        assert f"<@{ada.id}>" in card.text or ada.id in str(card.blocks)

        await world.settle()
        await ada.types("/incident timeline", channel=room)
        await ada.sees("Runbook step done", channel=room)
        await ada.types("/runbook start queue-full", channel=room)
        await world.told(ada, "follows Queue is full already", room)
        assert len(world.said(room, "of 4 steps")) == 1


async def test_given_a_checklist__when_the_bot_restarts__then_it_goes_on_where_it_was(
    world: World,
) -> None:
    await world.shelved()
    ada, room = await world.declared("sev2 checkout 5xx")
    await ada.types("/runbook start api-5xx", channel=room)
    await ada.sees("0 of 18 steps", channel=room)
    await ada.clicks("Failed", channel=room)
    await ada.sees("1 of 18 steps", channel=room)

    await world.restarted()

    await ada.clicks("Done", channel=room)
    card = await ada.sees("2 of 18 steps", channel=room)
    assert "1 failed" in card


async def test_given_a_runbook_without_steps__when_it_is_started__then_it_says_so(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path, "# Essay\n\nOnly words.\n") as world:
        ada, room = await world.declared("sev3 orders are slow")

        await ada.types("/runbook start queue-full", channel=room)

        await world.told(ada, "no steps to follow", room)


async def test_given_a_checklist__when_the_incident_is_resolved__then_it_says_how_far_it_came(
    tmp_path: Path,
) -> None:
    async with a_shop(tmp_path) as world:
        ada, room = await world.declared("sev3 orders are slow")
        await ada.types("/runbook start queue-full", channel=room)
        card = await ada.sees("0 of 4 steps", channel=room)
        await ada.clicks("Done", channel=room)
        await ada.sees("1 of 4 steps", channel=room)

        await ada.types("/incident resolve it drained", channel=room)

        over = await ada.sees("resolved: 3 left open", channel=room)
        assert over.ts == card.ts
        assert not [block for block in over.blocks if block["type"] == "actions"]
        await ada.types("/incident reopen it is full again", channel=room)
        await world.settle()
        await ada.clicks("Done", channel=room)
        await ada.sees("2 of 4 steps", channel=room)
