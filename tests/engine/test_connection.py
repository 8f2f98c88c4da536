"""The connection to Slack: replaced when it is cut, noticed when it dies, patient when refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from incident_bot.slack.socket import SLOW_WAIT, Socket
from incident_bot.slack.tokens import LONGEST_WAIT
from slack_sandbox.socket import Connection
from support.rest import PATIENCE, until
from support.world import World

pytestmark = pytest.mark.alone


def _connections(world: World) -> list[Connection]:
    return world.slack.sandbox.hub.connections


def _socket(world: World) -> Socket:
    socket = world.bot._socket
    assert socket is not None
    return socket


async def _replaced(world: World, old: Connection) -> None:
    """There is a new connection, and the bot knows it."""
    await until(
        lambda: any(one.number > old.number for one in _connections(world)), "a new connection"
    )
    await until(lambda: _socket(world).state == "connected", "the end of the refusals")


def _wind(world: World, seconds: float) -> None:
    world.slack.clock.advance(seconds)
    world.clock.advance(timedelta(seconds=seconds))


def _knocks(world: World) -> list[float]:
    """When the bot has asked for a connection, in seconds of the sandbox's clock."""
    return [call["at"] for call in world.slack.calls("apps.connections.open")]


def _grow(knocks: list[float]) -> bool:
    """Whether each pause may be twice as long as the one before it, with the smallest dice."""
    pauses = [later - earlier for earlier, later in pairwise(knocks)]
    return all(pause >= 0.95 * 0.5 * 2**number for number, pause in enumerate(pauses))


def _running() -> list[str]:
    return [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]


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


async def test_a_request_to_connect_anew_followed_by_a_close_makes_one_connection(
    world: World,
) -> None:
    await world.settle()
    hub, old, before = world.slack.sandbox.hub, _connections(world)[0], len(_knocks(world))

    await hub.disconnect("refresh_requested")
    await old.socket.close()
    await _replaced(world, old)
    await world.declared("sev3 slow search")

    assert [one.number for one in _connections(world)] == [old.number + 1]
    assert len(_knocks(world)) == before + 1


async def test_what_comes_on_a_connection_that_is_being_left_is_heard(world: World) -> None:
    await world.settle()
    old = _connections(world)[0]
    world.slack.faults.add(method="apps.connections.open", answer="503")

    await world.slack.sandbox.hub.disconnect("refresh_requested")
    await until(lambda: _socket(world).state == "reconnecting", "an attempt that fails")
    answer = await world.person("ada").types("/incident list", channel="general")

    assert answer["acked"]
    assert _connections(world) == [old]


async def test_connections_leave_nothing_behind(world: World) -> None:
    await world.settle()

    for _ in range(4):
        old = _connections(world)[-1]
        world.slack.faults.add(socket="drop")
        await _replaced(world, old)
    await world.settle()

    assert len(_connections(world)) == 1
    assert [name for name in _running() if name.startswith("Socket.")] == ["Socket._keep"]


async def test_a_command_is_acknowledged_on_the_connection_that_follows_its_own(
    world: World,
) -> None:
    await world.settle()
    old = _connections(world)[0]

    async with world.blocked_database():
        typing = asyncio.create_task(world.person("ada").types("/incident list", channel="general"))
        await until(lambda: world.bot.busy, "the command")
        world.slack.faults.add(socket="drop")
        await _replaced(world, old)

    assert (await typing)["acked"]


async def test_slack_that_is_away_is_asked_at_once_and_then_less_and_less(world: World) -> None:
    await world.settle()
    old, before = _connections(world)[0], len(_knocks(world))

    world.slack.faults.add(method="apps.connections.open", answer="503")
    world.slack.faults.add(socket="drop")
    await until(lambda: len(_knocks(world)) >= before + 4, "a fourth attempt")
    assert _grow(_knocks(world)[before:]), _knocks(world)[before:]
    wrong = (await world.bot.server.readiness())["slack"]
    world.slack.faults.clear()
    _wind(world, LONGEST_WAIT.total_seconds())
    await _replaced(world, old)

    assert "HTTP 503; since " in wrong
    await world.declared("sev3 slow search")
    assert "slack" not in await world.bot.server.readiness()


async def test_slack_is_left_alone_for_as_long_as_it_asks(world: World) -> None:
    await world.settle()
    old, before = _connections(world)[0], len(_knocks(world))

    world.slack.faults.add(
        method="apps.connections.open", answer="ratelimited", retry_after=3, times=1
    )
    world.slack.faults.add(socket="drop")
    await _replaced(world, old)

    refused, taken = _knocks(world)[before:]
    assert taken - refused >= 0.95 * 3


@pytest.mark.parametrize("fault", ["refuse", "mute"])
async def test_an_address_that_led_nowhere_is_not_tried_again(world: World, fault: str) -> None:
    await world.settle()
    old, before = _connections(world)[0], len(_knocks(world))

    broken = world.slack.faults.add(socket=fault)
    world.slack.faults.add(socket="drop")
    await until(lambda: len(_knocks(world)) >= before + 2, "another address")
    world.slack.faults.remove(broken)
    _wind(world, LONGEST_WAIT.total_seconds())
    await _replaced(world, old)

    await until(lambda: len(_connections(world)) == 1, "the end of what led nowhere")
    await world.declared("sev3 slow search")


async def test_a_token_that_was_revoked_is_named_and_not_knocked_with(world: World) -> None:
    await world.settle()
    old, before = _connections(world)[0], len(_knocks(world))

    fault = world.slack.faults.add(
        method="apps.connections.open", answer="error", error="invalid_auth"
    )
    world.slack.faults.add(socket="drop")
    await until(lambda: _socket(world).state == "refused", "the state refused")
    assert "SLACK_APP_TOKEN" in (await world.bot.server.readiness())["slack"]
    world.slack.faults.remove(fault)
    _wind(world, SLOW_WAIT)
    await _replaced(world, old)

    refused, taken = _knocks(world)[before:]
    assert taken - refused >= SLOW_WAIT


async def test_a_crowd_of_connections_is_waited_out_longer_each_time(world: World) -> None:
    await world.settle()
    old = _connections(world)[0]
    before = len(_knocks(world))

    fault = world.slack.faults.add(socket="too_many_websockets")
    world.slack.faults.add(socket="drop")
    await until(lambda: len(_knocks(world)) >= before + 4, "a fourth attempt")
    assert _grow(_knocks(world)[before:]), _knocks(world)[before:]
    world.slack.faults.remove(fault)
    _wind(world, LONGEST_WAIT.total_seconds())
    await _replaced(world, old)


async def test_a_disabled_socket_mode_is_told_apart_and_not_knocked_at(world: World) -> None:
    await world.settle()
    old = _connections(world)[0]
    before, since = len(_knocks(world)), world.slack.clock.now()

    fault = world.slack.faults.add(socket="link_disabled")
    await until(lambda: _socket(world).state == "disabled", "the state disabled")
    world.slack.faults.remove(fault)
    world.slack.faults.add(method="apps.connections.open", answer="503", times=1)
    _wind(world, SLOW_WAIT)
    await _replaced(world, old)

    knock, _after_an_error = _knocks(world)[before:]
    assert knock >= since + SLOW_WAIT


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
