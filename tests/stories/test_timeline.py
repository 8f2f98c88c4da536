"""The timeline writes itself, and people write on it."""

from __future__ import annotations

from support.world import World


async def test_given_a_room__when_ada_logs_and_pins__then_both_are_on_the_timeline(
    world: World,
) -> None:
    ada, room = await world.declared("sev2 checkout 5xx")
    await ada.types("/incident log rolled back to build 311", channel=room)
    await ada.sees("Logged", channel=room)
    parent = await ada.says("errors since the deploy of 14:02", channel=room)
    reply = await ada.replies("payments pool is at 98 %", parent)

    await ada.reacts("pushpin", parent)
    await ada.reacts("pushpin", reply)
    await world.settle()

    await ada.types("/incident timeline", channel=room)
    listed = await world.told(ada, "payments pool is at 98 %", room)
    for words in ("Declared SEV2", "rolled back to build 311", "errors since", "payments pool"):
        assert words in listed
    assert "white_check_mark" in parent.reactions


async def test_given_a_pinned_message__when_the_reaction_goes__then_the_entry_goes(
    world: World,
) -> None:
    ada, room = await world.declared("sev2 checkout 5xx")
    message = await ada.says("wrong suspicion", channel=room)
    await ada.reacts("pushpin", message)
    await world.settle()

    await ada.unreacts("pushpin", message)
    await world.settle()

    await ada.types("/incident timeline", channel=room)
    await world.told(ada, "Declared SEV2", room)
    assert not [m for m in ada.ephemerals(room) if "wrong suspicion" in m]


async def test_given_a_pinned_message__when_it_is_edited__then_the_timeline_follows(
    world: World,
) -> None:
    ada, room = await world.declared("sev2 checkout 5xx")
    message = await ada.says("errors since 14:02", channel=room)
    await ada.reacts("pushpin", message)
    await world.settle()

    await ada.edits(message, "errors since 14:12")
    await world.settle()

    await ada.types("/incident timeline", channel=room)
    listed = await world.told(ada, "errors since 14:12", room)
    assert "errors since 14:02" not in listed


async def test_given_the_form__when_its_submission_comes_twice__then_it_is_written_down_once(
    world: World,
) -> None:
    ada, room = await world.declared("sev2 checkout 5xx")
    world.slack.faults.add(event="view_submission", deliver="twice")
    await ada.clicks("Log", channel=room)
    await ada.sees_modal("Log in INC-1")

    await ada.submits({"What happened?": "rolled back to build 311"})
    await world.settle()

    async with world.bot.desk.database.read() as tx:
        noted = [entry.text for entry in await tx.timeline.of(1) if entry.kind == "note"]
    assert noted == ["rolled back to build 311"]
