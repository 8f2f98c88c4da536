"""The connection to Slack: replaced when it is cut, noticed when it dies, patient when refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from incident_bot.slack.socket import DISABLED_WAIT, FIRST_WAIT
from slack_sandbox.socket import Connection
from support.rest import PATIENCE, until
from support.world import World

pytestmark = pytest.mark.alone


def _connections(world: World) -> list[Connection]:
    return world.slack.sandbox.hub.connections


async def _replaced(world: World, old: Connection) -> None:
    """There is a new connection, and the bot knows it."""
    await until(
        lambda: any(one.number > old.number for one in _connections(world)), "a new connection"
    )
    socket = world.bot._socket
    assert socket is not None
    await until(lambda: socket.state == "connected", "the end of the refusals")


def _knocks(world: World) -> list[float]:
    """When the bot has asked for a connection, in seconds of the sandbox's clock."""
    return [call["at"] for call in world.slack.calls("apps.connections.open")]


@pytest.mark.parametrize("reason", ["drop", "refresh_requested", "warning"])
async def test_a_connection_that_ends_is_replaced_and_works(world: World, reason: str) -> None:
    await world.settle()
    old = _connections(world)[0]

    world.slack.faults.add(socket=reason)
    await _replaced(world, old)
    world.slack.faults.clear()

    await world.declared("sev3 slow search")


async def test_a_connection_that_dies_silently_is_noticed_and_replaced(world: World) -> None:
    await world.settle()
    old = _connections(world)[0]

    world.slack.faults.add(socket="freeze")
    await until(
        lambda: old not in _connections(world) or len(_connections(world)) > 1,
        "the end of the dead connection",
    )
    world.slack.faults.clear()
    await _replaced(world, old)

    await world.declared("sev3 slow search")


async def test_a_crowd_of_connections_is_waited_out_longer_each_time(world: World) -> None:
    await world.settle()
    old = _connections(world)[0]
    before = len(_knocks(world))

    fault = world.slack.faults.add(socket="too_many_websockets")
    world.slack.faults.add(socket="drop")
    await until(lambda: len(_knocks(world)) >= before + 3, "a third attempt")
    world.slack.faults.remove(fault)
    await _replaced(world, old)

    pauses = [later - earlier for earlier, later in pairwise(_knocks(world)[before:])]
    least = [FIRST_WAIT * 2**number for number in range(len(pauses))]
    assert all(pause >= 0.95 * wait for pause, wait in zip(pauses, least, strict=True)), pauses


async def test_a_disabled_socket_mode_is_told_apart_and_not_knocked_at(world: World) -> None:
    await world.settle()
    old = _connections(world)[0]
    socket = world.bot._socket
    assert socket is not None
    before, since = len(_knocks(world)), world.slack.clock.now()

    fault = world.slack.faults.add(socket="link_disabled")
    await until(lambda: socket.state == "disabled", "the state disabled")
    world.slack.faults.remove(fault)
    world.slack.clock.advance(DISABLED_WAIT)
    world.clock.advance(timedelta(seconds=DISABLED_WAIT))
    await _replaced(world, old)

    [knock] = _knocks(world)[before:]
    assert knock >= since + DISABLED_WAIT


async def test_what_was_said_while_nobody_listened_is_read_afterwards(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    old = _connections(world)[0]
    world.slack.faults.add(event="message", deliver="never")

    said = await ada.says("it was the deploy", channel=room)
    world.slack.faults.add(socket="drop")
    await _replaced(world, old)
    await world.slack.call_of("conversations.history", PATIENCE)
    await world.settle()

    async with world.bot.desk.database.read() as tx:
        kept = await tx.messages.get(said.channel.id, said.ts)
    assert kept is not None
    assert kept.text == "it was the deploy"
