"""The shelf can be walked by buttons: systems, runbooks, sections."""

from __future__ import annotations

from support.world import World


async def test_given_the_list__when_a_system_is_pressed__then_its_runbooks_are_listed(
    world: World,
) -> None:
    ada = world.person("ada")
    await world.shelved()
    await ada.types("/runbook", channel="general")
    await world.told(ada, "runbooks", "general")

    await ada.clicks("erpgo", channel="general")

    listed = await world.told(ada, "High Error Rate", "general")
    assert listed.buttons
