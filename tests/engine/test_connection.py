"""The connection to Slack: replaced when it is cut, noticed when it dies, patient when refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slack_sandbox.socket import Connection
from support.world import World

pytestmark = pytest.mark.endurance


def _connections(world: World) -> list[Connection]:
    return world.slack.sandbox.hub.connections


async def _replaced(world: World, old: Connection) -> None:
    await world.slack.until(
        lambda: any(one.number > old.number for one in _connections(world)),
        within=20,
        what="a new connection",
    )


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
    world.slack.faults.on_socket = lambda _fault: None
    await world.slack.until(
        lambda: old not in _connections(world) or len(_connections(world)) > 1,
        within=20,
        what="the end of the dead connection",
    )
    world.slack.faults.clear()
    await _replaced(world, old)

    await world.declared("sev3 slow search")


@pytest.mark.parametrize(
    ("reason", "state"), [("too_many_websockets", "reconnecting"), ("link_disabled", "disabled")]
)
async def test_a_refused_connection_is_waited_out_and_told_apart(
    world: World, reason: str, state: str
) -> None:
    await world.settle()
    old = _connections(world)[0]
    socket = world.bot._socket
    assert socket is not None
    asked = len(world.slack.calls("apps.connections.open"))

    fault = world.slack.faults.add(socket=reason)
    if reason == "too_many_websockets":
        world.slack.faults.add(socket="drop")
    await world.slack.until(lambda: socket.state == state, within=20, what=f"the state {state}")
    opened = len(world.slack.calls("apps.connections.open")) - asked
    world.slack.faults.remove(fault)

    assert opened <= 2, "it must not knock without end"
    world.clock.advance(timedelta(seconds=61))
    await _replaced(world, old)
    await world.slack.until(lambda: socket.state == "connected", what="the end of the refusals")


async def test_what_was_said_while_nobody_listened_is_read_afterwards(world: World) -> None:
    ada, room = await world.declared("sev3 slow search")
    old = _connections(world)[0]
    world.slack.faults.add(event="message", deliver="never")

    said = await ada.says("it was the deploy", channel=room)
    world.slack.faults.add(socket="drop")
    await _replaced(world, old)
    await world.slack.call_of("conversations.history")
    await world.settle()

    async with world.bot.desk.database.read() as tx:
        kept = await tx.messages.get(said.channel.id, said.ts)
    assert kept is not None
    assert kept.text == "it was the deploy"
