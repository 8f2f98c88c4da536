"""What people do in Slack is done once, however often Slack delivers it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from incident_bot.slack.socket import AT_ONCE
from slack_sandbox.testing import Message
from support.rest import PATIENCE
from support.world import World

pytestmark = pytest.mark.alone


async def _notes(world: World) -> list[str]:
    async with world.bot.desk.database.read() as tx:
        return [entry.text for entry in await tx.timeline.of(1) if entry.kind == "note"]


async def _taken_down(world: World, said: list[Message]) -> None:
    """Wait until all that was said in a room is in the record."""
    wanted, channel = {message.text for message in said}, said[0].channel.id

    async def missing() -> set[str]:
        async with world.bot.desk.database.read() as tx:
            return wanted - {m.text for m in await tx.messages.of(channel)}

    async with asyncio.timeout(PATIENCE):
        while await missing():
            world.slack.clock.advance(61)  # what was not acknowledged in time comes again
            await world.settle()


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
    async with asyncio.timeout(PATIENCE):
        while fault.struck < 2:
            world.slack.clock.advance(4)  # the time to acknowledge, and that to the next delivery
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

    async with asyncio.timeout(PATIENCE):
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
    socket = world.bot._socket
    assert socket is not None
    [intake] = socket.socket_mode_request_listeners
    inside = most_inside = most_tasks = 0

    async def counted(client: Any, request: SocketModeRequest) -> None:
        nonlocal inside, most_inside, most_tasks
        inside += 1
        most_inside = max(most_inside, inside)
        most_tasks = max(most_tasks, socket.busy)
        try:
            await intake(client, request)
        finally:
            inside -= 1

    socket.socket_mode_request_listeners[:] = [counted]
    said: list[Message] = [await ada.says(f"line {n}", channel=room) for n in range(1000)]
    await _taken_down(world, said)

    assert 1 < most_inside <= AT_ONCE
    assert most_tasks <= AT_ONCE


async def test_a_handler_that_fails_answers_with_a_reference(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    world.slack.faults.add(method="views.open", answer="error", error="internal_error")

    await ada.clicks("Update", channel=room)

    answer = await world.told(ada, "Slack did not let me", channel=room)
    assert "ref-" in answer


async def test_a_flood_in_which_the_connection_is_cut_again_and_again_loses_nothing(
    world: World,
) -> None:
    ada, room = await world.declared("sev3 slow search")
    said: list[Message] = []
    for number in range(200):
        if number % 100 == 50:
            world.slack.faults.remove(world.slack.faults.add(socket="drop"))
        said.append(await ada.says(f"line {number}", channel=room))
    await _taken_down(world, said)

    async with world.bot.desk.database.read() as tx:
        kept = [m.ts for m in await tx.messages.of(said[0].channel.id)]
    assert len(kept) == len(set(kept))
    assert world.bot._socket is not None
    assert world.bot._socket.reconnects >= 1
