"""Socket Mode, frame by frame."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import socket
from slack_sandbox.rules import Rules
from slack_sandbox.testing import SandboxWorkspace

Socket = aiohttp.ClientWebSocketResponse


async def frame(connection: Socket) -> dict[str, Any]:
    received: dict[str, Any] = await connection.receive_json()
    return received


@asynccontextmanager
async def ada_types(
    slack: SandboxWorkspace, line: str
) -> AsyncIterator["asyncio.Task[dict[str, Any]]"]:
    """Let ada type while the block looks at the wire."""
    async with asyncio.TaskGroup() as group:
        yield group.create_task(slack.user("ada").types(line, "general"))


async def ack(connection: Socket, envelope: dict[str, Any], payload: Any = None) -> None:
    answer = {"envelope_id": envelope["envelope_id"]}
    await connection.send_json(answer if payload is None else {**answer, "payload": payload})


async def test_the_first_frame_is_hello(slack: SandboxWorkspace) -> None:
    async with socket(slack) as first, socket(slack) as second:
        hello = await frame(first)
        assert hello["type"] == "hello"
        assert hello["num_connections"] == 1
        assert hello["connection_info"] == {"app_id": "A0SANDBOX1"}
        assert (await frame(second))["num_connections"] == 2


async def test_a_ticket_is_good_for_one_connection(slack: SandboxWorkspace) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as connection:
            await connection.receive_json()
        async with session.get(url) as response:
            assert response.status == 403


async def test_pings_come_back_with_their_body(slack: SandboxWorkspace) -> None:
    async with socket(slack) as connection:
        await frame(connection)
        await connection.ping(b"sdk-ping-pong:1790000000.1")
        message = await connection.receive()
        assert message.type is aiohttp.WSMsgType.PONG
        assert bytes(message.data) == b"sdk-ping-pong:1790000000.1"


async def test_a_socket_is_recycled_in_the_end_and_sooner_when_debugging(
    slack: SandboxWorkspace,
) -> None:
    async with socket(slack) as lasting, socket(slack, "&debug_reconnects=true") as debugged:
        assert (await frame(lasting))["debug_info"]["approximate_connection_time"] == 18_060
        assert (await frame(debugged))["debug_info"]["approximate_connection_time"] == 360
        slack.clock.advance(361)
        assert (await frame(debugged))["reason"] == "refresh_requested"
        slack.clock.advance(18_060)
        assert (await frame(lasting))["reason"] == "refresh_requested"


async def test_an_eleventh_connection_is_refused(slack: SandboxWorkspace) -> None:
    slack.sandbox.workspace.rules.max_sockets = 1
    async with socket(slack) as first, socket(slack) as second:
        await frame(first)
        refusal = await frame(second)
        assert (refusal["type"], refusal["reason"]) == ("disconnect", "too_many_websockets")
        assert refusal["num_connections"] == 1
        assert (await second.receive()).type is aiohttp.WSMsgType.CLOSE
        assert Rules().max_sockets == 10


async def test_a_command_goes_to_one_socket_and_any_may_acknowledge(
    slack: SandboxWorkspace,
) -> None:
    async with socket(slack) as first, socket(slack) as second:
        await frame(first)
        await frame(second)
        hub = slack.sandbox.hub
        envelopes = [
            hub.send("interactive", {"type": "shortcut", "n": n}, f"n{n}") for n in range(40)
        ]
        used = {envelope.connection for envelope in envelopes}
        assert used == {1, 2}
        on_second = sum(envelope.connection == 2 for envelope in envelopes)
        for _ in range(40 - on_second):
            await ack(second, await frame(first))
        for _ in range(on_second):
            await ack(first, await frame(second))
        assert all([(await envelope.settled).acked for envelope in envelopes])


async def test_a_slash_command_has_slacks_shape(slack: SandboxWorkspace) -> None:
    async with socket(slack) as connection:
        await frame(connection)
        async with ada_types(slack, "/incident declare sev2") as typed:
            envelope = await frame(connection)
            assert envelope["type"] == "slash_commands"
            assert envelope["accepts_response_payload"] is True
            payload = envelope["payload"]
            assert payload["command"] == "/incident"
            assert payload["text"] == "declare sev2"
            assert payload["channel_name"] == "general"
            assert payload["is_enterprise_install"] == "false"
            assert payload["response_url"].startswith(slack.url)
            assert "thread_ts" not in payload
            await ack(connection, envelope, {"text": "in the ack"})
        assert (await typed)["acked"]
        assert slack.user("ada").ephemerals("general")[-1].text == "in the ack"


async def test_no_command_runs_in_a_thread(slack: SandboxWorkspace) -> None:
    ada = slack.user("ada")
    parent = await ada.says("parent", "general")
    answer = await ada.types("/incident", "general", thread_ts=parent.ts)
    assert answer["error"] == "not_supported_in_threads"
    [notice] = ada.ephemerals("general")
    assert notice.text == "/incident is not supported in threads. Sorry!"
    assert notice.thread_ts == parent.ts


async def test_nobody_there_is_dispatch_failed(slack: SandboxWorkspace) -> None:
    ada = slack.user("ada")
    answer = await ada.types("/incident", "general")
    assert (answer["acked"], answer["error"]) == (False, "dispatch_failed")
    notice = ada.ephemerals("general")[-1]
    assert notice.text == '/incident failed with the error "dispatch_failed"'
    assert notice.user == "USLACKBOT"


async def test_three_seconds_without_an_ack_is_operation_timeout(slack: SandboxWorkspace) -> None:
    async with socket(slack) as connection:
        await frame(connection)
        async with ada_types(slack, "/incident") as typed:
            await frame(connection)
            slack.clock.advance(3.1)
        assert (await typed)["error"] == "operation_timeout"
    notice = slack.user("ada").ephemerals("general")[-1]
    assert notice.text == '/incident failed with the error "operation_timeout"'


async def test_an_unacknowledged_event_comes_again_up_to_three_times(
    slack: SandboxWorkspace,
) -> None:
    async with socket(slack) as connection:
        await frame(connection)
        bo = slack.user("bo")
        await bo.invites("general", "bot")
        for _ in range(2):  # the bot's own join: membership and its notice
            await ack(connection, await frame(connection))
        await slack.idle()
        await bo.says("hello", "general")
        first = await frame(connection)
        assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
        for attempt, pause in ((1, 1), (2, 60), (3, 300)):
            slack.clock.advance(3.1)
            slack.clock.advance(pause)
            again = await frame(connection)
            assert (again["retry_attempt"], again["retry_reason"]) == (attempt, "timeout")
            assert again["payload"]["event_id"] == first["payload"]["event_id"]
            assert again["envelope_id"] != first["envelope_id"]
        slack.clock.advance(3.1)
        slack.clock.advance(3600)
        assert slack.sandbox.hub.pending == {}


async def test_nonsense_and_late_acks_are_noted_and_harmless(slack: SandboxWorkspace) -> None:
    async with socket(slack) as connection:
        await frame(connection)
        for text in ("{", "[]", "3", '{"envelope_id": []}', json.dumps({"envelope_id": "unknown"})):
            await connection.send_str(text)
        noted = slack.sandbox.inspector.entries
        await slack.until(lambda: sum(e.get("event") == "late_ack" for e in noted()) == 2)
        assert sum(entry.get("event") == "bad_frame" for entry in noted()) == 3
