"""What somebody else did while a form was open stands: a form changes only what was changed in it."""

from __future__ import annotations

from support.world import World


async def test_given_a_status_set_meanwhile__when_an_update_is_posted__then_that_status_stays(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    await ada.types("/incident update", channel=room)
    await ada.sees_modal("What is new?")
    await world.person("bo").types("/incident status identified bad index", channel=room)
    await world.settle()

    await ada.submits({"What is new?": "rebuilding the index"})
    await world.settle()

    assert world.said(room, "rebuilding the index")
    assert await _status(world) == "identified"


async def test_given_the_same_step_taken_meanwhile__when_an_update_is_posted__then_it_is_kept(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    await ada.clicks("Update", channel=room)
    await ada.sees_modal("What is new?")
    await world.person("bo").types("/incident status identified bad index", channel=room)
    await world.settle()

    await ada.submits({"What is new?": "rebuilding the index", "Status": "identified"})
    await world.settle()

    assert world.said(room, "rebuilding the index")
    assert await _status(world) == "identified"


async def test_given_a_severity_set_meanwhile__when_the_form_is_sent_as_it_was__then_it_is_refused(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    await ada.types("/incident severity", channel=room)
    await ada.sees_modal("Severity")
    await world.person("bo").types("/incident severity sev1 all are hit", channel=room)
    await world.settle()

    answer = await ada.submits({"Why?": "as agreed"})
    await world.settle()

    assert "SEV1 by now" in str(answer)
    async with world.bot.desk.database.read() as tx:
        assert (await tx.incidents.get(1)).severity == "SEV1"


async def _status(world: World) -> str:
    async with world.bot.desk.database.read() as tx:
        return str((await tx.incidents.get(1)).status)
