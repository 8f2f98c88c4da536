"""Runbook sections are served inline."""

from __future__ import annotations

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


async def test_given_a_misspelt_name__when_asked__then_the_nearest_is_offered(
    world: World,
) -> None:
    ada = world.person("ada")
    await world.shelved()

    await ada.types("/runbook api-5x diagnostics", channel="general")

    answer = await ada.sees("Did you mean", channel="general")
    assert any("5xx" in label.lower() for label in answer.buttons)
