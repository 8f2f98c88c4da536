import asyncio
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.testing import SandboxWorkspace

GENERAL = "C0GENERAL1"


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def test_a_posted_message_is_the_bots_own(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel=GENERAL, text="hello", blocks=[section("hi")])
    message = answer["message"]
    assert message["user"] == slack.bot_user_id
    assert message["bot_id"] == "B0SANDBOX1"
    assert message["bot_profile"]["name"] == "incident-bot"
    assert "subtype" not in message
    assert message["blocks"][0]["block_id"]
    assert message["blocks"][0]["text"]["verbatim"] is False


async def test_a_customised_name_makes_a_bot_message(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(
        channel=GENERAL, text="x", username="Pager", icon_emoji=":pager:"
    )
    message = answer["message"]
    assert (message["subtype"], message["username"]) == ("bot_message", "Pager")
    assert message["icons"] == {"emoji": ":pager:"}
    assert "user" not in message


async def test_one_can_post_to_an_id_a_name_or_a_person(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    by_name = await client.chat_postMessage(channel="#random", text="x")
    assert by_name["channel"] == "C0RANDOM02"
    to_ada = await client.chat_postMessage(channel=slack.user("ada").id, text="psst")
    assert to_ada["channel"].startswith("D")
    assert slack.dm("ada")[-1].text == "psst"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE1", "text": "x"}, "channel_not_found"),
        ({"channel": GENERAL}, "no_text"),
        ({"channel": GENERAL, "text": "  "}, "no_text"),
        ({"channel": GENERAL, "blocks": '"[]"'}, "invalid_blocks_format"),
        ({"channel": GENERAL, "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": GENERAL, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": GENERAL, "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ({"channel": GENERAL, "text": "x", "metadata": "no"}, "invalid_metadata_format"),
        ({"channel": GENERAL, "text": "x", "metadata": {"a": 1}}, "invalid_metadata_schema"),
        ({"channel": GENERAL, "attachments": [{}] * 101}, "too_many_attachments"),
    ],
)
async def test_a_message_is_refused_as_documented(
    client: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    answer = await refused(client.api_call("chat.postMessage", json=arguments))
    assert answer["error"] == error


async def test_broken_blocks_are_named_in_both_places(client: AsyncWebClient) -> None:
    options = [{"text": {"type": "plain_text", "text": str(n)}, "value": str(n)} for n in range(6)]
    accessory = {"type": "overflow", "action_id": "more", "options": options}
    answer = await refused(
        client.chat_postMessage(
            channel=GENERAL,
            text="x",
            blocks=[section("a"), {**section("b"), "accessory": accessory}],
        )
    )
    sentence = "no more than 5 items allowed [json-pointer:/blocks/1/accessory/options]"
    assert answer["error"] == "invalid_blocks"
    assert sentence in answer["errors"]
    assert f"[ERROR] {sentence}" in answer["response_metadata"]["messages"]


async def test_too_much_text_in_all_blocks_is_refused(client: AsyncWebClient) -> None:
    blocks = [section("x" * 2900) for _ in range(5)]
    answer = await refused(client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks))
    assert answer["error"] == "msg_blocks_too_long"


async def test_long_text_is_split_into_several_messages(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=GENERAL, text="x" * 4040)
    assert len(slack.messages("general")) == 1
    await client.chat_postMessage(channel=GENERAL, text="y" * 4041)
    assert [len(m.raw["text"]) for m in slack.messages("general")[1:]] == [4000, 41]


async def test_a_thread_counts_its_replies_and_may_broadcast(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    parent = (await client.chat_postMessage(channel=GENERAL, text="parent"))["ts"]
    reply = await client.chat_postMessage(
        channel=GENERAL, text="reply", thread_ts=parent, reply_broadcast=True
    )
    assert reply["message"]["subtype"] == "thread_broadcast"
    stored = slack.channel("general").history.messages[parent]
    assert stored["reply_count"] == 1
    assert stored["reply_users"] == [slack.bot_user_id]
    nested = client.chat_postMessage(channel=GENERAL, text="no", thread_ts=reply["ts"])
    assert (await refused(nested))["error"] == "cannot_reply_to_message"


async def test_an_update_without_blocks_drops_them_and_keeps_metadata(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    metadata = {"event_type": "card", "event_payload": {"incident": 1}}
    posted = await client.chat_postMessage(
        channel=GENERAL, text="old", blocks=[section("old")], metadata=metadata
    )
    where = {"channel": GENERAL, "ts": posted["ts"]}
    updated = await client.chat_update(**where, text="new")
    message = updated["message"]
    assert (updated["text"], message["text"]) == ("new", "new")
    assert "blocks" not in message
    assert message["metadata"] == metadata
    assert message["edited"]["user"] == slack.bot_user_id
    removed = await client.api_call("chat.update", json={**where, "text": "new", "metadata": {}})
    assert "metadata" not in removed["message"]


async def test_one_updates_and_deletes_ones_own_messages_only(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    theirs = await slack.user("bo").says("mine", "general")
    where = {"channel": GENERAL, "ts": theirs.ts}
    assert (await refused(client.chat_update(**where, text="x")))["error"] == "cant_update_message"
    assert (await refused(client.chat_delete(**where)))["error"] == "cant_delete_message"
    gone = {"channel": GENERAL, "ts": "1700000000.000001"}
    assert (await refused(client.chat_update(**gone, text="x")))["error"] == "message_not_found"
    own = await client.chat_postMessage(channel=GENERAL, text="own")
    too_long = client.chat_update(channel=GENERAL, ts=own["ts"], text="x" * 4001)
    assert (await refused(too_long))["error"] == "msg_too_long"


async def test_a_deleted_parent_leaves_a_tombstone_until_its_last_reply_goes(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    parent = (await client.chat_postMessage(channel=GENERAL, text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel=GENERAL, text="r", thread_ts=parent))["ts"]
    await client.chat_delete(channel=GENERAL, ts=parent)
    assert slack.messages("general")[0].raw["subtype"] == "tombstone"
    await client.chat_delete(channel=GENERAL, ts=reply)
    assert slack.messages("general") == []


async def test_an_ephemeral_message_is_in_no_history(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada")
    answer = await client.chat_postEphemeral(channel=GENERAL, user=ada.id, text="only you")
    assert ada.ephemerals("general")[0].ts == answer["message_ts"]
    assert slack.messages("general") == []
    editing = client.chat_update(channel=GENERAL, ts=answer["message_ts"], text="x")
    assert (await refused(editing))["error"] == "message_not_found"
    await ada.leaves("random")
    elsewhere = client.chat_postEphemeral(channel="C0RANDOM02", user=ada.id, text="x")
    assert (await refused(elsewhere))["error"] == "user_not_in_channel"


async def test_a_permalink_names_channel_message_and_thread(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    parent = (await client.chat_postMessage(channel=GENERAL, text="p"))["ts"]
    reply = (await client.chat_postMessage(channel=GENERAL, text="r", thread_ts=parent))["ts"]
    link = (await client.chat_getPermalink(channel=GENERAL, message_ts=reply))["permalink"]
    digits = reply.replace(".", "")
    assert link == f"{slack.url}/archives/{GENERAL}/p{digits}?thread_ts={parent}&cid={GENERAL}"


async def test_nothing_is_written_into_an_archived_channel(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    made = await client.conversations_create(name="done")
    room = made["channel"]["id"]
    ts = (await client.chat_postMessage(channel=room, text="x"))["ts"]
    await client.conversations_archive(channel=room)
    posting = client.chat_postMessage(channel=room, text="y")
    assert (await refused(posting))["error"] == "is_archived"
    assert (await refused(client.chat_update(channel=room, ts=ts, text="y")))[
        "error"
    ] == "is_inactive"


async def test_me_messages_and_markdown_are_posted(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    await client.chat_meMessage(channel=GENERAL, text="waves")
    await client.chat_postMessage(channel=GENERAL, markdown_text="# Title\n\n* one")
    waved, marked = slack.messages("general")
    assert waved.raw["subtype"] == "me_message"
    assert marked.blocks[0]["type"] == "markdown"


async def test_two_messages_at_once_never_share_a_ts(client: AsyncWebClient) -> None:
    answers = await asyncio.gather(
        *(client.chat_postMessage(channel=GENERAL, text=str(n)) for n in range(20))
    )
    assert len({answer["ts"] for answer in answers}) == 20


async def test_streaming_methods_are_plainly_unknown(client: AsyncWebClient) -> None:
    answer = await refused(client.api_call("chat.startStream", json={"channel": GENERAL}))
    assert answer["error"] == "unknown_method"
