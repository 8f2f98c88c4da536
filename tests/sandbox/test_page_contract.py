"""The routes the web page codes against: docs/reference/sandbox-page-api.md."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from slack_sandbox.gestures import AT_ONCE, TO_THE_APP
from slack_sandbox.news import TELLERS
from slack_sandbox.testing import SandboxWorkspace

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "sandbox-page-api.md"
GENERAL = "C0GENERAL1"


@pytest.fixture
async def http(slack: SandboxWorkspace) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(slack.url) as session:
        yield session


async def get(http: aiohttp.ClientSession, path: str, **params: Any) -> dict[str, Any]:
    async with http.get(f"/_sandbox/{path}", params=params) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def do(http: aiohttp.ClientSession, user: str, gesture: str, **fields: Any) -> dict[str, Any]:
    body = {"user": user, "gesture": gesture, **fields}
    async with http.post("/_sandbox/gesture", json=body) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def stream(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    name = ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


async def test_one_can_be_any_of_four_people(http: aiohttp.ClientSession) -> None:
    answer = await get(http, "people")
    assert [person["name"] for person in answer["people"]] == ["ada", "bo", "chen", "dana"]
    assert answer["team"]["name"] == "Sandbox"


async def test_the_state_shows_what_that_person_may_see(http: aiohttp.ClientSession) -> None:
    made = await do(http, "ada", "create_channel", name="secret", is_private=True, users=["bo"])
    opened = await do(http, "ada", "open_dm", users=["chen"])
    await do(http, "chen", "say", channel=opened["channel"], text="hi ada")
    ada, dana = await get(http, "state", user="ada"), await get(http, "state", user="dana")
    assert {c["id"] for c in ada["channels"]} - {c["id"] for c in dana["channels"]} == {
        made["channel"],
        opened["channel"],
    }
    direct = next(c for c in ada["channels"] if c["kind"] == "im")
    assert (direct["name"], direct["unread_count"], direct["mention_count"]) == ("chen", 1, 1)
    assert ada["me"]["name"] == "ada"
    assert ada["modals"] == []
    assert ada["home"] is None


async def test_reading_marks_and_mentions_count(http: aiohttp.ClientSession) -> None:
    async def general() -> dict[str, Any]:
        state = await get(http, "state", user="ada")
        return next(dict(c) for c in state["channels"] if c["id"] == GENERAL)

    await do(http, "bo", "say", channel=GENERAL, text="hello")
    last = await do(http, "bo", "say", channel=GENERAL, text="@ada look")
    assert ((await general())["unread_count"], (await general())["mention_count"]) == (2, 1)
    await do(http, "ada", "mark", channel=GENERAL, ts=last["ts"])
    assert (await general())["unread_count"] == 0
    await do(http, "bo", "say", channel=GENERAL, text="@here all")
    assert (await general())["mention_count"] == 1


async def test_messages_page_backwards_with_ones_own_ephemerals(
    slack: SandboxWorkspace, client: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    for n in range(5):
        await do(http, "bo", "say", channel=GENERAL, text=str(n))
    await client.chat_postEphemeral(channel=GENERAL, user="U0ADA00001", text="psst")
    last = await get(http, "messages", user="ada", channel=GENERAL, limit=2)
    assert [m["text"] for m in last["messages"]] == ["3", "4", "psst"]
    assert last["has_more"]
    before = last["messages"][0]["ts"]
    rest = await get(http, "messages", user="ada", channel=GENERAL, before=before)
    assert [m["text"] for m in rest["messages"]] == ["0", "1", "2"]
    bos = await get(http, "messages", user="bo", channel=GENERAL)
    assert "psst" not in [m["text"] for m in bos["messages"]]
    hidden = await get(http, "messages", user="ada", channel="C0NOWHERE1")
    assert (hidden["ok"], hidden["error"]) == (False, "channel_not_found")


async def test_a_thread_and_a_search(http: aiohttp.ClientSession) -> None:
    parent = await do(http, "bo", "say", channel=GENERAL, text="database timeout")
    await do(http, "ada", "say", channel=GENERAL, text="looking", thread_ts=parent["ts"])
    thread = await get(http, "thread", user="ada", channel=GENERAL, ts=parent["ts"])
    assert [m["text"] for m in thread["messages"]] == ["database timeout", "looking"]
    found = await get(http, "search", user="ada", q="TIMEOUT data")
    assert [hit["message"]["ts"] for hit in found["messages"]] == [parent["ts"]]
    assert (await get(http, "search", user="ada", q="gener"))["channels"] == [GENERAL]
    assert (await get(http, "search", user="ada", q="okafor"))["users"] == ["U0DANA0004"]


async def test_a_file_goes_up_and_comes_down_harmless(http: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData()
    gesture = {"user": "ada", "gesture": "upload", "channel": GENERAL, "text": "see"}
    form.add_field("gesture", json.dumps(gesture))
    form.add_field("file", b"<script>x</script>", filename="evil.html")
    async with http.post("/_sandbox/gesture", data=form) as response:
        answer = await response.json()
    [file_id] = answer["files"]
    async with http.get(f"/_sandbox/file/{file_id}") as response:
        assert await response.read() == b"<script>x</script>"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("sandbox")


async def test_files_for_a_modal_go_up_without_being_posted(
    http: aiohttp.ClientSession, slack: SandboxWorkspace
) -> None:
    form = aiohttp.FormData()
    form.add_field("gesture", json.dumps({"user": "ada", "gesture": "upload"}))
    form.add_field("file", b"a,b", filename="rows.csv")
    before = len(slack.messages("general"))
    async with http.post("/_sandbox/gesture", data=form) as response:
        answer = await response.json()
    [file] = answer["uploaded"]
    assert answer["files"] == [file["id"]]
    assert (file["name"], file["size"], file["shares"]) == ("rows.csv", 3, {})
    assert len(slack.messages("general")) == before
    assert (await do(http, "ada", "upload"))["error"] == "no_file_data"


async def test_what_the_person_may_not_do_is_said_in_words(http: aiohttp.ClientSession) -> None:
    await do(http, "bo", "leave", channel="C0ALERTS03")
    answer = await do(http, "bo", "say", channel="C0ALERTS03", text="x")
    assert answer["error"] == "not_in_channel"
    assert answer["message"] == "Bo Lindqvist is not in #alerts."
    assert (await do(http, "bo", "fly"))["error"] == "unknown_gesture"
    assert (await do(http, "zoe", "say"))["error"] == "user_not_found"
    async with http.post("/_sandbox/gesture", data="{") as response:
        assert response.status == 400
        assert (await response.json())["error"] == "invalid_json"


async def test_the_stream_tells_each_person_their_own_news(
    client: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    async with http.get("/_sandbox/stream", params={"user": "ada"}) as response:
        assert response.content_type == "text/event-stream"
        news = stream(response)
        assert (await anext(news))[0] == "hello"
        await client.chat_postEphemeral(channel=GENERAL, user="U0BO000002", text="not for ada")
        await do(http, "bo", "say", channel=GENERAL, text="for all")
        name, body = await anext(news)
        assert (name, body["message"]["text"]) == ("message", "for all")
        name, body = await anext(news)
        assert (name, body["unread_count"]) == ("unread", 1)
        made = await do(http, "bo", "create_channel", name="secret", is_private=True)
        await do(http, "bo", "invite", channel=made["channel"], users=["ada"])
        name, body = await anext(news)
        assert (name, body["channel"]["name"]) == ("channel", "secret")


async def test_the_stream_resumes_where_it_was_cut(http: aiohttp.ClientSession) -> None:
    seq = (await get(http, "state", user="ada"))["seq"]
    await do(http, "bo", "say", channel=GENERAL, text="missed")
    async with http.get("/_sandbox/stream", params={"user": "ada", "since": seq}) as response:
        news = stream(response)
        assert (await anext(news))[0] == "hello"
        name, body = await anext(news)
        assert (name, body["message"]["text"]) == ("message", "missed")
    async with http.get("/_sandbox/stream", params={"user": "ada", "since": 99999}) as response:
        news = stream(response)
        assert [(await anext(news))[0], (await anext(news))[0]] == ["hello", "reset"]


async def test_the_inspector_shows_calls_as_they_happen(
    client: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    params = {"user": "ada", "inspector": "1"}
    async with http.get("/_sandbox/stream", params=params) as response:
        news = stream(response)
        assert (await anext(news))[0] == "hello"
        await client.auth_test()
        name, entry = await anext(news)
        assert (name, entry["method"]) == ("inspector", "auth.test")
    recorded = await get(http, "inspector")
    assert recorded["entries"][-1]["method"] == "auth.test"
    assert (await get(http, "inspector", after=recorded["seq"]))["entries"] == []


async def test_streams_end_with_the_sandbox() -> None:
    async with aiohttp.ClientSession() as session:
        async with SandboxWorkspace() as slack:
            response = await session.get(f"{slack.url}/_sandbox/stream?user=ada")
            reading = asyncio.ensure_future(response.read())
        assert b"event: hello" in await reading


async def test_a_permalink_leads_to_the_page(
    slack: SandboxWorkspace, http: aiohttp.ClientSession
) -> None:
    said = await slack.user("bo").says("x", "general")
    async with http.get(said.permalink, allow_redirects=False) as response:
        assert response.headers["Location"] == f"/#/{GENERAL}/{said.ts}"


def test_every_gesture_and_event_is_in_the_contract() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for gesture in (*AT_ONCE, *TO_THE_APP, "upload"):
        assert f"`{gesture}`" in text, gesture
    told = {"message", "message_changed", "message_deleted", "ephemeral", "channel", "unread"}
    for event in told | {"modals", "modal_errors", "modal_failed", "home", "action_failed"}:
        assert f"| `{event}` |" in text, event
    assert TELLERS
