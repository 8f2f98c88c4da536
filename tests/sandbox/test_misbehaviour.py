"""Rate limits and faults as an app meets them: over HTTP and over its sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.running import Running, running
from slack_sandbox.model import Json


async def post(slack: Running, channel: str, text: str = "hello") -> Json:
    answer = await slack.client.chat_postMessage(channel=channel, text=text)
    assert isinstance(answer.data, dict)
    return answer.data


def said(slack: Running, channel: str) -> list[str]:
    history = slack.sandbox.workspace.conversation(channel).history
    return [m["text"] for m in history.messages.values() if not m.get("subtype")]


@asynccontextmanager
async def connected(slack: Running) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare socket, past its `hello`."""
    ticket = slack.sandbox.hub.open_ticket()
    async with slack.http.ws_connect(ticket, autoping=False) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def heard(socket: aiohttp.ClientWebSocketResponse) -> Json:
    """The next envelope, acknowledged."""
    envelope: Json = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    return envelope


def text_of(envelope: Json) -> str:
    return str(envelope["payload"]["event"]["text"])


async def test_a_rate_limited_call_is_refused_with_retry_after_and_not_done() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(method="chat.postMessage", answer="ratelimited", retry_after=7)
        with pytest.raises(SlackApiError) as refused:
            await post(slack, channel)
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "7"
        assert refused.value.response["error"] == "ratelimited"
        assert said(slack, channel) == []


async def test_posting_too_fast_into_a_channel_is_answered_429_until_time_has_passed() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.limits.on = True
        for _ in range(4):
            await post(slack, channel)
        with pytest.raises(SlackApiError) as refused:
            await post(slack, channel)
        assert refused.value.response.headers["Retry-After"] == "1"
        slack.sandbox.workspace.clock.advance(1)
        await post(slack, channel)


async def test_a_server_error_has_its_status_and_no_json() -> None:
    async with running() as slack:
        slack.sandbox.faults.add(method="api.test", answer=503)
        async with slack.http.post(f"{slack.server.api_url}api.test") as response:
            assert response.status == 503
            with pytest.raises(json.JSONDecodeError):
                json.loads(await response.text())


async def test_an_error_of_ones_choice_comes_as_slack_sends_errors() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(method="pins.*", answer="error", error="too_many_pins")
        with pytest.raises(SlackApiError) as refused:
            await slack.client.pins_add(channel=channel, timestamp="1.1")
        assert refused.value.response.status_code == 200
        assert refused.value.response["error"] == "too_many_pins"


async def test_after_a_lost_answer_the_sdk_posts_a_second_time() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(method="chat.postMessage", nth=1, answer="lost")
        await post(slack, channel)
        assert said(slack, channel) == ["hello", "hello"]


async def test_a_cut_connection_leaves_nothing_done() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(method="chat.postMessage", nth=[1, 2], answer="cut")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await post(slack, channel)
        assert said(slack, channel) == []
        await post(slack, channel)
        assert said(slack, channel) == ["hello"]


async def test_a_slow_method_is_overtaken_by_a_quick_one() -> None:
    async with running() as slack:
        order: list[str] = []
        slack.sandbox.faults.add(method="auth.test", delay_ms=60, jitter_ms=20)

        async def call(method: str) -> None:
            await slack.client.api_call(method)
            order.append(method)

        await asyncio.gather(call("auth.test"), call("team.info"))
        assert order == ["team.info", "auth.test"]


async def test_a_response_url_can_be_faulted_too() -> None:
    async with running() as slack:
        channel = slack.sandbox.workspace.conversation(await slack.room())
        url = slack.sandbox.response_urls.issue("commands", "U0ADA00001", channel)
        slack.sandbox.faults.add(method="response_url", answer="500", nth=1)
        path = url.removeprefix(slack.server.url)
        async with slack.http.post(f"{slack.server.url}{path}", json={"text": "x"}) as response:
            assert response.status == 500
        async with slack.http.post(f"{slack.server.url}{path}", json={"text": "x"}) as response:
            assert (response.status, await response.text()) == (200, "ok")


async def test_faults_are_set_read_and_cleared_over_http() -> None:
    async with running() as slack:
        fault = {"method": "api.test", "answer": "error", "error": "fatal_error"}
        status, body = await slack.post("/_sandbox/faults", {"faults": [fault], "seed": 7})
        assert (status, body["faults"]) == (200, [{**fault, "struck": 0}])
        async with slack.http.post(f"{slack.server.api_url}api.test") as response:
            assert (await response.json())["error"] == "fatal_error"
        assert (await slack.get("/_sandbox/faults"))["faults"][0]["struck"] == 1
        for wrong in ({"faults": [{"method": "x"}]}, {"faults": "x"}, {}, [], {"faults": [1]}):
            status, body = await slack.post("/_sandbox/faults", wrong)
            assert (status, body["ok"]) == (400, False)
        assert (await slack.get("/_sandbox/faults"))["faults"][0]["struck"] == 1
        await slack.post("/_sandbox/faults", {"faults": []})
        assert (await slack.get("/_sandbox/faults"))["faults"] == []


async def test_strictness_is_switched_over_http_while_it_runs() -> None:
    async with running() as slack:
        channel = await slack.room()
        off = {"rate_limits": False, "short_pages": False, "edit_own_seconds": None}
        before = await slack.get("/_sandbox/rules")
        assert before == {"ok": True, "history_limit": "internal", **off}
        status, body = await slack.post("/_sandbox/rules", {"rate_limits": True})
        assert (status, body) == (200, {**before, "rate_limits": True})
        for _ in range(4):
            await post(slack, channel)
        with pytest.raises(SlackApiError, match="ratelimited"):
            await post(slack, channel)
        for wrong in ({"rate_limits": "yes"}, {"history_limit": "all"}, {"speed": 1}, []):
            status, body = await slack.post("/_sandbox/rules", wrong)
            assert (status, body["ok"]) == (400, False)
        switches = {"rate_limits": False, "short_pages": True, "history_limit": "restricted"}
        assert (await slack.post("/_sandbox/rules", switches))[1] == {**before, **switches}
        for _ in range(40):
            await post(slack, channel)
        page = await slack.client.conversations_history(channel=channel, limit=4)
        assert len(page["messages"]) == 2
        await slack.post("/_sandbox/rules", {"short_pages": False})
        page = await slack.client.conversations_history(channel=channel, limit=999)
        assert len(page["messages"]) == 15


async def test_messages_grow_too_old_to_edit_when_the_owners_say_so() -> None:
    async with running() as slack:
        channel = await slack.room()
        ts = (await post(slack, channel))["ts"]
        await slack.post("/_sandbox/rules", {"edit_own_seconds": 60})
        await slack.client.chat_update(channel=channel, ts=ts, text="in time")
        slack.sandbox.workspace.clock.advance(61)
        with pytest.raises(SlackApiError, match="edit_window_closed"):
            await slack.client.chat_update(channel=channel, ts=ts, text="late")
        await slack.post("/_sandbox/rules", {"edit_own_seconds": None})
        await slack.client.chat_update(channel=channel, ts=ts, text="late")


@pytest.mark.parametrize("reason", ["drop", "refresh_requested", "warning", "link_disabled"])
async def test_the_sdk_comes_back_when_its_socket_is_taken_away(reason: str) -> None:
    async with running() as slack:
        client = slack.socket()
        try:
            await client.connect()
            await slack.noted("socket", event="opened")
            fault = slack.sandbox.faults.add(socket=reason)
            await slack.noted("socket", event="closed")
            slack.sandbox.faults.remove(fault)
            await slack.noted("socket", count=2, event="opened")
        finally:
            await client.close()


async def test_a_client_that_stays_after_the_farewell_is_cut_off_ten_seconds_later() -> None:
    async with running() as slack, connected(slack) as socket:
        slack.sandbox.faults.add(socket="refresh_requested")
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        slack.sandbox.workspace.clock.advance(9)
        assert len(slack.sandbox.hub.connections) == 1
        slack.sandbox.workspace.clock.advance(1)
        await slack.noted("socket", event="closed")


@pytest.mark.parametrize("reason", ["too_many_websockets", "link_disabled"])
async def test_a_refused_socket_is_told_why_and_closed(reason: str) -> None:
    async with running() as slack:
        fault = slack.sandbox.faults.add(socket=reason)
        async with slack.http.ws_connect(slack.sandbox.hub.open_ticket()) as socket:
            frame = await socket.receive_json()
            assert (frame["type"], frame["reason"]) == ("disconnect", reason)
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        slack.sandbox.faults.remove(fault)
        async with connected(slack):
            pass


async def test_a_refused_handshake_uses_its_address_up() -> None:
    async with running() as slack:
        address = slack.sandbox.hub.open_ticket()
        fault = slack.sandbox.faults.add(socket="refuse")
        for status in (503, 403):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await slack.http.ws_connect(address)
            assert refused.value.status == status
            if fault in slack.sandbox.faults.armed:
                slack.sandbox.faults.remove(fault)


async def test_a_mute_socket_answers_pings_but_says_no_hello() -> None:
    async with running() as slack:
        slack.sandbox.faults.add(socket="mute")
        address = slack.sandbox.hub.open_ticket()
        async with slack.http.ws_connect(address, autoping=False) as socket:
            await socket.ping(b"there?")
            pong = await socket.receive()
            assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"there?")


async def test_a_frozen_socket_answers_no_ping_and_takes_no_ack_until_it_thaws() -> None:
    async with running() as slack:
        channel = await slack.room()
        async with connected(slack) as socket:
            frozen = slack.sandbox.faults.add(socket="freeze")
            await socket.ping(b"one")
            await slack.does("ada", "say", channel=channel, text="unheard")
            await slack.noted("envelope", name="message", state="sent")
            # A call that is answered after the ping was received shows that the ping was not.
            await slack.client.api_test()
            slack.sandbox.faults.remove(frozen)
            await socket.ping(b"two")
            pong = await socket.receive()
            assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"two")


async def test_an_event_delivered_twice_is_the_same_envelope_twice() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(event="message", deliver="twice", nth=1)
        async with connected(slack) as socket:
            await slack.does("ada", "say", channel=channel, text="one")
            await slack.does("ada", "say", channel=channel, text="two")
            first, again, second = [await heard(socket) for _ in range(3)]
            assert first["envelope_id"] == again["envelope_id"]
            assert [text_of(e) for e in (first, again, second)] == ["one", "one", "two"]


async def test_an_event_out_of_order_is_overtaken_by_the_next() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(event="message", deliver="out_of_order", nth=1)
        async with connected(slack) as socket:
            await slack.does("ada", "say", channel=channel, text="one")
            await slack.does("ada", "say", channel=channel, text="two")
            assert [text_of(await heard(socket)) for _ in range(2)] == ["two", "one"]


async def test_an_event_out_of_order_with_nothing_after_it_arrives_all_the_same() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(event="message", deliver="out_of_order")
        async with connected(slack) as socket:
            await slack.does("ada", "say", channel=channel, text="alone")
            assert text_of(await heard(socket)) == "alone"


async def test_an_event_held_up_is_overtaken_too() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(event="message", delay_ms=30, nth=1)
        async with connected(slack) as socket:
            await slack.does("ada", "say", channel=channel, text="one")
            await slack.does("ada", "say", channel=channel, text="two")
            assert [text_of(await heard(socket)) for _ in range(2)] == ["two", "one"]


async def test_an_event_never_delivered_comes_by_its_redelivery() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(event="message", deliver="never", nth=1)
        async with connected(slack) as socket:
            await slack.does("ada", "say", channel=channel, text="one")
            slack.sandbox.workspace.clock.advance(3)
            slack.sandbox.workspace.clock.advance(2)
            envelope = await heard(socket)
            assert (text_of(envelope), envelope["retry_attempt"]) == ("one", 1)
            assert envelope["retry_reason"] == "timeout"


async def test_an_ignored_ack_looks_to_the_person_like_an_app_that_slept() -> None:
    async with running() as slack:
        channel = await slack.room()
        slack.sandbox.faults.add(event="/deploy", ack="ignored", times=1)
        async with connected(slack) as socket:
            typing = asyncio.create_task(
                slack.does("ada", "slash", channel=channel, command="/deploy", text="")
            )
            await heard(socket)
            await slack.noted("socket", event="late_ack")
            slack.sandbox.workspace.clock.advance(3)
            answer = await typing
            assert answer["error"] == "operation_timeout"


async def test_the_whole_workspace_goes_out_and_comes_back_over_http() -> None:
    async with running() as slack:
        channel = await slack.room()
        await post(slack, channel, "before")
        document = await slack.get("/_sandbox/export")
        await post(slack, channel, "after")
        assert await slack.post("/_sandbox/import", document) == (200, {"ok": True})
        assert said(slack, channel) == ["before"]
        await post(slack, channel, "again")
        for wrong in ({}, [], {"version": 1}):
            status, body = await slack.post("/_sandbox/import", wrong)
            assert (status, body["ok"]) == (400, False)
        assert said(slack, channel) == ["before", "again"]
