from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.history import History
from slack_sandbox.rules import Rules
from slack_sandbox.testing import SandboxWorkspace


@given(st.lists(st.floats(min_value=1.7e9, max_value=1.8e9), max_size=50))
def test_no_ts_is_ever_given_twice_and_they_only_grow(instants: list[float]) -> None:
    history = History()
    given_out = [history.next_ts(instant) for instant in instants]
    assert given_out == sorted(set(given_out))
    assert all(len(ts) == 17 for ts in given_out)


async def filled(slack: SandboxWorkspace, count: int) -> list[str]:
    bo = slack.user("bo")
    await bo.invites("general", "bot")
    return [(await bo.says(f"message {n}", "general")).ts for n in range(count)]


async def test_history_pages_newest_first_without_gaps(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    written = await filled(slack, 23)
    seen: list[str] = []
    cursor = None
    while True:
        page = await client.conversations_history(channel="C0GENERAL1", limit=5, cursor=cursor)
        seen += [message["ts"] for message in page["messages"]]
        if not page["has_more"]:
            assert "response_metadata" not in page.data
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert [ts for ts in seen if ts in written] == written[::-1]
    assert len(seen) == len(set(seen))


async def test_one_message_is_found_by_latest_inclusive_limit_one(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    written = await filled(slack, 3)
    page = await client.conversations_history(
        channel="C0GENERAL1", latest=written[1], inclusive=True, limit=1
    )
    assert [message["ts"] for message in page["messages"]] == [written[1]]
    bounds = {"oldest": written[0], "latest": written[2]}
    between = await client.conversations_history(channel="C0GENERAL1", **bounds)
    assert [message["ts"] for message in between["messages"]] == [written[1]]


async def test_replies_give_the_parent_then_the_thread_oldest_first(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    [parent_ts] = await filled(slack, 1)
    ada = slack.user("ada")
    parent = next(m for m in slack.messages("general") if m.ts == parent_ts)
    replies = [(await ada.replies(f"reply {n}", parent)).ts for n in range(4)]

    page = await client.conversations_replies(channel="C0GENERAL1", ts=parent_ts, limit=2)
    assert [m["ts"] for m in page["messages"]] == [parent_ts, *replies[:2]]
    assert page["messages"][0]["reply_count"] == 4
    assert page["messages"][0]["latest_reply"] == replies[-1]
    cursor = page["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(channel="C0GENERAL1", ts=parent_ts, cursor=cursor)
    assert [m["ts"] for m in rest["messages"]] == replies[2:]

    one = await client.conversations_replies(channel="C0GENERAL1", ts=replies[0])
    assert [m["ts"] for m in one["messages"]] == [replies[0]]
    top = await client.conversations_history(channel="C0GENERAL1")
    assert not {m["ts"] for m in top["messages"]} & set(replies)


async def test_history_is_refused_as_documented(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    outside = client.conversations_history(channel="C0RANDOM02")
    assert (await refused(outside))["error"] == "not_in_channel"
    await slack.user("ada").creates("secret", private=True)
    hidden = client.conversations_history(channel=slack.channel("secret").id)
    assert (await refused(hidden))["error"] == "channel_not_found"

    await filled(slack, 1)
    for arguments, error in (
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "1.2.3"}, "invalid_ts_latest"),
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"limit": -1}, "invalid_limit"),
    ):
        answer = await refused(client.conversations_history(channel="C0GENERAL1", **arguments))
        assert answer["error"] == error
    missing = client.conversations_replies(channel="C0GENERAL1", ts="1700000000.000001")
    assert (await refused(missing))["error"] == "thread_not_found"


async def test_metadata_is_shown_only_on_request(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    await slack.user("ada").invites("general", "bot")
    metadata = {"event_type": "effect", "event_payload": {"id": "e1"}}
    await client.chat_postMessage(channel="C0GENERAL1", text="x", metadata=metadata)
    plain = await client.conversations_history(channel="C0GENERAL1", limit=1)
    assert "metadata" not in plain["messages"][0]
    full = await client.conversations_history(
        channel="C0GENERAL1", limit=1, include_all_metadata=True
    )
    assert full["messages"][0]["metadata"] == metadata


async def test_the_limits_of_2025_give_fifteen_at_most() -> None:
    async with SandboxWorkspace(rules=Rules(history_limit="restricted")) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        await filled(slack, 20)
        page = await client.conversations_history(channel="C0GENERAL1", limit=200)
        assert len(page["messages"]) == 15
        assert page["has_more"]


async def test_short_pages_hold_less_than_asked_for_and_lose_nothing() -> None:
    async with SandboxWorkspace(rules=Rules(short_pages=True)) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        written = await filled(slack, 9)
        first = await client.conversations_history(channel="C0GENERAL1", limit=4)
        assert len(first["messages"]) == 2
        seen = [m["ts"] async for page in first for m in page["messages"]]
        assert [ts for ts in seen if ts in written] == written[::-1]
        people = [
            u["name"] async for page in await client.users_list(limit=2) for u in page["members"]
        ]
        assert people[:4] == ["ada", "bo", "chen", "dana"]
