"""Runbook sections are served inline."""

from __future__ import annotations

from pathlib import Path

from support.books import a_shop
from support.world import World


async def test_given_the_shelf__when_ada_asks_for_a_section__then_she_reads_it_here(
    world: World,
) -> None:
    ada = world.person("ada")
    await world.shelved()

    await ada.types("/runbook api-5xx diagnostics", channel="general")

    answer = await ada.sees("kubectl", channel="general")
    assert answer.is_ephemeral
    assert "Mitigation" in answer.buttons


async def test_given_a_room__when_a_section_button_is_pressed__then_the_room_reads_and_remembers(
    world: World,
) -> None:
    await world.shelved()
    ada, room = await world.declared("sev2 checkout 5xx")
    await ada.types("/runbook api-5xx quick actions", channel=room)
    await ada.sees("Quick Actions", channel=room)

    await ada.clicks("Mitigation", channel=room)

    await ada.sees("Mitigation", channel=room)
    await world.settle()
    await ada.types("/incident timeline", channel=room)
    await ada.sees("opened runbook", channel=room)


async def test_given_a_lost_answer__when_the_bot_starts_again__then_the_room_was_shown_it_once(
    world: World,
) -> None:
    await world.shelved()
    ada, room = await world.declared("sev2 checkout 5xx")
    lost = world.slack.faults.add(method="chat.postMessage", answer="lost", nth=1)
    await ada.types("/runbook api-5xx quick actions", channel=room)
    await world.slack.until(lambda: lost.struck == 1, what="the lost answer")

    await world.restarted()
    await world.fast_forward(minutes=2)

    assert len(world.said(room, "› Quick Actions")) == 1


async def test_given_a_slack_that_fails__when_a_room_asks__then_it_is_shown_later(
    world: World,
) -> None:
    await world.shelved()
    ada, room = await world.declared("sev2 checkout 5xx")
    world.slack.faults.add(method="chat.postMessage", answer="503", nth=1)

    await ada.types("/runbook api-5xx quick actions", channel=room)
    await world.fast_forward(minutes=2)

    assert len(world.said(room, "› Quick Actions")) == 1


async def test_given_a_long_section__when_more_is_asked_for__then_the_next_page_is_shown(
    tmp_path: Path,
) -> None:
    lines = "\n\n".join(f"Look at shard {number}: " + "word " * 60 for number in range(40))
    async with a_shop(tmp_path, f"# Queue is full\n\n## Diagnostics\n\n{lines}\n") as world:
        ada, room = await world.declared("sev2 checkout 5xx")
        await ada.types("/runbook queue-full diagnostics", channel=room)
        first = await ada.sees("(1/", channel=room)

        more = next(label for label in first.buttons if "Show more" in label)
        await ada.clicks(more, channel=room)

        await ada.sees("(2/", channel=room)
        await world.settle()
        async with world.bot.desk.database.read() as tx:
            assert len(await tx.runbook_uses.all()) == 1


async def test_given_a_misspelt_name__when_asked__then_the_nearest_is_offered(
    world: World,
) -> None:
    ada = world.person("ada")
    await world.shelved()

    await ada.types("/runbook api-5x diagnostics", channel="general")

    answer = await ada.sees("Did you mean", channel="general")
    assert any("5xx" in label.lower() for label in answer.buttons)
