"""Which events an app is sent, and what is in them."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.apps import refused
from slack_sandbox.testing import SandboxWorkspace

GENERAL = "C0GENERAL1"
Event = dict[str, Any]


@pytest.fixture(autouse=True)
async def connected(slack: SandboxWorkspace) -> None:
    """Pretend the app was there once: from then on events are sent, if to nobody."""
    client = AsyncWebClient(base_url=slack.api_url)
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as connection:
        await connection.receive_json()


def events(slack: SandboxWorkspace, kind: str) -> list[Event]:
    return [
        entry["payload"]["event"]
        for entry in slack.sandbox.inspector.entries()
        if entry["kind"] == "envelope"
        and entry["state"] == "sent"
        and entry["retry_attempt"] == 0
        and entry["name"] == kind
    ]


def messages(slack: SandboxWorkspace, subtype: str | None = None) -> list[Event]:
    return [event for event in events(slack, "message") if event.get("subtype") == subtype]


async def test_a_message_is_told_where_the_bot_is(slack: SandboxWorkspace) -> None:
    bo = slack.user("bo")
    await bo.says("unheard", "random")
    await bo.invites("general", "bot")
    said = await bo.says("hello @ada", "general")
    [event] = messages(slack)
    assert event["ts"] == said.ts
    assert (event["user"], event["channel"], event["channel_type"]) == (bo.id, GENERAL, "channel")
    assert event["text"] == f"hello <@{slack.user('ada').id}>"
    assert event["blocks"][0]["type"] == "rich_text"
    assert event["client_msg_id"]


async def test_the_kind_of_conversation_is_told(slack: SandboxWorkspace) -> None:
    ada = slack.user("ada")
    await ada.creates("secret", private=True)
    await ada.invites("secret", "bot")
    await ada.says("in private", "secret")
    await ada.says("directly", "dm")
    assert [event["channel_type"] for event in messages(slack)] == ["group", "im"]


async def test_edits_and_deletions_carry_what_was_there(slack: SandboxWorkspace) -> None:
    bo = slack.user("bo")
    await bo.invites("general", "bot")
    said = await bo.says("befor", "general")
    await bo.edits(said, "before")
    await bo.deletes(said)
    [changed] = messages(slack, "message_changed")
    assert changed["hidden"]
    assert changed["message"]["text"] == "before"
    assert changed["message"]["edited"]["user"] == bo.id
    assert changed["previous_message"]["text"] == "befor"
    [deleted] = messages(slack, "message_deleted")
    assert deleted["deleted_ts"] == said.ts
    assert deleted["previous_message"]["text"] == "before"


async def test_the_apps_own_messages_are_told_too(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    await client.conversations_join(channel=GENERAL)
    await client.chat_postMessage(channel=GENERAL, text="mine")
    await client.chat_postMessage(channel=GENERAL, text="named", username="Pager")
    assert messages(slack)[0]["bot_id"] == "B0SANDBOX1"
    [named] = messages(slack, "bot_message")
    assert named["username"] == "Pager"
    assert "user" not in named


async def test_a_mention_is_told_once_more_but_not_in_direct_messages(
    slack: SandboxWorkspace,
) -> None:
    ada, mention = slack.user("ada"), f"<@{slack.bot_user_id}>"
    await ada.says(f"{mention} not here", "general")
    await ada.invites("general", "bot")
    await ada.says(f"{mention} help", "general")
    await ada.says(f"{mention} help", "dm")
    [event] = events(slack, "app_mention")
    assert event["text"] == f"{mention} help"
    assert event["channel"] == GENERAL


async def test_threads_are_told_with_their_parent(slack: SandboxWorkspace) -> None:
    ada = slack.user("ada")
    await ada.invites("general", "bot")
    parent = await ada.says("parent", "general")
    await slack.user("bo").replies("reply", parent)
    reply = messages(slack)[-1]
    assert reply["thread_ts"] == parent.ts
    assert reply["parent_user_id"] == ada.id
    await ada.does("say", channel="general", text="all", thread_ts=parent.ts, broadcast=True)
    [broadcast] = messages(slack, "thread_broadcast")
    assert broadcast["root"]["ts"] == parent.ts


async def test_reactions_and_pins_are_told(slack: SandboxWorkspace) -> None:
    ada, bo = slack.user("ada"), slack.user("bo")
    await ada.invites("general", "bot")
    said = await bo.says("look", "general")
    await ada.reacts("pushpin", said)
    await ada.unreacts("pushpin", said)
    for kind in ("reaction_added", "reaction_removed"):
        [event] = events(slack, kind)
        assert (event["user"], event["reaction"], event["item_user"]) == (ada.id, "pushpin", bo.id)
        assert event["item"] == {"type": "message", "channel": GENERAL, "ts": said.ts}
    await ada.pins(said)
    await ada.unpins(said)
    [added] = events(slack, "pin_added")
    assert (added["channel_id"], added["pin_count"]) == (GENERAL, 1)
    assert added["item"]["message"]["ts"] == said.ts
    [removed] = events(slack, "pin_removed")
    assert removed["has_pins"] is False


async def test_a_channels_life_is_told(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    ada = slack.user("ada")
    room = (await client.conversations_create(name="room"))["channel"]["id"]
    await client.conversations_invite(channel=room, users=ada.id)
    await ada.does("set_topic", channel="room", text="SEV2")
    await ada.does("set_purpose", channel="room", text="checkout")
    await client.conversations_rename(channel=room, name="room-2")
    await client.conversations_archive(channel=room)
    await client.conversations_unarchive(channel=room)
    await ada.leaves("room-2")
    [created] = events(slack, "channel_created")
    assert created["channel"]["creator"] == slack.bot_user_id
    own, adas = events(slack, "member_joined_channel")
    assert (own["user"], adas["user"]) == (slack.bot_user_id, ada.id)
    assert (adas["inviter"], adas["channel_type"]) == (slack.bot_user_id, "C")
    assert events(slack, "channel_rename")[0]["channel"]["name"] == "room-2"
    assert events(slack, "channel_archive")[0]["user"] == slack.bot_user_id
    assert events(slack, "channel_unarchive")[0]["channel"] == room
    assert events(slack, "member_left_channel")[0]["user"] == ada.id
    for subtype in (
        "channel_join",
        "channel_topic",
        "channel_purpose",
        "channel_name",
        "channel_archive",
        "channel_unarchive",
        "channel_leave",
    ):
        assert messages(slack, subtype), subtype


async def test_a_private_channels_life_is_told_under_its_own_names(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    room = (await client.conversations_create(name="secret", is_private=True))["channel"]["id"]
    await client.conversations_rename(channel=room, name="secret-2")
    await client.conversations_archive(channel=room)
    await client.conversations_unarchive(channel=room)
    assert events(slack, "channel_created") == []
    assert events(slack, "group_rename")[0]["channel"]["name"] == "secret-2"
    assert "user" not in events(slack, "group_archive")[0]
    assert events(slack, "group_unarchive")
    assert messages(slack, "group_join")


async def test_being_thrown_out_is_told(slack: SandboxWorkspace) -> None:
    ada = slack.user("ada")
    await ada.invites("random", "bot")
    await ada.does("kick", channel="random", users=[slack.bot_user_id])
    assert events(slack, "channel_left")[0]["channel"] == "C0RANDOM02"
    await ada.creates("secret", private=True)
    await ada.invites("secret", "bot")
    await ada.does("kick", channel="secret", users=[slack.bot_user_id])
    assert events(slack, "group_left")


async def test_files_are_told(slack: SandboxWorkspace, client: AsyncWebClient) -> None:
    ada = slack.user("ada")
    await ada.invites("general", "bot")
    await ada.uploads("a.txt", b"x", "general")
    file_id = events(slack, "file_created")[0]["file_id"]
    [shared] = events(slack, "file_shared")
    assert (shared["file_id"], shared["channel_id"]) == (file_id, GENERAL)
    [message] = messages(slack, "file_share")
    assert message["files"][0]["id"] == file_id
    own = await client.files_upload_v2(content="y", filename="b.txt")
    await client.files_delete(file=own["file"]["id"])
    assert events(slack, "file_deleted")[0]["file_id"] == own["file"]["id"]


async def test_user_groups_and_people_are_told(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    group = (await client.usergroups_create(name="On call", handle="oncall"))["usergroup"]["id"]
    await client.usergroups_users_update(usergroup=group, users=slack.user("ada").id)
    assert events(slack, "subteam_created")[0]["subteam"]["handle"] == "oncall"
    assert events(slack, "subteam_updated")[0]["subteam"]["user_count"] == 1
    [members] = events(slack, "subteam_members_changed")
    assert members["added_users"] == [slack.user("ada").id]
    await slack.user("ada").does("set_status", text="on call", emoji=":pager:")
    slack.add_user("eve", "Eve Sato", tz="Asia/Tokyo")
    slack.deactivate("ada")
    status, gone = (event["user"] for event in events(slack, "user_change"))
    assert (status["name"], status["profile"]["status_text"]) == ("ada", "on call")
    assert (gone["name"], gone["deleted"]) == ("ada", True)
    assert events(slack, "team_join")[0]["user"]["tz"] == "Asia/Tokyo"
    assert events(slack, "subteam_members_changed")[1]["removed_users"] == [slack.user("ada").id]


async def test_wanting_quiet_is_told_and_not_wanting_it_any_more(slack: SandboxWorkspace) -> None:
    bo = slack.user("bo")
    await bo.does("snooze", minutes=10)
    await bo.does("snooze", minutes=0)
    quiet, loud = events(slack, "dnd_updated_user")
    assert (quiet["user"], quiet["dnd_status"]["dnd_enabled"]) == (bo.id, True)
    assert quiet["dnd_status"]["next_dnd_end_ts"] > slack.clock.now()
    assert not loud["dnd_status"]["dnd_enabled"]


async def test_opening_home_is_told_with_the_view_once_there_is_one(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada")
    await ada.opens_home()
    await client.views_publish(user_id=ada.id, view={"type": "home", "blocks": []})
    await ada.opens_home()
    await ada.opens_home("messages")
    first, second, third = events(slack, "app_home_opened")
    assert first["tab"] == "home"
    assert "view" not in first
    assert second["view"]["type"] == "home"
    assert (third["tab"], "view" in third) == ("messages", False)


async def test_what_the_bot_may_not_see_is_not_told(
    slack: SandboxWorkspace, client: AsyncWebClient
) -> None:
    ada = slack.user("ada")
    await ada.creates("secret", private=True)
    said = await ada.says("hidden", "secret")
    await ada.reacts("eyes", said)
    await ada.pins(said)
    await ada.does("archive", channel="secret")
    names = {e["name"] for e in slack.sandbox.inspector.entries() if e["kind"] == "envelope"}
    assert names == set()
    hidden = client.conversations_info(channel=slack.channel("secret").id)
    assert (await refused(hidden))["error"] == "channel_not_found"
