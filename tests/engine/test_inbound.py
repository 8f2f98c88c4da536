"""What people do in Slack is done once, however often Slack delivers it."""

from __future__ import annotations

import asyncio

import pytest

from incident_bot.slack.socket import AT_ONCE, QUEUE
from slack_sandbox.testing import Message
from support.world import World

pytestmark = pytest.mark.endurance


async def _notes(world: World) -> list[str]:
    async with world.bot.desk.database.read() as tx:
        return [entry.text for entry in await tx.timeline.of(1) if entry.kind == "note"]


async def test_a_command_delivered_twice_declares_once(world: World) -> None:
    world.slack.faults.add(event="slash_commands", deliver="twice")

    await world.declared("sev3 slow search")

    assert len([name for name in world.slack.channels() if name.startswith("inc-")]) == 1


async def test_a_command_delivered_twice_is_noted_once(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    world.slack.faults.add(event="slash_commands", deliver="twice")

    await ada.types("/incident log cache restarted", channel=room)
    await world.settle()

    assert await _notes(world) == ["cache restarted"]


async def test_a_button_delivered_twice_acknowledges_once(world: World) -> None:
    await world.declared("sev2 database down")
    world.slack.faults.add(event="block_actions", deliver="twice")

    await world.person("bo").clicks("Acknowledge", channel="dm")
    await world.settle()

    assert len(world.said(await world.room(), "acknowledged the page")) == 1


async def test_an_event_that_is_never_acknowledged_is_taken_down_once(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    fault = world.slack.faults.add(event="message", ack="ignored", times=2)

    said = await ada.says("the index is rebuilding", channel=room)
    await world.slack.until(lambda: fault.struck == 2, what="the second delivery")
    await world.settle()

    async with world.bot.desk.database.read() as tx:
        kept = [m.text for m in await tx.messages.of(said.channel.id)]
    assert kept.count("the index is rebuilding") == 1


async def test_an_event_whose_first_delivery_is_lost_is_taken_down_when_it_comes_again(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    world.slack.faults.add(event="message", deliver="never", times=1)

    said = await ada.says("the index is rebuilding", channel=room)

    async def kept() -> bool:
        async with world.bot.desk.database.read() as tx:
            return await tx.messages.get(said.channel.id, said.ts) is not None

    async with asyncio.timeout(20):
        while not await kept():
            world.slack.clock.advance(1)
            await world.settle()


async def test_a_form_whose_acknowledgement_was_lost_makes_one_incident(world: World) -> None:
    ada = world.person("ada")
    await ada.types("/incident declare", channel="general")
    await ada.fills({"What is wrong?": "Checkout is down"})
    world.slack.faults.add(event="view_submission", ack="ignored", times=1)

    submitting = asyncio.create_task(ada.submits())
    await ada.sees("Checkout is down", channel=await world.room())
    world.slack.clock.advance(4)
    assert not (await submitting).get("acked")
    await ada.submits()

    await world.settle()
    assert len([name for name in world.slack.channels() if name.startswith("inc-")]) == 1
    assert ada.modal is None


async def test_an_update_form_sent_again_says_it_once(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    await ada.clicks("Update", channel=room)
    await ada.fills({"What is new?": "the index is back"})
    world.slack.faults.add(event="view_submission", ack="ignored", times=1)
    submitting = asyncio.create_task(ada.submits())
    await ada.sees("the index is back", channel=room)
    world.slack.clock.advance(4)
    await submitting

    await ada.submits()
    await world.settle()

    assert len(world.said(room, "Status update")) == 1


async def test_a_flood_of_a_thousand_events_is_taken_down_within_bounds(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    peak = 0

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, world.bot.busy)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    said: list[Message] = [await ada.says(f"line {n}", channel=room) for n in range(1000)]
    wanted = {f"line {n}" for n in range(1000)}

    async def missing() -> set[str]:
        async with world.bot.desk.database.read() as tx:
            return wanted - {m.text for m in await tx.messages.of(said[0].channel.id)}

    async with asyncio.timeout(90):
        while await missing():
            world.slack.clock.advance(61)  # what was not acknowledged in time comes again
            await world.settle()
    watching.cancel()

    assert peak <= AT_ONCE < QUEUE


async def test_a_handler_that_fails_answers_with_a_reference(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    world.slack.faults.add(method="views.open", answer="error", error="internal_error")

    await ada.clicks("Update", channel=room)

    answer = await world.told(ada, "Slack did not let me", channel=room)
    assert "ref-" in answer
